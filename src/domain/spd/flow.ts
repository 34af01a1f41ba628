/**
 * What a policy or an SA looks at in one packet (RFC 4301 4.4.1.1), seen from one end: local and remote instead of source and
 * destination, so that one policy serves both directions.
 */
import type { Gathered } from '../bytes/gathered.ts';
import { equalAddresses, type IpAddress } from '../net/address.ts';
import { destinationOf, type IpLayout, sourceOf, u16At, upperLayerOf } from '../net/ip-layout.ts';
import { protocols } from '../net/protocol.ts';

export interface Flow {
  readonly local: IpAddress;
  readonly remote: IpAddress;
  /** The upper protocol, IPv6 extension headers walked. */
  readonly protocol: number;
  /**
   * For ICMP type and code as 16 bits, the same on both sides. Undefined: cannot be seen (a later fragment, a protocol without
   * ports, a truncated header): matches ANY and OPAQUE alone.
   */
  readonly localPort: number | undefined;
  readonly remotePort: number | undefined;
}

export type Direction = 'outbound' | 'inbound';

/** The flow of a packet that leaves or reaches this end. Addresses are views into the packet: who keeps the flow copies them. */
export function flowOf(packet: Gathered, layout: IpLayout, direction: Direction): Flow {
  const { family, protocol } = layout;
  const [head] = packet;
  const source = sourceOf(head, family);
  const destination = destinationOf(head, family);
  const upper = upperLayerOf(packet, layout);
  const sourcePort = portAt(upper, layout, 0);
  const destinationPort = portAt(upper, layout, 2);
  return direction === 'outbound'
    ? { local: source, remote: destination, protocol, localPort: sourcePort, remotePort: destinationPort }
    : { local: destination, remote: source, protocol, localPort: destinationPort, remotePort: sourcePort };
}

/** A copy that outlives its packet. */
export function keepFlow(flow: Flow): Flow {
  return {
    ...flow,
    local: { family: flow.local.family, octets: flow.local.octets.slice() },
    remote: { family: flow.remote.family, octets: flow.remote.octets.slice() },
  };
}

export function equalFlows(a: Flow, b: Flow): boolean {
  return (
    a.protocol === b.protocol &&
    a.localPort === b.localPort &&
    a.remotePort === b.remotePort &&
    equalAddresses(a.local, b.local) &&
    equalAddresses(a.remote, b.remote)
  );
}

/** Packets of this protocol have something that a selector's ports are compared with. */
export const showsPorts = (protocol: number): boolean => portsIn(protocol) !== undefined;

/** It ends before its ports, and no fragment before it has them: all headers belong in the first one (RFC 8200 4.5). */
export const hidesPorts = ({ protocol, localPort }: Flow, { fragment }: IpLayout): boolean =>
  localPort === undefined && showsPorts(protocol) && (fragment === undefined || fragment.offset === 0);

/** What stands in the place of ports (RFC 4301 4.4.1.1). */
function portsIn(protocol: number): 'ports' | 'typeAndCode' | 'type' | undefined {
  switch (protocol) {
    case protocols.tcp:
    case protocols.udp:
    case protocols.sctp:
    case protocols.dccp:
    case protocols.udpLite:
      return 'ports';
    case protocols.icmp:
    case protocols.icmpv6:
      return 'typeAndCode';
    case protocols.mobility:
      return 'type';
    default:
      return undefined;
  }
}

/** The 16 bits that a selector's ports are compared with, on the side whose port stands `offset` octets into the upper header. */
function portAt(
  upper: Uint8Array,
  { protocol, upperAt, length, fragment }: IpLayout,
  offset: number,
): number | undefined {
  if (fragment !== undefined && fragment.offset > 0) return undefined;
  switch (portsIn(protocol)) {
    case 'ports':
      return upperAt + 4 <= length ? u16At(upper, offset) : undefined;
    case 'typeAndCode':
      return upperAt + 2 <= length ? u16At(upper, 0) : undefined;
    case 'type':
      return upperAt + 3 <= length ? (upper[2] as number) << 8 : undefined;
    default:
      return undefined;
  }
}
