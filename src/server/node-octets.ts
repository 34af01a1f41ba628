/**
 * Octets between Node and the domain, which knows no Buffer: a Buffer's `slice` shares memory where an array's copies.
 */
import type { Octets } from '../domain/bytes/octets.ts';

/** The same memory as plain octets. */
export function octetsOf(buffer: Buffer): Octets {
  return new Uint8Array(buffer.buffer as ArrayBuffer, buffer.byteOffset, buffer.length); // node:crypto shares no memory
}
