/**
 * IP packets in the making (RFC 791, RFC 8200): headers around a payload, lengths and header checksum right. Reading is
 * ip-layout.ts.
 */
import type { Octets } from '../bytes/octets.ts';
import { invariant } from '../bytes/result.ts';
import type { IpAddress } from './address.ts';
import { checksumOf, sumOf } from './checksum.ts';

/** What the 16-bit length fields can say; IPv6's does not count its own 40 octets. */
export const maxIpv4Octets = 65_535;
export const maxIpv6Octets = 65_575;

export interface IpFields {
  readonly source: IpAddress;
  readonly destination: IpAddress;
  readonly protocol: number;
  readonly payload: Octets;
  /** TTL or hop limit; 64 unless told. */
  readonly hopLimit?: number;
  /** TOS or traffic class, with its ECN bits; 0 unless told. */
  readonly trafficClass?: number;
  /** IPv4's identification; 0 unless told, which is lawful for a packet that must not be fragmented (RFC 6864). */
  readonly identification?: number;
}

/** A packet without options or extension headers; IPv4 with DF set. */
export function writeIp(fields: IpFields): Octets {
  const { family } = fields.source;
  invariant(family === fields.destination.family, 'a packet keeps to one address family');
  const headerOctets = family === 4 ? 20 : 40;
  const packet = new Uint8Array(headerOctets + fields.payload.length);
  packet.set(fields.payload, headerOctets);
  writeIpHeader(packet, fields);
  return packet;
}

/** Fills in the header of a packet whose payload already stands behind it. */
export function writeIpHeader(packet: Octets, fields: Omit<IpFields, 'payload'>): void {
  const { source, destination, protocol, hopLimit = 64, trafficClass = 0, identification = 0 } = fields;
  if (source.family === 4) {
    packet[0] = 0x45;
    packet[1] = trafficClass;
    setU16(packet, 4, identification);
    setU16(packet, 6, 0x4000); // DF
    packet[8] = hopLimit;
    packet[9] = protocol;
    packet.set(source.octets, 12);
    packet.set(destination.octets, 16);
  } else {
    packet[0] = 0x60 | (trafficClass >> 4);
    packet[1] = (trafficClass & 0x0f) << 4;
    setU16(packet, 2, 0); // the low part of the flow label
    packet[6] = protocol;
    packet[7] = hopLimit;
    packet.set(source.octets, 8);
    packet.set(destination.octets, 24);
  }
  fitHeader(packet, packet.length);
}

/** Makes length and IPv4 header checksum of `head` true of a packet of so many octets that begins with it. */
export function fitHeader(head: Octets, packetOctets: number): void {
  const isIpv4 = (head[0] as number) >> 4 === 4; // a header has its first octet
  invariant(packetOctets <= (isIpv4 ? maxIpv4Octets : maxIpv6Octets), 'a packet fits its length field');
  if (!isIpv4) {
    setU16(head, 4, packetOctets - 40);
    return;
  }
  setU16(head, 2, packetOctets);
  setU16(head, 10, 0);
  setU16(head, 10, checksumOf(sumOf(head, 0, ((head[0] as number) & 0x0f) * 4)));
}

/** The IPv4 header checksum is right (RFC 1122 3.2.1.2: what is not is dropped); IPv6 has none. */
export function hasGoodHeaderChecksum(packet: Octets): boolean {
  const first = packet[0] ?? 0;
  return first >> 4 !== 4 || checksumOf(sumOf(packet, 0, (first & 0x0f) * 4)) === 0;
}

/** Two octets in network order. */
export function setU16(octets: Uint8Array, at: number, value: number): void {
  octets[at] = value >>> 8;
  octets[at + 1] = value;
}
