/**
 * What went over the wire, decoded, and decrypted while the session lived; never a key. A sink keeps or shows it. Of what nobody waits for
 * (late answers, ids outside the window, SPIs that are nobody's) there is nothing in it.
 */
import type { Octets } from '../bytes/octets.ts';
import type { WireField } from '../bytes/tracing-reader.ts';
import type { UdpEnd } from './datagram.ts';
import { dissectMessage, dissectPlaintext } from './message/dissect.ts';
import type { Header, Payload } from './message/message.ts';

export interface TranscriptEntry extends ShownDatagram {
  readonly atMs: number;
  readonly direction: 'in' | 'out';
  readonly local: UdpEnd;
  readonly remote: UdpEnd;
  /** The datagram as it went, without the non-ESP marker. */
  readonly octets: Octets;
}

/** What could be made of it. */
export interface ShownDatagram {
  /** Absent where the datagram could not be read. */
  readonly header?: Header;
  /** The payloads, those inside SK included; absent where they could not be opened. */
  readonly payloads?: readonly Payload[];
  /** What was sealed in SK, put together where it came in fragments; absent where nothing was, or it did not open. */
  readonly inside?: Plaintext;
  readonly note?: 'repeated' | 'fragment' | 'undecipherable' | 'malformed';
}

export interface Plaintext {
  /** The type of its first payload. */
  readonly first: number;
  readonly octets: Octets;
}

/** Which octets say what: of the datagram, and of what was inside, whose offsets count from its own start. */
export function dissect({ octets, inside }: Pick<TranscriptEntry, 'octets' | 'inside'>): {
  readonly message: WireField;
  readonly inside?: WireField;
} {
  const message = dissectMessage(octets);
  return inside ? { message, inside: dissectPlaintext(inside.first, inside.octets) } : { message };
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
