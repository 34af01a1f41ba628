/**
 * The provider over WebCrypto, for browsers, workers, and Node where nothing faster is given; noble has what WebCrypto
 * lacks. What surprises about the platform:
 * - AES-CBC always pads, so encrypting gives a block too much, and decrypting wants one more that unpads to nothing;
 * - an empty HMAC key cannot be imported, though HMAC allows one;
 * - a tag that does not fit rejects, as a wrong key length does: lengths are checked before, so a rejection is a misfit.
 */
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import type { Gathered } from '../bytes/gathered.ts';
import { emptyOctets, type Octets } from '../bytes/octets.ts';
import { invariant } from '../bytes/result.ts';
import type { HashName } from './hash-name.ts';
import { kemSeedOctets, mlKemEncapsulate, mlKemKeyPair } from './ml-kem.ts';
import type { Aead, BlockCipher, CryptoProvider, Mac, StreamCipher } from './provider.ts';
import { drawnAhead, platformRandom } from './random.ts';
import { webKeyPair } from './web-key-pairs.ts';
import { webSigningKey, webVerifyingKey } from './web-signatures.ts';

export const webProvider: CryptoProvider = {
  name: 'WebCrypto',
  random: drawnAhead(platformRandom),
  digest: async (hash, data) => new Uint8Array(await crypto.subtle.digest(hash, data)),
  hmac,
  aesGcm,
  chacha20Poly1305,
  aesCbc,
  aesCtr,
  keyPair: webKeyPair,
  kemKeyPair: (kem, seed) => mlKemKeyPair(kem, seed ?? platformRandom(kemSeedOctets.keyPair)),
  encapsulate: (kem, key, seed) => mlKemEncapsulate(kem, key, seed ?? platformRandom(kemSeedOctets.encapsulation)),
  signingKey: webSigningKey,
  verifyingKey: webVerifyingKey,
};

async function hmac(hash: HashName, key: Octets): Promise<Mac> {
  const raw = key.length === 0 ? new Uint8Array(1) : key; // HMAC fills a short key up with zeros
  const imported = await crypto.subtle.importKey('raw', raw, { name: 'HMAC', hash }, false, ['sign']);
  return {
    sign(...parts) {
      const data = gathered(parts);
      const signed = crypto.subtle.sign('HMAC', imported, data);
      data.fill(0); // it may have been secret
      return signed.then(asOctets);
    },
  };
}

async function aesGcm(key: Octets, tagOctets: 8 | 12 | 16 = 16): Promise<Aead> {
  const imported = await importAes(key, 'AES-GCM');
  const tagLength = 8 * tagOctets;
  return {
    seal: (iv, additionalData, plain, head) =>
      crypto.subtle
        .encrypt({ name: 'AES-GCM', iv, additionalData, tagLength }, imported, plain)
        .then((sealed): Gathered => [head, new Uint8Array(sealed)]),
    open: (iv, additionalData, packet, sealedAt, next) =>
      crypto.subtle
        .decrypt({ name: 'AES-GCM', iv, additionalData, tagLength }, imported, packet.subarray(sealedAt))
        .then(
          (plain) => next(new Uint8Array(plain)),
          () => next(undefined),
        ),
  };
}

function chacha20Poly1305(key: Octets): Aead {
  const own = key.slice();
  const decrypted = (nonce: Octets, associated: Octets, cipherAndTag: Octets): Octets | undefined => {
    invariant(nonce.length === 12, 'a nonce has 12 octets');
    try {
      return chacha20poly1305(own, nonce, associated).decrypt(cipherAndTag);
    } catch {
      return undefined; // the tag does not fit
    }
  };
  return {
    seal: (nonce, associated, plain, head) => [head, chacha20poly1305(own, nonce, associated).encrypt(plain)],
    open: (nonce, associated, packet, sealedAt, next) => next(decrypted(nonce, associated, packet.subarray(sealedAt))),
  };
}

async function aesCbc(key: Octets): Promise<BlockCipher> {
  const imported = await importAes(key, 'AES-CBC');
  const encrypt = (iv: Octets, plain: Octets) => crypto.subtle.encrypt({ name: 'AES-CBC', iv }, imported, plain);
  return {
    encrypt(iv, plain) {
      const count = plain.length;
      return encrypt(iv, plain).then((padded) => new Uint8Array(padded, 0, count));
    },
    async decrypt(iv, cipher) {
      if (cipher.length === 0) return emptyOctets;
      const padding = new Uint8Array(await encrypt(cipher.subarray(cipher.length - 16), emptyOctets));
      return new Uint8Array(
        await crypto.subtle.decrypt({ name: 'AES-CBC', iv }, imported, gathered([cipher, padding])),
      );
    },
  };
}

async function aesCtr(key: Octets): Promise<StreamCipher> {
  const imported = await importAes(key, 'AES-CTR');
  return {
    apply: async (counter, data) =>
      new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-CTR', counter, length: 32 }, imported, data)),
  };
}

/** Parts in one piece, in memory that serves every call: WebCrypto has copied it when its call returns. */
function gathered(parts: readonly Octets[]): Octets {
  let count = 0;
  for (const part of parts) count += part.length;
  const whole = count > memory.length ? new Uint8Array(count) : memory.subarray(0, count);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const memory: Octets = new Uint8Array(16_384);

const asOctets = (memory: ArrayBuffer): Octets => new Uint8Array(memory);

function importAes(key: Octets, name: 'AES-GCM' | 'AES-CBC' | 'AES-CTR'): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', key, { name }, false, ['encrypt', 'decrypt']);
}
