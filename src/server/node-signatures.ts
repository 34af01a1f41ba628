/**
 * Signatures over node:crypto. ECDSA in DER is brought to r and s first, so that both providers refuse the same encodings.
 *
 * OpenSSL 3.0 takes 70 to 90 µs to find out what a SubjectPublicKeyInfo is, which we know: RSA is given to it as RSAPublicKey, the
 * Edwards curves by name, in 2 to 4 µs. For ECDSA the other ways cost more: they multiply the point by the curve's order.
 */
import { constants, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { type Octets, octetsOf } from '../domain/bytes/octets.ts';
import { invariant } from '../domain/bytes/result.ts';
import type { Secret } from '../domain/bytes/secret.ts';
import {
  curveOctets,
  hasKeyLength,
  isSchemeOf,
  type PublicKeyInfo,
  readPrivateKey,
  readPublicKey,
} from '../domain/crypto/asymmetric-keys.ts';
import { derOfRaw, rawOfDer } from '../domain/crypto/ecdsa-form.ts';
import type { SigningKey, VerifyingKey } from '../domain/crypto/provider.ts';
import type { SignatureScheme } from '../domain/crypto/signature-scheme.ts';

export function nodeSigningKey(pkcs8: Secret): SigningKey | undefined {
  const info = readPrivateKey(pkcs8.reveal());
  const key = info && importPrivate(pkcs8.reveal());
  if (!key) return undefined;
  const { kind } = info;
  return {
    kind,
    sign(scheme, data) {
      invariant(isSchemeOf(kind, scheme), `a key of kind ${kind.type} makes no ${scheme.type}`);
      const signature = octetsOf(sign(hashOf(scheme), data, { key, ...parametersOf(scheme) }));
      return scheme.type === 'ecdsa' && scheme.form === 'der' ? derOfRaw(signature) : signature;
    },
  };
}

export function nodeVerifyingKey(spki: Octets): VerifyingKey | undefined {
  const read = readPublicKey(spki);
  const key = read.ok ? orUndefined(() => importPublic(read.value)) : undefined;
  if (!read.ok || !key) return undefined;
  const { kind } = read.value;
  return {
    kind,
    verify(scheme, data, signature) {
      if (!isSchemeOf(kind, scheme) || !hasKeyLength(kind, signature)) return false;
      const needsRaw = kind.type === 'ecdsa' && scheme.type === 'ecdsa' && scheme.form === 'der';
      const plain = needsRaw ? rawOfDer(signature, curveOctets[kind.curve]) : signature;
      return plain !== undefined && verify(hashOf(scheme), data, { key, ...parametersOf(scheme) }, plain);
    },
  };
}

/** On its own: beside `sign` its closure would keep the octets as long as the key is used. */
const importPrivate = (pkcs8: Octets): KeyObject | undefined =>
  orUndefined(() => createPrivateKey({ key: bufferOf(pkcs8), format: 'der', type: 'pkcs8' }));

function importPublic({ kind, spki, publicValue }: PublicKeyInfo): KeyObject {
  switch (kind.type) {
    case 'rsa':
      return createPublicKey({ key: bufferOf(publicValue), format: 'der', type: 'pkcs1' });
    case 'ecdsa':
      return createPublicKey({ key: bufferOf(spki), format: 'der', type: 'spki' });
    case 'ed25519':
    case 'ed448': {
      const crv = kind.type === 'ed25519' ? 'Ed25519' : 'Ed448';
      const x = bufferOf(publicValue).toString('base64url');
      return createPublicKey({ key: { kty: 'OKP', crv, x }, format: 'jwk' });
    }
  }
}

const hashOf = (scheme: SignatureScheme): string | undefined =>
  'hash' in scheme ? scheme.hash.replace('-', '').toLowerCase() : undefined;

function parametersOf(scheme: SignatureScheme) {
  switch (scheme.type) {
    case 'rsaPkcs1':
      return { padding: constants.RSA_PKCS1_PADDING };
    case 'rsaPss':
      return { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: scheme.saltOctets };
    case 'ecdsa':
      return { dsaEncoding: 'ieee-p1363' as const };
    case 'ed25519':
    case 'ed448':
      return {};
  }
}

const bufferOf = (octets: Octets): Buffer => Buffer.from(octets.buffer, octets.byteOffset, octets.length);

/** node:crypto throws at what is no key. */
function orUndefined(make: () => KeyObject): KeyObject | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
