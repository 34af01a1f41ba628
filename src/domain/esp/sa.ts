/**
 * One direction of an IPsec SA as ESP needs it (RFC 4301 4.4.2.1): what an SAD entry is made from, and what is counted of it.
 * ESP does not know IKE: ipsec/ translates a negotiated CHILD SA into two of these.
 */
import type { Awaitable } from '../crypto/awaitable.ts';
import type { Protection } from '../crypto/protection.ts';
import type { IpAddress } from '../net/address.ts';

export interface EspParameters extends EspPath {
  /** 256 and above (RFC 4303 2.1). */
  readonly spi: number;
  /** Keyed for this direction; may still be in the making. */
  readonly protection: Awaitable<Protection>;
  /** Sequence numbers of 64 bits, of which the low half is sent (RFC 4303 2.2.1). */
  readonly hasEsn: boolean;
  readonly mode: 'transport' | 'tunnel';
  readonly limits: VolumeLimits;
  /**
   * Transport mode behind a NAT: the addresses over which the sender made its TCP and UDP checksums (RFC 3948 3.1.2), in the
   * direction of the packets; absent: the ones on the packet.
   */
  readonly original?: { readonly source: IpAddress; readonly destination: IpAddress };
}

/** How packets of an SA travel, in their direction. */
export interface EspPath {
  /** Outer addresses. Transport mode keeps those of the packet. */
  readonly source: IpAddress;
  readonly destination: IpAddress;
  /** ESP in UDP (RFC 3948); absent: protocol 50. */
  readonly udp?: UdpPorts;
}

export interface UdpPorts {
  readonly sourcePort: number;
  readonly destinationPort: number;
}

/** Lifetime by volume: at `rekey…` a successor is wanted, at `expire…` the SA carries nothing more (RFC 4301 4.4.2.1). */
export interface VolumeLimits {
  readonly rekeyOctets?: number;
  readonly expireOctets?: number;
  readonly rekeyPackets?: number;
  readonly expirePackets?: number;
}

export type VolumeState = 'fresh' | 'rekeyDue' | 'expired';

/** Counted of one direction. Octets are those of the packets protected, without what ESP adds. */
export interface EspCounters {
  octets: number;
  packets: number;
  /** Instants of the first and the last packet that passed. */
  firstAtMs: number | undefined;
  lastAtMs: number | undefined;
}

export const noTraffic = (): EspCounters => ({ octets: 0, packets: 0, firstAtMs: undefined, lastAtMs: undefined });

export function countPacket(counters: EspCounters, octets: number, nowMs: number): void {
  counters.octets += octets;
  counters.packets += 1;
  counters.firstAtMs ??= nowMs;
  counters.lastAtMs = nowMs;
}

export function volumeState({ octets, packets }: EspCounters, limits: VolumeLimits): VolumeState {
  const { rekeyOctets = Infinity, expireOctets = Infinity, rekeyPackets = Infinity, expirePackets = Infinity } = limits;
  if (octets >= expireOctets || packets >= expirePackets) return 'expired';
  return octets >= rekeyOctets || packets >= rekeyPackets ? 'rekeyDue' : 'fresh';
}
