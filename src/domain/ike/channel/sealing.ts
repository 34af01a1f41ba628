/**
 * The Encrypted payload over raw octets (RFC 7296 3.14), and its fragments (RFC 7383 2.5). What the ICV covers is what is
 * sent and what came, never a message written anew: from the first octet of the IKE header up to the ICV.
 *
 * Seal and open know nothing of payloads: `head` ends with the generic header of SK, or with the fragment fields of SKF.
 */
import { inOnePiece } from '../../bytes/gathered.ts';
import { concat, type Octets, octetsOf } from '../../bytes/octets.ts';
import { invariant } from '../../bytes/result.ts';
import { type Awaitable, andThen } from '../../crypto/awaitable.ts';
import type { Protection } from '../../crypto/protection.ts';
import type { Random } from '../../crypto/random.ts';
import { lengthOffset } from '../message/header.ts';

/**
 * The IV of the `count`th message sealed under a key: a counter for AEADs and counter mode, which must never repeat
 * (RFC 5282 3.1), unforeseeable octets for CBC (RFC 7296 3.14). Who seals keeps the count, so that a replay can keep it too.
 */
export function ivOf(protection: Protection, count: number, random: Random): Octets {
  if (protection.ivOctets !== 8) return random(protection.ivOctets);
  const iv = new Uint8Array(8);
  new DataView(iv.buffer).setBigUint64(0, BigInt(count));
  return iv;
}

/**
 * The whole message: `head` with its two lengths filled in, IV, ciphertext, ICV.
 *
 * `head` begins with the IKE header and ends where the IV begins; the generic header of SK or SKF stands at
 * `payloadOffset` in it. `payloads` is the chain inside, without padding.
 */
export function sealSk(
  protection: Protection,
  iv: Octets,
  head: Octets,
  payloadOffset: number,
  payloads: Octets,
): Awaitable<Octets> {
  invariant(iv.length === protection.ivOctets, 'the IV is as long as the cipher wants it');
  const plain = pad(payloads, protection.blockOctets);
  const filled = head.slice();
  const total = head.length + iv.length + plain.length + protection.icvOctets;
  const view = new DataView(filled.buffer);
  invariant(total - payloadOffset <= 0xffff, 'an SK payload has a 16-bit length');
  view.setUint16(payloadOffset + 2, total - payloadOffset);
  view.setUint32(lengthOffset, total);
  return andThen(protection.seal(iv, filled, plain, concat(filled, iv)), inOnePiece);
}

/**
 * The chain inside of an SK or SKF payload, without its padding; undefined when the ICV does not fit or a length cannot be
 * right. `sealed` is the end of `message`: IV, ciphertext and ICV, as the parser found them.
 */
export function openSk(protection: Protection, message: Octets, sealed: Octets): Awaitable<Octets | undefined> {
  if (sealed.length < protection.ivOctets + protection.icvOctets) return undefined;
  const ivAt = message.length - sealed.length;
  return protection.open(message, ivAt, message.subarray(0, ivAt), unpad);
}

/** Zeros, then their count: to a whole number of blocks. The content of padding says nothing (RFC 7296 3.14). */
function pad(payloads: Octets, blockOctets: number): Octets {
  const padding = (blockOctets - ((payloads.length + 1) % blockOctets)) % blockOctets;
  const plain = new Uint8Array(payloads.length + padding + 1);
  plain.set(payloads);
  plain[plain.length - 1] = padding;
  return plain;
}

function unpad(plain: Uint8Array | undefined): Octets | undefined {
  const padding = plain?.at(-1);
  if (plain === undefined || padding === undefined || padding + 1 > plain.length) return undefined;
  return octetsOf(plain, plain.length - 1 - padding);
}
