/**
 * What became true: an endpoint tells its owner so, in the order in which it happened. Facts hold no key but those inside a
 * `ChildSa`, which prints none.
 */
import type { IpAddress } from '../net/address.ts';
import type { Flow } from '../spd/flow.ts';
import type { Identity } from './auth/identity.ts';
import type { ChildSa } from './child/child-sa.ts';
import type { UdpEnd } from './datagram.ts';
import type { EspSpi, IkeSpi, Transform } from './message/message.ts';
import type { Spis } from './nat/nat.ts';
import type { Refusal } from './refusal.ts';

export type Fact =
  | { readonly type: 'ikeEstablished'; readonly atMs: number; readonly ikeSa: IkeSaView; readonly replaces?: IkeSpi }
  | { readonly type: 'ikeClosed'; readonly atMs: number; readonly ikeSa: IkeSaView; readonly because: Refusal }
  /** `trigger` is the flow of the packet that asked for it, where one did. */
  | { readonly type: 'childInstalled'; readonly atMs: number; readonly child: ChildSa; readonly trigger?: Flow }
  | { readonly type: 'childRemoved'; readonly atMs: number; readonly child: ChildSa; readonly because: Refusal }
  /** Another SA carries the same: this one is not sent on any more, and receives until it is removed. */
  | { readonly type: 'childRetired'; readonly atMs: number; readonly child: ChildSa }
  /** The same IKE SA goes another way: a NAT before the peer has changed its mapping, or either end has moved (RFC 4555). */
  | { readonly type: 'ikeMoved'; readonly atMs: number; readonly ikeSa: IkeSaView }
  /** One of its CHILD SAs then: the same SA, another outer path. */
  | { readonly type: 'childMoved'; readonly atMs: number; readonly child: ChildSa }
  /** The peer of this IKE SA sends us on, and we go: another IKE SA begins with the gateway at `to` (RFC 5685). */
  | {
      readonly type: 'redirected';
      readonly atMs: number;
      readonly ikeSa: IkeSaView;
      readonly to: IpAddress;
      readonly decidedAt: MessageName;
    }
  | { readonly type: 'failed'; readonly atMs: number; readonly failure: Failure }
  /** What this end was told to begin between two ends that it cannot tell: nobody is asked. `connection` is the name that was given. */
  | {
      readonly type: 'notBegun';
      readonly atMs: number;
      readonly connection: string;
      readonly child?: string;
      readonly trigger?: Flow;
      readonly refusal: Refusal;
    };

/** A negotiation, or a part of one, that came to nothing. */
export interface Failure {
  /** Absent where no connection was found yet. */
  readonly connection?: string;
  readonly child?: string;
  readonly local: IpAddress;
  readonly remote: IpAddress;
  readonly isInitiator: boolean;
  /** Who decided: this end, or the peer, whose word we have. */
  readonly by: 'local' | 'remote';
  /** With the SPIs and the fact's instant: which message of the transcript it was. */
  readonly decidedAt: MessageName;
  /** Absent where no IKE SA was begun. */
  readonly ikeSpis?: Spis;
  /** The error notify that went, or came, over the wire; absent: silence. */
  readonly notify?: number;
  readonly refusal: Refusal;
  /** What failed: the whole IKE SA, or only a CHILD SA while the IKE SA stands. */
  readonly scope: 'ike' | 'child' | 'request';
  /** The flow whose packet asked for it, where one did. */
  readonly trigger?: Flow;
}

export interface MessageName {
  readonly exchange: number;
  readonly message: 'request' | 'response';
}

/** An IKE SA as others may see it. */
export interface IkeSaView {
  readonly initiatorSpi: IkeSpi;
  readonly responderSpi: IkeSpi;
  readonly connection?: string;
  readonly isInitiator: boolean;
  readonly phase: 'connecting' | 'established' | 'rekeying' | 'deleting' | 'closed';
  readonly local: UdpEnd;
  readonly remote: UdpEnd;
  readonly hasNat: { readonly local: boolean; readonly remote: boolean };
  readonly ownIdentity?: Identity;
  readonly peerIdentity?: Identity;
  /** The methods of the AUTH payloads by which both ends proved themselves (RFC 7296 3.8); absent until they have. */
  readonly ownAuthMethod?: number;
  readonly peerAuthMethod?: number;
  /** The chosen transforms, empty until they are chosen. */
  readonly transforms: readonly Transform[];
  readonly bornAtMs: number;
  readonly establishedAtMs?: number;
  readonly rekeyAtMs?: number;
  readonly expiresAtMs?: number;
  readonly children: readonly ChildSa[];
  /** Requests sent again and answers given again, for diagnosis. */
  readonly retransmissions: number;
}

/** Names one CHILD SA of this endpoint: the SPI that we receive on. */
export type ChildRef = EspSpi;
