/**
 * Seals secrets for storage: AES-256-GCM under a key that stays where it is (a non-extractable CryptoKey of the browser, or a
 * file of the host's owner). The place that a secret belongs to is authenticated with it.
 */
import { concat, utf8 } from '../domain/bytes/octets.ts';
import { Secret } from '../domain/bytes/secret.ts';

const ivOctets = 12;

export interface Sealer {
  /** Base64 of IV, ciphertext and tag. */
  seal(secret: Secret, place: string): Promise<string>;
  /** Undefined: sealed with another key, for another place, or damaged. */
  open(sealed: string, place: string): Promise<Secret | undefined>;
}

export function aesGcmSealer(key: CryptoKey): Sealer {
  return {
    async seal(secret, place) {
      const iv = crypto.getRandomValues(new Uint8Array(ivOctets)); // random: one key seals far fewer than 2^32 secrets
      const algorithm = { name: 'AES-GCM', iv, additionalData: utf8(place) };
      const sealed = await crypto.subtle.encrypt(algorithm, key, secret.reveal());
      return toBase64(concat(iv, new Uint8Array(sealed)));
    },
    async open(sealed, place) {
      try {
        const octets = Uint8Array.from(atob(sealed), (char) => char.charCodeAt(0));
        const algorithm = { name: 'AES-GCM', iv: octets.subarray(0, ivOctets), additionalData: utf8(place) };
        return new Secret(new Uint8Array(await crypto.subtle.decrypt(algorithm, key, octets.subarray(ivOctets))));
      } catch {
        return undefined; // WebCrypto tells a false tag, a short IV and bad Base64 by exceptions alone
      }
    },
  };
}

/** A key for `aesGcmSealer` that nobody can read out again. */
export const newSealingKey = (): Promise<CryptoKey> =>
  crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);

export const importSealingKey = (octets: Uint8Array<ArrayBuffer>): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', octets, 'AES-GCM', false, ['encrypt', 'decrypt']);

const toBase64 = (octets: Uint8Array): string => btoa(String.fromCharCode(...octets));
