/**
 * The lab around the cluster at its first start: two hosts with an IPv4 and an IPv6 address each, so that every LIF has traffic, and
 * what they talk to. Between a host's address and a LIF's goes one stream at most: ESP hides its ports, and the wire picture
 * could not tell two of them apart.
 */
import type { TrafficKind } from './application-payload.ts';

export interface HostPlan {
  readonly id: string;
  readonly name: string;
  readonly addresses: readonly string[];
}

export interface StreamPlan {
  readonly id: string;
  readonly hostId: string;
  readonly kind: TrafficKind;
  readonly hostAddress: string;
  readonly lifName: string;
  readonly clientPort: number;
  readonly isRunning: boolean;
}

/** Probabilities from 0 to 1. */
export interface Faults {
  readonly loss: number;
  readonly duplicate: number;
  readonly reorder: number;
  readonly delayMs: number;
}

export const noFaults: Faults = { loss: 0, duplicate: 0, reorder: 0, delayMs: 0 };

export const initialHosts: readonly HostPlan[] = [
  { id: 'web-17', name: 'web-17', addresses: ['10.1.4.17', '2001:db8:4::17'] },
  { id: 'web-18', name: 'web-18', addresses: ['10.1.4.18', '2001:db8:4::18'] },
];

export const initialStreams: readonly StreamPlan[] = [
  aStream('web-17', 'nfs', '10.1.4.17', 'nfs_lif1', 51_034, true),
  aStream('web-18', 'nfs', '2001:db8:4::18', 'nfs_lif2', 51_880, true),
  aStream('web-18', 'smb', '10.1.4.18', 'nfs_lif1', 52_411, false),
  aStream('web-17', 'iscsi', '2001:db8:4::17', 'nfs_lif2', 53_207, false),
];

function aStream(
  hostId: string,
  kind: TrafficKind,
  hostAddress: string,
  lifName: string,
  clientPort: number,
  isRunning: boolean,
): StreamPlan {
  return { id: `${hostId}-${kind}-${lifName}`, hostId, kind, hostAddress, lifName, clientPort, isRunning };
}
