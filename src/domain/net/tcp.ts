/**
 * TCP segments (RFC 9293 3.1), enough for traffic that looks like NFS, SMB or iSCSI on the wire: no options, no state machine.
 */
import type { Octets } from '../bytes/octets.ts';
import type { IpAddress } from './address.ts';
import { checksumOf, pseudoHeaderSum, sumOf } from './checksum.ts';
import { setU16, writeIpHeader } from './ip.ts';
import { destinationOf, type IpLayout, sourceOf, u16At } from './ip-layout.ts';
import { protocols } from './protocol.ts';

const headerOctets = 20;

export const tcpFlags = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16 } as const;

export interface TcpSegment {
  readonly source: IpAddress;
  readonly destination: IpAddress;
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** Of 32 bits each. */
  readonly sequence: number;
  readonly acknowledgement: number;
  /** A sum of `tcpFlags`. */
  readonly flags: number;
  readonly window: number;
  readonly payload: Octets;
}

/** The IP packet of a segment. */
export function writeTcp(segment: TcpSegment): Octets {
  const { source, destination, payload } = segment;
  const at = source.family === 4 ? 20 : 40;
  const length = headerOctets + payload.length;
  const packet = new Uint8Array(at + length);
  setU16(packet, at, segment.sourcePort);
  setU16(packet, at + 2, segment.destinationPort);
  setU32(packet, at + 4, segment.sequence);
  setU32(packet, at + 8, segment.acknowledgement);
  packet[at + 12] = (headerOctets / 4) << 4;
  packet[at + 13] = segment.flags;
  setU16(packet, at + 14, segment.window);
  packet.set(payload, at + headerOctets);
  writeIpHeader(packet, { source, destination, protocol: protocols.tcp });
  setU16(packet, at + 16, checksumOf(pseudoHeaderSum(source, destination, protocols.tcp, length) + sumOf(packet, at)));
  return packet;
}

/** The segment in a whole TCP packet, its payload a view, its options passed over; undefined where anything is wrong. */
export function readTcp(packet: Octets, layout: IpLayout): TcpSegment | undefined {
  const at = layout.upperAt;
  const length = layout.length - at;
  if (layout.protocol !== protocols.tcp || layout.fragment || length < headerOctets) return undefined;
  const dataAt = at + ((packet[at + 12] as number) >> 4) * 4; // the header is there
  if (dataAt < at + headerOctets || dataAt > layout.length) return undefined;
  const source = sourceOf(packet, layout.family);
  const destination = destinationOf(packet, layout.family);
  const sum = pseudoHeaderSum(source, destination, protocols.tcp, length) + sumOf(packet, at, layout.length);
  if (checksumOf(sum) !== 0) return undefined;
  return {
    source,
    destination,
    sourcePort: u16At(packet, at),
    destinationPort: u16At(packet, at + 2),
    sequence: u32At(packet, at + 4),
    acknowledgement: u32At(packet, at + 8),
    flags: packet[at + 13] as number,
    window: u16At(packet, at + 14),
    payload: packet.subarray(dataAt, layout.length),
  };
}

function setU32(octets: Octets, at: number, value: number): void {
  setU16(octets, at, value >>> 16);
  setU16(octets, at + 2, value & 0xffff);
}

function u32At(octets: Octets, at: number): number {
  return u16At(octets, at) * 0x10000 + u16At(octets, at + 2);
}
