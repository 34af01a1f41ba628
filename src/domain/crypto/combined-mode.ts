/**
 * Combined modes: AES-GCM (RFC 4106, RFC 5282), ChaCha20-Poly1305 (RFC 7634), and AES-GMAC, which authenticates and hides
 * nothing (RFC 4543). The nonce is the salt from the key material, then the IV that is sent.
 */
import { concat, emptyOctets, type Octets } from '../bytes/octets.ts';
import type { Mode } from './mode.ts';
import type { Aead } from './provider.ts';
import type { EncryptionRow } from './transforms.ts';

export function aeadMode(aead: Aead, { ivOctets, blockOctets, icvOctets }: EncryptionRow, salt: Octets): Mode {
  const nonceOf = noncesOf(salt);
  return {
    ...{ isAead: true, ivOctets, blockOctets, icvOctets },
    seal: (iv, associated, plain, head) => aead.seal(nonceOf(iv, 0), associated, plain, head),
    open: (packet, ivAt, associated, next) =>
      packet.length < ivAt + ivOctets + icvOctets
        ? next(undefined)
        : aead.open(nonceOf(packet, ivAt), associated, packet, ivAt + ivOctets, next),
  };
}

/** The packet rides in the clear; it is associated data, and so is the IV (RFC 4543 3.3). */
export function gmacMode(aead: Aead, { ivOctets, blockOctets, icvOctets }: EncryptionRow, salt: Octets): Mode {
  const nonceOf = noncesOf(salt);
  return {
    ...{ isAead: true, ivOctets, blockOctets, icvOctets },
    seal(iv, associated, plain, head) {
      const whole = concat(head, plain); // ours: `plain` may be gone when the ICV comes
      return aead.seal(nonceOf(iv, 0), concat(associated, iv, plain), emptyOctets, whole);
    },
    open(packet, ivAt, associated, next) {
      const icvAt = packet.length - icvOctets;
      if (icvAt < ivAt + ivOctets) return next(undefined);
      const covered = concat(associated, packet.subarray(ivAt, icvAt));
      const plainAt = associated.length + ivOctets; // what was checked is given, even if `packet` is another one by then
      return aead.open(nonceOf(packet, ivAt), covered, packet, icvAt, (empty) =>
        next(empty === undefined ? undefined : covered.subarray(plainAt)),
      );
    },
  };
}

/** One nonce's memory for all packets of a key: a provider has read it when it returns. */
function noncesOf(salt: Octets): (from: Octets, ivAt: number) => Octets {
  const nonce = new Uint8Array(12);
  nonce.set(salt);
  return (from, ivAt) => {
    for (let i = 0; i < 8; i++) nonce[i + 4] = from[ivAt + i] as number; // the caller knows that they are there
    return nonce;
  };
}
