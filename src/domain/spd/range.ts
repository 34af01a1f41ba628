/**
 * Ranges of addresses as prefixes. A selector keeps its range; who looks packets up, sorts policies or reads a host's dialect wants
 * prefixes: the fewest that cover the range exactly, or the one that encloses it.
 */
import type { Octets } from '../bytes/octets.ts';
import type { IpAddress } from '../net/address.ts';
import { bitsOf, type Prefix } from '../net/prefix.ts';

/** The fewest prefixes that hold the range and nothing else, in order; at most twice the address's bits. */
export function toPrefixes(start: IpAddress, end: IpAddress): readonly Prefix[] {
  const bits = bitsOf(start);
  const prefixes: Prefix[] = [];
  let next = numberOf(start.octets);
  const last = numberOf(end.octets);
  while (next <= last) {
    let hostBits = 0; // grows while the block stays aligned and inside
    while (
      hostBits < bits &&
      (next & (1n << BigInt(hostBits))) === 0n &&
      next + (2n << BigInt(hostBits)) - 1n <= last
    ) {
      hostBits += 1;
    }
    prefixes.push({ address: addressAt(start.family, next), length: bits - hostBits });
    next += 1n << BigInt(hostBits);
  }
  return prefixes;
}

/** The longest prefix that holds the whole range, and whether it holds nothing else. */
export function enclosingPrefix(
  start: IpAddress,
  end: IpAddress,
): { readonly prefix: Prefix; readonly isExact: boolean } {
  const bits = bitsOf(start);
  const first = numberOf(start.octets);
  const last = numberOf(end.octets);
  let hostBits = 0n;
  while (first >> hostBits !== last >> hostBits) hostBits += 1n;
  const lowest = (first >> hostBits) << hostBits;
  const highest = lowest + (1n << hostBits) - 1n;
  return {
    prefix: { address: addressAt(start.family, lowest), length: bits - Number(hostBits) },
    isExact: lowest === first && highest === last,
  };
}

function numberOf(octets: Octets): bigint {
  return octets.reduce((sum, octet) => (sum << 8n) | BigInt(octet), 0n);
}

function addressAt(family: 4 | 6, value: bigint): IpAddress {
  const octets = new Uint8Array(family === 4 ? 4 : 16);
  for (let i = octets.length - 1, rest = value; i >= 0; i--, rest >>= 8n) octets[i] = Number(rest & 0xffn);
  return { family, octets };
}
