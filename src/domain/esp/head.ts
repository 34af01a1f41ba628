/**
 * What stands before an ESP packet on the wire: in transport mode the packet's own headers, in tunnel mode a new outer header
 * (RFC 4303 3.1, RFC 4301 5.1.2), and between them and ESP perhaps UDP (RFC 3948 2.1).
 */
import { type Gathered, octetsIn } from '../bytes/gathered.ts';
import type { Octets } from '../bytes/octets.ts';
import { checksumOf, pseudoHeaderSum, sumOf } from '../net/checksum.ts';
import { fitHeader, setU16, writeIpHeader } from '../net/ip.ts';
import { destinationOf, type IpLayout, sourceOf } from '../net/ip-layout.ts';
import { protocols } from '../net/protocol.ts';
import { trafficClassOf } from '../net/traffic-class.ts';
import { udpHeaderOctets } from '../net/udp.ts';
import type { EspPath, UdpPorts } from './sa.ts';

/** Octets of the ESP packet that the head is for: of its own head, for which the room is left, and of the whole. */
export interface EspRoom {
  readonly headOctets: number;
  readonly octets: number;
}

/** The packet's headers up to where ESP goes in, the protocol field and the length made true; then room for ESP's own. */
export function transportHead(packet: Octets, layout: IpLayout, udp: UdpPorts | undefined, esp: EspRoom): Octets {
  const { splitAt, splitProtocolAt } = layout;
  const espAt = splitAt + udpOctets(udp);
  const head = new Uint8Array(espAt + esp.headOctets);
  copyHead(head, packet, splitAt);
  head[splitProtocolAt] = protocolOf(udp);
  if (udp) writeUdpHeader(head, splitAt, udp, esp.octets);
  fitHeader(head, espAt + esp.octets);
  return head;
}

/**
 * A new header from one end of the tunnel to the other; DSCP and ECN as inside (RFC 6040 4.1), DF as inside. What may be cut up on its
 * way has an identification that does not come again soon (RFC 6864 4.2). Room as above.
 */
export function tunnelHead(
  inner: Octets,
  { source, destination, udp }: EspPath,
  identification: number,
  esp: EspRoom,
): Octets {
  const ipOctets = source.family === 4 ? 20 : 40;
  const espAt = ipOctets + udpOctets(udp);
  const head = new Uint8Array(espAt + esp.headOctets);
  writeIpHeader(head, { source, destination, protocol: protocolOf(udp), trafficClass: trafficClassOf(inner) });
  const hasDf = (inner[0] as number) >> 4 === 6 || ((inner[6] as number) & 0x40) !== 0; // the inner header was laid out
  if (source.family === 4 && !hasDf) {
    setU16(head, 4, identification);
    setU16(head, 6, 0);
  }
  if (udp) writeUdpHeader(head, ipOctets, udp, esp.octets);
  fitHeader(head, espAt + esp.octets);
  return head;
}

/** Transport mode: the headers that stood before ESP as they were before it went in, around so many octets of payload. */
export function restoredHead(
  packet: Octets,
  { upperAt, protocolAt }: IpLayout,
  nextHeader: number,
  payloadOctets: number,
): Octets {
  const head = new Uint8Array(upperAt);
  copyHead(head, packet, upperAt);
  head[protocolAt] = nextHeader;
  fitHeader(head, upperAt + payloadOctets);
  return head;
}

/** The UDP checksum of a packet that is ready, in its head. What stands in the head before the second piece is of even length. */
export function fillUdpChecksum(packet: Gathered, udpAt: number): void {
  const [head] = packet;
  const length = octetsIn(packet) - udpAt;
  let sum = pseudoHeaderSum(sourceOf(head, 6), destinationOf(head, 6), protocols.udp, length) + sumOf(head, udpAt);
  for (const piece of packet.slice(1)) sum += sumOf(piece);
  setU16(head, udpAt + 6, checksumOf(sum) || 0xffff); // zero would say that there is none
}

/** The first few octets of a packet: for so few a loop is quicker than a view and `set`. */
function copyHead(to: Octets, from: Octets, count: number): void {
  for (let i = 0; i < count; i++) to[i] = from[i] as number; // `from` has its headers
}

function protocolOf(udp: UdpPorts | undefined): number {
  return udp ? protocols.udp : protocols.esp;
}

function udpOctets(udp: UdpPorts | undefined): number {
  return udp ? udpHeaderOctets : 0;
}

/** Without a checksum, as RFC 3948 2.1 wants; over IPv6 `fillUdpChecksum` follows. */
function writeUdpHeader(head: Octets, at: number, udp: UdpPorts, espPacketOctets: number): void {
  setU16(head, at, udp.sourcePort);
  setU16(head, at + 2, udp.destinationPort);
  setU16(head, at + 4, udpHeaderOctets + espPacketOctets);
  setU16(head, at + 6, 0);
}
