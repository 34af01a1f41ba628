/**
 * Where things stand in an IP packet (RFC 791 3.1, RFC 8200 3 and 4): one walk over the headers that finds the upper protocol,
 * the place where ESP goes in, and whether this is a fragment. The walk copies nothing: it runs once for each packet.
 */
import type { Gathered } from '../bytes/gathered.ts';
import type { Octets } from '../bytes/octets.ts';
import { err, ok, type Result } from '../bytes/result.ts';
import type { IpAddress } from './address.ts';
import { protocols } from './protocol.ts';

export interface IpLayout {
  readonly family: 4 | 6;
  /** Octets of the packet by its own length field: what follows is padding of the link. */
  readonly length: number;
  /** Protocol or next header of the upper layer, where that octet stands, and where the layer begins. */
  readonly protocol: number;
  readonly protocolAt: number;
  readonly upperAt: number;
  /**
   * Where ESP goes in transport mode: after hop-by-hop, routing and fragment headers, before destination options that are for the
   * end alone (RFC 4303 3.1.1). `splitProtocol` is what the octet at `splitProtocolAt` says, the protocol that begins at `splitAt`.
   */
  readonly splitAt: number;
  readonly splitProtocol: number;
  readonly splitProtocolAt: number;
  /** By a routing header or a source route it goes on from its destination to others: that is not where it ends. */
  readonly isRoutedOn: boolean;
  readonly fragment?: Fragment;
}

export interface Fragment {
  readonly identification: number;
  /** Where this fragment's octets go, in the whole. */
  readonly offset: number;
  readonly hasMore: boolean;
  /** Where this fragment's octets begin. */
  readonly partAt: number;
  /** IPv6: where the octet stands that announces the fragment header. */
  readonly announcedAt?: number;
}

export type IpRefusal =
  | { readonly code: 'truncated'; readonly field: string; readonly needed: number; readonly got: number }
  | { readonly code: 'notIp'; readonly version: number }
  | { readonly code: 'badHeader'; readonly field: string; readonly got: number };

/** @param octets of the whole packet, where `packet` is but its first piece, with all IP headers in it. */
export function layOut(packet: Octets, octets = packet.length): Result<IpLayout, IpRefusal> {
  const version = (packet[0] ?? 0) >> 4;
  if (version === 4) return layOutIpv4(packet, octets);
  if (version === 6) return layOutIpv6(packet, octets);
  return err({ code: 'notIp', version });
}

/** The source address, a view into the packet. */
export function sourceOf(packet: Octets, family: 4 | 6): IpAddress {
  return { family, octets: family === 4 ? packet.subarray(12, 16) : packet.subarray(8, 24) };
}

/** The destination address, a view into the packet. */
export function destinationOf(packet: Octets, family: 4 | 6): IpAddress {
  return { family, octets: family === 4 ? packet.subarray(16, 20) : packet.subarray(24, 40) };
}

/** The upper layer's header and what follows it in the same piece, a view. A piece ends where the IP headers do, or later. */
export function upperLayerOf([head, next]: Gathered, { upperAt }: IpLayout): Uint8Array {
  return next !== undefined && upperAt === head.length ? next : head.subarray(upperAt);
}

/** A header of IPv6 that one passes to reach the upper layer. */
export function isExtension(protocol: number): boolean {
  return extensions.has(protocol);
}

const extensions: ReadonlySet<number> = new Set([
  protocols.hopByHop,
  protocols.routing,
  protocols.fragment,
  protocols.ah,
  protocols.destinationOptions,
]);

/** Two octets in network order; the caller knows that they are there. */
export function u16At(octets: Uint8Array, at: number): number {
  return ((octets[at] as number) << 8) | (octets[at + 1] as number);
}

