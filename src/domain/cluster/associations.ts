/**
 * Security associations as the cluster shows them (ONTAP: `security ipsec show-ikesa`, `show-ipsecsa`). The cluster holds none:
 * whoever runs its IPsec boundary gives these views, made anew for each request.
 */
import type { CipherSuite } from './cluster.ts';

export type SecurityAssociationView = IkeAssociationView | IpsecAssociationView;

interface AssociationView {
  /** Stays the same while the SA lives. */
  readonly uuid: string;
  readonly nodeName: string;
  /** Absent: scope `cluster`. */
  readonly svmName?: string;
  readonly policyName: string;
  readonly localAddress: string;
  readonly remoteAddress: string;
  readonly cipherSuite: CipherSuite;
  /** The configured lifetime, not what is left of it. */
  readonly lifetimeSeconds: number;
}

export interface IkeAssociationView extends AssociationView {
  readonly type: 'ike';
  readonly authentication: 'none' | 'psk' | 'cert';
  readonly state: 'none' | 'connecting' | 'established' | 'dead_peer_probe';
  readonly isInitiator: boolean;
  /** 16 hex digits, without a prefix. The responder's is zeros until it has answered. */
  readonly initiatorSpi: string;
  readonly responderSpi: string;
}

export interface IpsecAssociationView extends AssociationView {
  readonly type: 'ipsec';
  readonly state: 'installed';
  readonly inbound: DirectionView;
  readonly outbound: DirectionView;
}

export interface DirectionView {
  /** 8 hex digits, without a prefix. */
  readonly espSpi: string;
  readonly octets: number;
  readonly packets: number;
}

/** The associations at this instant, in any order. */
export type AssociationsSource = () => readonly SecurityAssociationView[];
