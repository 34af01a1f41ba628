/**
 * ESP in UDP that comes from another end than the one we send to: a NAT before the peer may have changed its mapping (RFC 7296
 * 2.23). Only an authentic packet that is newer than any before leads us there; an older copy would lead back.
 */
import type { Octets } from '../bytes/octets.ts';
import { sequenceOf } from '../esp/packet.ts';
import type { SaPair } from '../esp/sad.ts';
import { equalAddresses, type IpAddress } from '../net/address.ts';
import { type IpLayout, sourceOf, u16At } from '../net/ip-layout.ts';

/** Where a datagram came from. */
export interface UdpSource {
  readonly address: IpAddress;
  readonly port: number;
}

export interface Elsewhere {
  readonly end: UdpSource;
  /** The low half. */
  readonly sequence: number;
}

/** Undefined: not in UDP, or from where we send to. */
export function elsewhereOf(pair: SaPair, packet: Octets, layout: IpLayout, espAt: number): Elsewhere | undefined {
  const { udp, destination } = pair.outbound.path;
  if (!udp || espAt === layout.upperAt) return undefined;
  const port = u16At(packet, layout.upperAt);
  const address = sourceOf(packet, layout.family);
  if (port === udp.destinationPort && equalAddresses(address, destination)) return undefined;
  return { end: { address, port }, sequence: sequenceOf(packet, espAt) };
}

/** Without a replay window a copy would do, so such an SA follows IKE alone. */
export const isNewest = ({ inbound: { window } }: SaPair, { sequence }: Elsewhere): boolean =>
  window.size > 0 && sequence === window.highest % 0x1_0000_0000;
