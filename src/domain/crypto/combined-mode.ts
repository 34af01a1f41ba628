/**
 * Combined modes: AES-GCM (RFC 4106, RFC 5282), ChaCha20-Poly1305 (RFC 7634), and AES-GMAC, which authenticates and hides
 * nothing (RFC 4543). The nonce is the salt from the key material, then the IV that is sent.
 */
import { concat, emptyOctets, joined, type Octets } from '../bytes/octets.ts';
import { andThen } from './awaitable.ts';
import type { Mode } from './mode.ts';
import type { Aead } from './provider.ts';
import type { EncryptionRow } from './transforms.ts';

export function aeadMode(aead: Aead, { ivOctets, blockOctets, icvOctets }: EncryptionRow, salt: Octets): Mode {
  const nonceOf = noncesOf(salt);
  return {
    ...{ isAead: true, ivOctets, blockOctets, icvOctets },
    seal: (iv, associated, plain, _tail, finish) => aead.seal(nonceOf(iv), associated, plain, finish),
    open: (iv, associated, cipherAndIcv) =>
      cipherAndIcv.length < icvOctets ? undefined : aead.open(nonceOf(iv), associated, cipherAndIcv),
  };
}

/** The packet rides in the clear; it is associated data, and so is the IV (RFC 4543 3.3). */
export function gmacMode(aead: Aead, { ivOctets, blockOctets, icvOctets }: EncryptionRow, salt: Octets): Mode {
  const nonceOf = noncesOf(salt);
  return {
    ...{ isAead: true, ivOctets, blockOctets, icvOctets },
    seal(iv, associated, plain, _tail, finish = joined) {
      const covered = concat(associated, iv, plain);
      const text = covered.subarray(covered.length - plain.length); // ours: `plain` may be gone when the ICV comes
      return andThen(aead.seal(nonceOf(iv), covered, emptyOctets), (icv) => finish(text, icv));
    },
    open(iv, associated, plainAndIcv) {
      const end = plainAndIcv.length - icvOctets;
      if (end < 0) return undefined;
      const plain = plainAndIcv.subarray(0, end);
      const opened = aead.open(nonceOf(iv), concat(associated, iv, plain), plainAndIcv.subarray(end));
      return andThen(opened, (empty) => (empty === undefined ? undefined : plain));
    },
  };
}

/** One nonce's memory for all packets of a key: a provider has read it when it returns. */
function noncesOf(salt: Octets): (iv: Octets) => Octets {
  const nonce = new Uint8Array(12);
  nonce.set(salt);
  return (iv) => {
    for (let i = 0; i < iv.length; i++) nonce[i + 4] = iv[i] as number; // `i` is below the length
    return nonce;
  };
}
