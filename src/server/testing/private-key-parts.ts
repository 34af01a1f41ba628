/**
 * The numbers of a PKCS#8 key that nobody else may know: of RSA d, p, q and what is computed from them (RFC 8017 A.1.2), of ECDSA d
 * (RFC 5915 3), of the Edwards curves the seed (RFC 8410 7). Whoever tells or keeps the whole key tells or keeps these.
 */
import { type Der, readDer, sequenceIn, tags } from '../../domain/bytes/der.ts';
import type { Octets } from '../../domain/bytes/octets.ts';
import { invariant } from '../../domain/bytes/result.ts';
import { readPrivateKey } from '../../domain/crypto/asymmetric-keys.ts';

export function privatePartsOf(pkcs8: Octets): readonly Octets[] {
  const info = readPrivateKey(pkcs8);
  const [, , key] = sequenceIn(pkcs8) ?? [];
  invariant(info && key, 'a private key');
  switch (info.kind.type) {
    case 'rsa': {
      const [, , , ...numbers] = sequenceIn(key.content) ?? []; // behind version, modulus and public exponent
      return numbers.map(numberIn);
    }
    case 'ecdsa': {
      const [, d] = sequenceIn(key.content) ?? [];
      return [contentOf(d, tags.octetString)];
    }
    case 'ed25519':
    case 'ed448':
      return [contentOf(readDer(key.content), tags.octetString)];
  }
}

/** Without the zero that keeps an INTEGER from being negative. */
function numberIn(element: Der): Octets {
  const content = contentOf(element, tags.integer);
  return content[0] === 0 ? content.subarray(1) : content;
}

function contentOf(element: Der | undefined, tag: number): Octets {
  invariant(element?.tag === tag, 'the element of a private key');
  return element.content;
}
