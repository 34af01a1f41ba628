/**
 * What went over the wire, decoded, and decrypted while the session lived; never a key. A sink keeps or shows it.
 */
import type { Octets } from '../bytes/octets.ts';
import type { UdpEnd } from './datagram.ts';
import type { Header, Payload } from './message/message.ts';

export interface TranscriptEntry {
  readonly atMs: number;
  readonly direction: 'in' | 'out';
  readonly local: UdpEnd;
  readonly remote: UdpEnd;
  /** The datagram as it went, without the non-ESP marker. */
  readonly octets: Octets;
  /** Absent where the datagram could not be read. */
  readonly header?: Header;
  /** The payloads, those inside SK included; absent where they could not be opened. */
  readonly payloads?: readonly Payload[];
  /** The plaintext of SK, for octet ranges. */
  readonly plain?: Octets;
  readonly note?: 'repeated' | 'fragment' | 'undecipherable' | 'malformed' | 'stale' | 'unknown';
}

export type TranscriptSink = (entry: TranscriptEntry) => void;

/** Keeps the newest entries. */
export class Transcript {
  #entries: TranscriptEntry[] = [];

  constructor(readonly limit = 500) {}

  readonly sink: TranscriptSink = (entry) => {
    this.#entries.push(entry);
    if (this.#entries.length > 2 * this.limit) this.#entries = this.#entries.slice(-this.limit);
  };

  get entries(): readonly TranscriptEntry[] {
    return this.#entries.slice(-this.limit);
  }
}
