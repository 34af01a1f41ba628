/**
 * The Internet checksum (RFC 1071): the ones' complement of the ones' complement sum of 16-bit words. Sums are kept unfolded, so
 * that a pseudo-header and a payload add up before one folding.
 */
import type { IpAddress } from './address.ts';

/** The unfolded sum of octets from `start` to before `end`; an odd last octet counts as the high half of a word. */
export function sumOf(octets: Uint8Array, start = 0, end = octets.length): number {
  let sum = 0;
  const even = end - ((end - start) & 1);
  for (let i = start; i < even; i += 2) sum += ((octets[i] as number) << 8) | (octets[i + 1] as number); // both below `end`
  if (even < end) sum += (octets[even] as number) << 8; // below `end`
  return sum;
}

/** The checksum of an unfolded sum. Sums of up to 2^32 octets stay exact in a double. */
export function checksumOf(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded % 0x10000) + Math.floor(folded / 0x10000);
  return 0xffff - folded;
}

/** The sum of the pseudo-header that UDP, TCP and ICMPv6 cover (RFC 9293 3.1, RFC 8200 8.1). */
export function pseudoHeaderSum(source: IpAddress, destination: IpAddress, protocol: number, length: number): number {
  return sumOf(source.octets) + sumOf(destination.octets) + protocol + (length >>> 16) + (length & 0xffff);
}
