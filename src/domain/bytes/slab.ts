/**
 * Memory for packets, cut from slabs: a fresh array of 1,416 octets costs 0.5 µs under Node and 1.3 µs in Chromium, where
 * sealing as many octets costs four. No part of a slab is handed out twice, and each is zeros.
 *
 * Who keeps such octets keeps the slab, and who posts them to another thread posts all of it: copy them first.
 */
import type { Octets } from './octets.ts';

const slabOctets = 65_536;
let slab: Octets = new Uint8Array(0);
let used = 0;

export function allocatePacket(count: number): Octets {
  if (count > slabOctets / 2) return new Uint8Array(count);
  if (used + count > slab.length) {
    slab = new Uint8Array(slabOctets);
    used = 0;
  }
  const start = used;
  used += (count + 7) & ~7; // whole words: ciphers are slower on odd addresses
  return slab.subarray(start, start + count);
}
