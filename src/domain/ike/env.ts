/** What an endpoint gives its sessions with each input: the instant, what is impure, and what it knows of all of them. */
import type { Identity } from './auth/identity.ts';
import type { Connection } from './connection.ts';
import type { UdpEnd } from './datagram.ts';
import type { KeyLog } from './keys/key-log.ts';
import type { Means } from './means.ts';
import type { EspSpi, IkeSpi } from './message/message.ts';
import type { Spis } from './nat/nat.ts';
import type { EndpointSettings } from './settings.ts';

export interface Env {
  readonly nowMs: number;
  readonly means: Means;
  readonly settings: EndpointSettings;
  readonly connections: readonly Connection[];
  /** SPIs that nothing of this endpoint uses. */
  freshEspSpi(): EspSpi;
  freshIkeSpi(): IkeSpi;
  /** The user's key log; absent: it was off when this session began. */
  readonly keyLog?: KeyLog;
  /** Whether decoded messages are wanted. */
  readonly transcribes: boolean;
  /** No other IKE SA stands or is being made between the two that this one of ours will be between (RFC 7296 2.4). */
  isFirstContact(ours: Beginning): boolean;
  /** Where the peer of each IKE SA is that stands between the same two, and stood before this one began. */
  older(between: Between): readonly UdpEnd[];
}

/** An IKE SA of ours whose peer has not proven itself. */
export interface Beginning {
  readonly spis: Spis;
  readonly connection: Connection;
}

/** Whom an IKE SA is between, and since when. */
export interface Between {
  readonly identity: Identity;
  readonly peer: Identity;
  readonly bornAtMs: number;
}
