/**
 * A CHILD SA as it was negotiated: all that a security association database needs to carry its packets (RFC 4301 4.4.2.1).
 * The engine keeps no counter of it; what the boundary measures (octets, packets, silence) it tells the endpoint.
 */
import type { KeyMaterial } from '../../crypto/protection.ts';
import type { IpAddress } from '../../net/address.ts';
import type { TrafficSelector } from '../../spd/selector.ts';
import type { Identity } from '../auth/identity.ts';
import type { EspSpi, IkeSpi, Transform } from '../message/message.ts';

export type Mode = 'transport' | 'tunnel';

export interface ChildSa {
  /** The `Connection` and the `ChildTemplate` it was made from. */
  readonly connection: string;
  readonly child: string;
  /** We receive on `inSpi` and send on `outSpi`. */
  readonly inSpi: EspSpi;
  readonly outSpi: EspSpi;
  /** The outer addresses. */
  readonly local: IpAddress;
  readonly remote: IpAddress;
  readonly mode: Mode;
  /** The chosen transforms: type 1 ENCR, 3 INTEG, 4 KE (only of a rekeyed or additional SA with PFS), 5 ESN. */
  readonly transforms: readonly Transform[];
  readonly hasEsn: boolean;
  readonly inKeys: KeyMaterial;
  readonly outKeys: KeyMaterial;
  /** As narrowed, seen from this end. */
  readonly localSelectors: readonly TrafficSelector[];
  readonly remoteSelectors: readonly TrafficSelector[];
  /** ESP in UDP (RFC 3948) between these ports; absent: plain ESP. */
  readonly encapsulation?: { readonly localPort: number; readonly remotePort: number };
  /**
   * Behind a NAT in transport mode: the addresses over which the peer made its checksums (RFC 3948 3.1.2), seen from this
   * end, where they differ from the outer ones.
   */
  readonly originalAddresses?: { readonly local: IpAddress; readonly remote: IpAddress };
  /** Transport mode, and a NAT hides the peer: who it is, since others there have the same address (RFC 3948 5.2). */
  readonly hiddenPeer?: Identity;
  /** Packets; 0: no replay check. */
  readonly replayWindow: number;
  /** The peer said that it cannot read TFC padding (RFC 7296 1.3.1). */
  readonly acceptsTfcPadding: boolean;
  readonly bornAtMs: number;
  /** Jittered already; the engine keeps these two itself. */
  readonly rekeyAtMs?: number;
  readonly expiresAtMs?: number;
  /** The boundary keeps these, jittered alike: at `rekey…` it calls `rekeyChild`, at `expire…` `deleteChild`. */
  readonly volume: VolumeLimits;
  /**
   * The SA that this one replaces (RFC 7296 2.8): both receive until the old one is removed. The end that asked for the new one
   * (`isInitiator`) sends on it at once; the other goes on sending on the old one until that is removed, or until the first
   * packet comes on the new one.
   */
  readonly replaces?: EspSpi;
  /** The IKE SA it was made in; after an IKE rekey it belongs to the successor. */
  readonly ikeSpis: { readonly initiator: IkeSpi; readonly responder: IkeSpi };
  readonly isInitiator: boolean;
}

export interface VolumeLimits {
  readonly rekeyOctets?: number;
  readonly expireOctets?: number;
  readonly rekeyPackets?: number;
  readonly expirePackets?: number;
}

/** Overwrites the keys, whoever still holds the object: for the holder of an SA that was removed. */
export function wipeChildKeys({ inKeys, outKeys }: ChildSa): void {
  for (const key of [inKeys.encr, inKeys.integ, outKeys.encr, outKeys.integ]) key.wipe();
}
