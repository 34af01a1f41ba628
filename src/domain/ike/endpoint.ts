/**
 * One IKEv2 endpoint: all sessions of one host or one node, found by SPI (RFC 7296 2.6). It owns no socket and no clock:
 * datagrams, instants and commands come in by the methods, datagrams and facts go out by the ports.
 *
 * Order: `receive`, `initiate`, `wake` and the commands may be called at any time; each resolves when its work is done, and
 * never rejects by a peer's doing. Inputs of one session wait for each other, sessions do not. After any of them look at
 * `nextWakeAtMs` again (`onWakeChange` tells when it moved) and call `wake` at that instant.
 */
import type { IpAddress } from '../net/address.ts';
import type { Flow } from '../spd/flow.ts';
import type { Connection } from './connection.ts';
import type { Datagram } from './datagram.ts';
import type { ChildRef, Fact, IkeSaView } from './facts.ts';
import type { Means } from './means.ts';
import type { IkeSpi } from './message/message.ts';
import type { TranscriptSink } from './transcript.ts';

export interface EndpointPorts {
  readonly means: Means;
  /** Non-ESP marker: see datagram.ts. */
  send(datagram: Datagram): void;
  onFact(fact: Fact): void;
  /** The earliest deadline moved: `undefined` means that nothing waits. */
  onWakeChange?(nextWakeAtMs: number | undefined): void;
  /** Decoded messages, decrypted; never keys. */
  readonly transcript?: TranscriptSink;
  /** Keys of IKE SAs begun from now on, only because the user asked for a key log. */
  readonly keyLog?: KeyLogSink;
}

export type KeyLogSink = (entry: KeyLogEntry) => void;

/** What Wireshark's IKEv2 decryption table wants, hex. */
export interface KeyLogEntry {
  readonly initiatorSpi: string;
  readonly responderSpi: string;
  readonly encr: string;
  readonly integ: string;
  readonly skEi: string;
  readonly skEr: string;
  readonly skAi: string;
  readonly skAr: string;
}

export interface EndpointSettings {
  /** First interval of retransmission, its growth, and how often a request goes out at most (RFC 7296 2.4). */
  readonly retransmit: { readonly firstMs: number; readonly factor: number; readonly tries: number };
  /** COOKIE from so many half-open SAs on (RFC 7296 2.6). */
  readonly cookieThreshold: number;
  /** Half-open SAs of one address, and of all; more are not answered. */
  readonly halfOpenPerAddress: number;
  readonly halfOpenTotal: number;
  readonly halfOpenMs: number;
  /** Inputs that may wait for one session; more are dropped, as a full socket buffer would. */
  readonly queuedInputs: number;
  /** Unprotected error answers a second. */
  readonly unprotectedPerSecond: number;
}

export type Trigger = {
  /** The packet that asked for it: its flow is offered as the first, narrow selector (RFC 7296 2.9). */
  readonly flow?: Flow;
  /** Which child of the connection; absent: the first. */
  readonly child?: string;
  readonly local?: IpAddress;
  readonly remote?: IpAddress;
};

export declare class IkeEndpoint {
  constructor(ports: EndpointPorts, settings?: Partial<EndpointSettings>);

  /** Replaces the whole list; SAs of connections that vanished or changed are deleted. */
  setConnections(connections: readonly Connection[], nowMs: number): Promise<void>;

  receive(datagram: Datagram, nowMs: number): Promise<void>;

  /** Negotiates a CHILD SA: in an IKE SA that stands for this connection and peer, or in a new one. One negotiation at a time for one trigger. */
  initiate(connection: string, trigger: Trigger, nowMs: number): Promise<void>;

  wake(nowMs: number): Promise<void>;
  get nextWakeAtMs(): number | undefined;

  rekeyChild(inSpi: ChildRef, nowMs: number): Promise<void>;
  rekeyIke(initiatorSpi: IkeSpi, nowMs: number): Promise<void>;
  reauthenticate(initiatorSpi: IkeSpi, nowMs: number): Promise<void>;
  deleteChild(inSpi: ChildRef, nowMs: number): Promise<void>;
  deleteIkeSa(initiatorSpi: IkeSpi, nowMs: number): Promise<void>;
  /** Forgets everything without a word to any peer, as a power failure does. */
  dropSilently(nowMs: number): Promise<void>;

  /** The boundary sends on this SA and has heard nothing on it for `livenessAfterMs`: asks the peer, if IKE is silent too. */
  suspectSilence(inSpi: ChildRef, nowMs: number): Promise<void>;

  /** Snapshots: plain data, no key. */
  ikeSas(): readonly IkeSaView[];
  readonly halfOpenCount: number;
  readonly counters: Readonly<Record<string, number>>;

  /** Resolves when every input given so far has been worked off. */
  settle(): Promise<void>;
}
