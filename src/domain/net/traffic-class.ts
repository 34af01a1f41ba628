/**
 * TOS of IPv4, traffic class of IPv6: DSCP in the upper six bits (RFC 2474), ECN in the lower two (RFC 3168 5).
 */
import type { Octets } from '../bytes/octets.ts';
import { checksumOf } from './checksum.ts';
import { setU16 } from './ip.ts';
import { u16At } from './ip-layout.ts';

/** The codepoints of ECN. */
export const ecn = { notCapable: 0, ect1: 1, ect0: 2, congested: 3 } as const;

export function trafficClassOf(packet: Octets): number {
  const [first, second] = packet as unknown as [number, number]; // a packet has two octets
  return first >> 4 === 4 ? second : ((first & 0x0f) << 4) | (second >> 4);
}

export const ecnOf = (packet: Octets): number => trafficClassOf(packet) & 3;

/** In place, in a packet that has its header; IPv4's checksum follows (RFC 1624 eqn. 3), and one that was wrong stays wrong. */
export function setEcn(packet: Octets, codepoint: number): void {
  const [first, second] = packet as unknown as [number, number]; // a header is there
  if (first >> 4 === 6) {
    packet[1] = (second & ~0x30) | (codepoint << 4);
    return;
  }
  packet[1] = (second & ~3) | codepoint;
  const difference = 0xffff - second + (packet[1] as number);
  setU16(packet, 10, checksumOf(0xffff - u16At(packet, 10) + difference));
}
