/** What a row of the live table says: an IKE SA with its IPsec SAs, an IPsec SA, or a failure that stands. */
import type { LabFailure, LabIkeSa, LabIpsecSa, LabProofPacket, WireState } from '../../contract/lab-port.ts';

/** Between which addresses, under which policy: what every row has. */
export interface Pair {
  readonly id: string;
  readonly policyName: string;
  readonly svmName: string | undefined;
  readonly localAddress: string;
  readonly remoteAddress: string;
}

export interface IpsecRow extends Pair {
  readonly kind: 'ipsec';
  readonly state: WireState;
  /** ONTAP's own word, for example `installed`. */
  readonly ontapState: string;
  readonly inSpi: string;
  readonly outSpi: string;
  readonly suite: string | undefined;
  readonly inOctets: number;
  readonly outOctets: number;
  readonly inPackets: number;
  readonly outPackets: number;
  readonly life: Life | undefined;
  /** Configured, seconds; all that REST tells. */
  readonly lifetimeSeconds: number | undefined;
  readonly lab: LabIpsecSa | undefined;
}

export interface IkeRow extends Pair {
  readonly kind: 'ike';
  readonly state: WireState;
  readonly ontapState: string;
  readonly hostName: string | undefined;
  readonly lifName: string | undefined;
  readonly nodeName: string | undefined;
  /** 16 hex digits each; absent where only IPsec SAs were told. */
  readonly initiatorSpi: string | undefined;
  readonly responderSpi: string | undefined;
  readonly isInitiator: boolean | undefined;
  readonly suite: string | undefined;
  readonly children: readonly IpsecRow[];
  readonly traffic: Traffic | undefined;
  readonly life: Life | undefined;
  readonly lifetimeSeconds: number | undefined;
  readonly lab: LabIkeSa | undefined;
}

export interface FailureRow extends Pair {
  readonly kind: 'failure';
  readonly state: 'failed';
  readonly hostName: string | undefined;
  readonly lifName: string | undefined;
  readonly failure: LabFailure;
  /** Of the lab's clock. */
  readonly nowMs: number;
}

export type AssociationRow = IkeRow | IpsecRow | FailureRow;

/** Instants of the clock that the SA lives by. */
export interface Life {
  readonly bornAtMs: number;
  readonly rekeyAtMs: number | undefined;
  readonly expiresAtMs: number | undefined;
  readonly nowMs: number;
}

/** What the lab's streams between two addresses carry: octets a second, and their first packets. */
export interface Traffic {
  readonly inRate: number;
  readonly outRate: number;
  readonly proof: readonly LabProofPacket[];
}
