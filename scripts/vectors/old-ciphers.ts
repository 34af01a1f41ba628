/**
 * What some published packets were protected with and the engine does not run, which is why it stands here: ciphers without
 * integrity, and 3DES (RFC 2451). Here they carry the octets to the engine's framing, and prove no cipher of ours.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { type Gathered, inOnePiece } from '../../src/domain/bytes/gathered.ts';
import { concat, emptyOctets, equalOctets, type Octets } from '../../src/domain/bytes/octets.ts';
import { andThen } from '../../src/domain/crypto/awaitable.ts';
import type { Protection, ProtectionSuite } from '../../src/domain/crypto/protection.ts';
import type { BlockCipher, CryptoProvider, Mac } from '../../src/domain/crypto/provider.ts';
import { encryptionOf, integrityOf } from '../../src/domain/crypto/transforms.ts';

const tripleDes = 3;
const aesCtr = 13;

/** Is it a suite that the engine does not run? */
export const isOld = ({ encr, integ }: ProtectionSuite): boolean =>
  encr.id === tripleDes || (integ === undefined && encryptionOf(encr.id)?.icvOctets === 0);

interface Keys {
  readonly encr: Octets;
  readonly integ: Octets;
}

export async function oldProtection(provider: CryptoProvider, suite: ProtectionSuite, keys: Keys): Promise<Protection> {
  const bare = await unauthenticated(provider, suite.encr.id, keys.encr);
  const integ = suite.integ && integrityOf(suite.integ.id);
  return integ?.hash ? authenticated(bare, await provider.hmac(integ.hash, keys.integ), integ.icvOctets) : bare;
}

/** The nonce of counter mode stands behind the key (RFC 3686 5.1). */
export async function unauthenticated(provider: CryptoProvider, cipher: number, key: Octets): Promise<Protection> {
  if (cipher === tripleDes) return chained(tripleDesCbc(key), 8);
  if (cipher !== aesCtr) return chained(await provider.aesCbc(key), 16);
  const nonce = key.subarray(-4);
  const aes = await provider.aesCtr(key.subarray(0, -4));
  const apply = (iv: Octets, data: Octets) => aes.apply(concat(nonce, iv, Uint8Array.of(0, 0, 0, 1)), data);
  return {
    ...{ isAead: false, ivOctets: 8, blockOctets: 1, icvOctets: 0 },
    seal: (iv, _associated, plain, head) => andThen(apply(iv, plain), (text): Gathered => [head, text]),
    open: (packet, ivAt, _associated, next) =>
      andThen(apply(packet.subarray(ivAt, ivAt + 8), packet.subarray(ivAt + 8)), next),
  };
}

function chained(cipher: BlockCipher, blockOctets: number): Protection {
  return {
    ...{ isAead: false, ivOctets: blockOctets, blockOctets, icvOctets: 0 },
    seal: (iv, _associated, plain, head) => andThen(cipher.encrypt(iv, plain), (text): Gathered => [head, text]),
    open: (packet, ivAt, _associated, next) => {
      const textAt = ivAt + blockOctets;
      return andThen(cipher.decrypt(packet.subarray(ivAt, textAt), packet.subarray(textAt)), next);
    },
  };
}

function tripleDesCbc(key: Octets): BlockCipher {
  const name = 'des-ede3-cbc';
  return {
    encrypt: (iv, plain) => Uint8Array.from(createCipheriv(name, key, iv).setAutoPadding(false).update(plain)),
    decrypt: (iv, text) => Uint8Array.from(createDecipheriv(name, key, iv).setAutoPadding(false).update(text)),
  };
}

/** Encrypted, then authenticated, as RFC 7296 3.14 and RFC 4303 3.4.4 want it. */
function authenticated(bare: Protection, mac: Mac, icvOctets: number): Protection {
  return {
    ...bare,
    icvOctets,
    seal: (iv, associated, plain, head, tail = emptyOctets) =>
      andThen(bare.seal(iv, associated, plain, emptyOctets), (pieces) => {
        const text = inOnePiece(pieces);
        return andThen(
          mac.sign(associated, iv, text, tail),
          (whole): Gathered => [head, text, whole.subarray(0, icvOctets)],
        );
      }),
    open: (packet, ivAt, associated, next, tail = emptyOctets) => {
      const icvAt = packet.length - icvOctets;
      const textOctets = icvAt - ivAt - bare.ivOctets;
      if (textOctets <= 0 || textOctets % bare.blockOctets > 0) return next(undefined);
      return andThen(mac.sign(associated, packet.subarray(ivAt, icvAt), tail), (whole) =>
        equalOctets(whole.subarray(0, icvOctets), packet.subarray(icvAt))
          ? bare.open(packet.subarray(0, icvAt), ivAt, associated, next)
          : next(undefined),
      );
    },
  };
}