function layOutIpv4(packet: Octets, octets: number): Result<IpLayout, IpRefusal> {
  if (packet.length < 20) return truncated('IPv4 header', 20, packet.length);
  const headerOctets = ((packet[0] as number) & 0x0f) * 4; // 20 octets are there
  if (headerOctets < 20) return err({ code: 'badHeader', field: 'header length', got: headerOctets });
  const length = u16At(packet, 2);
  if (length < headerOctets) return err({ code: 'badHeader', field: 'total length', got: length });
  if (octets < length) return truncated('IPv4 packet', length, octets);

  const protocol = packet[9] as number;
  const fragmentation = u16At(packet, 6);
  const offset = (fragmentation & 0x1fff) * 8;
  const hasMore = (fragmentation & 0x2000) !== 0;
  const layout = {
    family: 4,
    length,
    protocol,
    protocolAt: 9,
    upperAt: headerOctets,
    splitAt: headerOctets,
    splitProtocol: protocol,
    splitProtocolAt: 9,
    isRoutedOn: headerOctets > 20 && hasWayToGo(packet.subarray(20, Math.min(headerOctets, packet.length))),
  } as const;
  if (offset === 0 && !hasMore) return ok(layout);
  return ok({ ...layout, fragment: { identification: u16At(packet, 4), offset, hasMore, partAt: headerOctets } });
}

/** A source route among the options, loose or strict, whose pointer is not past its end (RFC 791 3.1). */
function hasWayToGo(options: Octets): boolean {
  let at = 0;
  while (at + 2 < options.length && options[at] !== 0) {
    const [type, octets, pointer] = options.subarray(at, at + 3) as unknown as [number, number, number]; // three are there
    if (type === 1) at += 1;
    else if (octets < 2 || at + octets > options.length) return false;
    else if (type === 131 || type === 137) return pointer <= octets;
    else at += octets;
  }
  return false;
}

function layOutIpv6(packet: Octets, packetOctets: number): Result<IpLayout, IpRefusal> {
  if (packet.length < 40) return truncated('IPv6 header', 40, packet.length);
  const length = 40 + u16At(packet, 4);
  if (packetOctets < length) return truncated('IPv6 packet', length, packetOctets);
  const end = Math.min(length, packet.length);

  let at = 40;
  let protocolAt = 6;
  let protocol = packet[6] as number; // 40 octets are there
  let split = { splitAt: at, splitProtocol: protocol, splitProtocolAt: protocolAt };
  let fragment: Fragment | undefined;
  let isRoutedOn = false;
  const isReadable = () => fragment === undefined || fragment.offset === 0; // later fragments hold no headers
  while (isReadable() && isExtension(protocol)) {
    if (at + 8 > end) return truncated(`extension header ${protocol}`, at + 8, end);
    const next = packet[at] as number;
    let octets = 8 * ((packet[at + 1] as number) + 1);
    if (protocol === protocols.ah) octets = 4 * ((packet[at + 1] as number) + 2);
    if (protocol === protocols.fragment) {
      if (fragment) return err({ code: 'badHeader', field: 'extension header', got: protocol }); // the later would hide it
      octets = 8;
      const fragmentation = u16At(packet, at + 2);
      const identification = u16At(packet, at + 4) * 0x10000 + u16At(packet, at + 6);
      const hasMore = (fragmentation & 1) !== 0;
      fragment = { identification, offset: fragmentation & 0xfff8, hasMore, partAt: at + 8, announcedAt: protocolAt };
    }
    if (at + octets > end) return truncated(`extension header ${protocol}`, at + octets, end);
    if (protocol === protocols.routing && packet[at + 3] !== 0) isRoutedOn = true; // segments left
    const isBeforeEsp = protocol !== protocols.destinationOptions && protocol !== protocols.ah;
    protocolAt = at;
    at += octets;
    protocol = next;
    if (isBeforeEsp) split = { splitAt: at, splitProtocol: protocol, splitProtocolAt: protocolAt };
  }
  const layout = { family: 6, length, protocol, protocolAt, upperAt: at, ...split, isRoutedOn } as const;
  return ok(fragment === undefined || isAtomic(fragment) ? layout : { ...layout, fragment });
}

/** A fragment header on a whole packet (RFC 6946): nothing to put together. */
function isAtomic({ offset, hasMore }: Fragment): boolean {
  return offset === 0 && !hasMore;
}

function truncated(field: string, needed: number, got: number): Result<never, IpRefusal> {
  return err({ code: 'truncated', field, needed, got });
}
