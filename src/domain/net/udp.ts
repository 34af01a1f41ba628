/**
 * UDP (RFC 768), whole as an IP packet: what IKE and the traffic generators send.
 */
import type { Octets } from '../bytes/octets.ts';
import type { IpAddress } from './address.ts';
import { checksumOf, pseudoHeaderSum, sumOf } from './checksum.ts';
import { setU16, writeIpHeader } from './ip.ts';
import { destinationOf, type IpLayout, sourceOf, u16At } from './ip-layout.ts';
import { protocols } from './protocol.ts';

export const udpHeaderOctets = 8;

export interface UdpDatagram {
  readonly source: IpAddress;
  readonly destination: IpAddress;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly payload: Octets;
}

/** The IP packet of a datagram. */
export function writeUdp(datagram: UdpDatagram): Octets {
  const { source, destination, payload } = datagram;
  const headerOctets = source.family === 4 ? 20 : 40;
  const length = udpHeaderOctets + payload.length;
  const packet = new Uint8Array(headerOctets + length);
  setU16(packet, headerOctets, datagram.sourcePort);
  setU16(packet, headerOctets + 2, datagram.destinationPort);
  setU16(packet, headerOctets + 4, length);
  packet.set(payload, headerOctets + udpHeaderOctets);
  writeIpHeader(packet, { source, destination, protocol: protocols.udp });
  const sum = pseudoHeaderSum(source, destination, protocols.udp, length) + sumOf(packet, headerOctets);
  setU16(packet, headerOctets + 6, checksumOf(sum) || 0xffff); // zero would say that there is none
  return packet;
}

/**
 * The datagram in a whole UDP packet, its payload a view; undefined where header, length or checksum is wrong. Over IPv6 there is a
 * checksum (RFC 8200 8.1); tunnels may go without one only where both ends are set so (RFC 6935 5), and ESP in UDP is not.
 */
export function readUdp(packet: Octets, layout: IpLayout): UdpDatagram | undefined {
  const at = layout.upperAt;
  if (layout.protocol !== protocols.udp || layout.fragment || layout.length < at + udpHeaderOctets) return undefined;
  const length = u16At(packet, at + 4);
  if (length < udpHeaderOctets || at + length > layout.length) return undefined;

  const source = sourceOf(packet, layout.family);
  const destination = destinationOf(packet, layout.family);
  const hasChecksum = u16At(packet, at + 6) !== 0;
  if (!hasChecksum && layout.family === 6) return undefined;
  if (hasChecksum) {
    const sum = pseudoHeaderSum(source, destination, protocols.udp, length) + sumOf(packet, at, at + length);
    if (checksumOf(sum) !== 0) return undefined;
  }
  return {
    source,
    destination,
    sourcePort: u16At(packet, at),
    destinationPort: u16At(packet, at + 2),
    payload: packet.subarray(at + udpHeaderOctets, at + length),
  };
}
