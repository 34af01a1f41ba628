/**
 * ICMP and ICMPv6 (RFC 792, RFC 4443): echo, for ping, and what errors quote. Type and code of any message are read by spd/flow.ts.
 */
import type { Gathered } from '../bytes/gathered.ts';
import type { Octets } from '../bytes/octets.ts';
import type { IpAddress } from './address.ts';
import { checksumOf, pseudoHeaderSum, sumOf } from './checksum.ts';
import { setU16, writeIpHeader } from './ip.ts';
import { destinationOf, type IpLayout, sourceOf, u16At, upperLayerOf } from './ip-layout.ts';
import { isIcmp, protocols } from './protocol.ts';

const headerOctets = 8;

/** Type numbers of echo messages, by family. */
const echoTypes = { 4: { request: 8, reply: 0 }, 6: { request: 128, reply: 129 } } as const;

export interface Echo {
  readonly kind: 'request' | 'reply';
  readonly source: IpAddress;
  readonly destination: IpAddress;
  readonly identifier: number;
  readonly sequence: number;
  readonly data: Octets;
}

/** The IP packet of an echo message. */
export function writeEcho(echo: Echo): Octets {
  const { source, destination, data } = echo;
  const at = source.family === 4 ? 20 : 40;
  const protocol = source.family === 4 ? protocols.icmp : protocols.icmpv6;
  const packet = new Uint8Array(at + headerOctets + data.length);
  packet[at] = echoTypes[source.family][echo.kind];
  setU16(packet, at + 4, echo.identifier);
  setU16(packet, at + 6, echo.sequence);
  packet.set(data, at + headerOctets);
  writeIpHeader(packet, { source, destination, protocol });
  setU16(packet, at + 2, checksumOf(coveredSum(packet, at, packet.length, source, destination, protocol)));
  return packet;
}

/** The echo message in a whole packet; undefined where it is none or its checksum is wrong. */
export function readEcho(packet: Octets, layout: IpLayout): Echo | undefined {
  const at = layout.upperAt;
  if (!isIcmp(layout.protocol) || layout.fragment || layout.length < at + headerOctets) return undefined;
  const types = echoTypes[layout.family];
  const type = packet[at];
  if (type !== types.request && type !== types.reply) return undefined;
  const source = sourceOf(packet, layout.family);
  const destination = destinationOf(packet, layout.family);
  if (checksumOf(coveredSum(packet, at, layout.length, source, destination, layout.protocol)) !== 0) return undefined;
  return {
    kind: type === types.request ? 'request' : 'reply',
    source,
    destination,
    identifier: u16At(packet, at + 4),
    sequence: u16At(packet, at + 6),
    data: packet.subarray(at + headerOctets, layout.length),
  };
}

/** The identifier alone, without a look at the checksum; undefined where it is no echo message. */
export function echoIdentifierOf(packet: Gathered, layout: IpLayout): number | undefined {
  const { protocol, family, fragment, upperAt, length } = layout;
  if (!isIcmp(protocol) || fragment || length < upperAt + headerOctets) return undefined;
  const { request, reply } = echoTypes[family];
  const upper = upperLayerOf(packet, layout);
  return upper[0] === request || upper[0] === reply ? u16At(upper, 4) : undefined;
}

/** Types of errors, which quote the packet that they are about: unreachable, too big, time exceeded, parameter problem. */
const errorTypes: Readonly<Record<4 | 6, readonly number[]>> = { 4: [3, 11, 12], 6: [1, 2, 3, 4] };

/** As much as an error quotes of the packet that it is about, a view; undefined where it is no error. */
export function quotedIn(
  packet: Octets,
  { protocol, family, fragment, upperAt, length }: IpLayout,
): Octets | undefined {
  if (!isIcmp(protocol) || fragment || length < upperAt + headerOctets) return undefined;
  const isError = errorTypes[family].includes(packet[upperAt] as number); // eight octets are there
  return isError ? packet.subarray(upperAt + headerOctets, length) : undefined;
}

/** ICMPv6 covers a pseudo-header, ICMP does not. */
function coveredSum(
  packet: Octets,
  at: number,
  end: number,
  source: IpAddress,
  destination: IpAddress,
  protocol: number,
): number {
  const sum = sumOf(packet, at, end);
  return protocol === protocols.icmp ? sum : sum + pseudoHeaderSum(source, destination, protocol, end - at);
}
