/** The floors in a worker: WebCrypto's own calls, and noble's for what WebCrypto lacks. */
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import type { Octets } from '../../src/domain/bytes/octets.ts';
import type { BareCipher } from '../esp.ts';

/** @param key the salt behind it, which is left out here. */
export async function bareGcm(key: Octets): Promise<BareCipher> {
  const imported = await importAes(key.subarray(0, 32), 'AES-GCM');
  return {
    seal: (iv, additionalData, plain) =>
      crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData }, imported, plain),
    open: (iv, additionalData, text) => crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData }, imported, text),
  };
}

export function bareChacha(key: Octets): BareCipher {
  const own = key.slice(0, 32);
  return {
    seal: (iv, associated, plain) => chacha20poly1305(own, iv, associated).encrypt(plain),
    open: (iv, associated, text) => chacha20poly1305(own, iv, associated).decrypt(text),
  };
}

/** Encryption pads by itself, and decryption wants the padding, as the provider's does. */
export async function bareCbc(key: Octets): Promise<BareCipher> {
  const imported = await importAes(key, 'AES-CBC');
  const hmac = { name: 'HMAC', hash: 'SHA-256' };
  const integrity = await crypto.subtle.importKey('raw', new Uint8Array(32), hmac, false, ['sign']);
  const encrypt = (iv: Octets, plain: Octets) => crypto.subtle.encrypt({ name: 'AES-CBC', iv }, imported, plain);
  return {
    async seal(iv, _associated, plain) {
      const text = await encrypt(iv, plain);
      return [text, await crypto.subtle.sign('HMAC', integrity, text)];
    },
    async open(iv, _associated, textAndIcv) {
      const text = textAndIcv.subarray(0, -16);
      await crypto.subtle.sign('HMAC', integrity, text);
      const padded = new Uint8Array(text.length + 16);
      padded.set(text);
      padded.set(new Uint8Array(await encrypt(text.subarray(-16), new Uint8Array(0))), text.length);
      return crypto.subtle.decrypt({ name: 'AES-CBC', iv }, imported, padded);
    },
  };
}

function importAes(key: Octets, name: 'AES-GCM' | 'AES-CBC'): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', key, { name }, false, ['encrypt', 'decrypt']);
}
