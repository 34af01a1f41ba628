/**
 * Combined modes: AES-GCM (RFC 4106, RFC 5282), ChaCha20-Poly1305 (RFC 7634), and AES-GMAC, which authenticates and hides
 * nothing (RFC 4543). The nonce is the salt from the key material, then the IV that is sent.
 */
import { concat, emptyOctets, type Octets } from '../bytes/octets.ts';
import { andThen } from './awaitable.ts';
import type { Protection } from './protection.ts';
import type { Aead } from './provider.ts';
import type { EncryptionRow } from './transforms.ts';

export function aeadProtection(aead: Aead, row: EncryptionRow, salt: Octets): Protection {
  const { ivOctets, blockOctets, icvOctets } = row;
  return {
    isAead: true,
    ivOctets,
    blockOctets,
    icvOctets,
    seal: (iv, associated, plain) => aead.seal(nonceOf(salt, iv), associated, plain),
    open: (iv, associated, cipherAndIcv) =>
      cipherAndIcv.length < icvOctets ? undefined : aead.open(nonceOf(salt, iv), associated, cipherAndIcv),
  };
}

/** The packet rides in the clear; it is associated data, and so is the IV (RFC 4543 3.3). */
export function gmacProtection(aead: Aead, row: EncryptionRow, salt: Octets): Protection {
  const { ivOctets, blockOctets, icvOctets } = row;
  return {
    isAead: true,
    ivOctets,
    blockOctets,
    icvOctets,
    seal: (iv, associated, plain) =>
      andThen(aead.seal(nonceOf(salt, iv), concat(associated, iv, plain), emptyOctets), (icv) => concat(plain, icv)),
    open(iv, associated, plainAndIcv) {
      const end = plainAndIcv.length - icvOctets;
      if (end < 0) return undefined;
      const plain = plainAndIcv.subarray(0, end);
      const opened = aead.open(nonceOf(salt, iv), concat(associated, iv, plain), plainAndIcv.subarray(end));
      return andThen(opened, (empty) => (empty === undefined ? undefined : plain));
    },
  };
}

function nonceOf(salt: Octets, iv: Octets): Octets {
  const nonce = new Uint8Array(12);
  nonce.set(salt);
  nonce.set(iv, 4);
  return nonce;
}
