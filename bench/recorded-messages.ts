/**
 * The messages of recorded negotiations between two strongSwan daemons, as an engine meets them: a datagram, and for those that
 * were sealed the chain of payloads inside. Offers, certificates and their fragments, rekeys, deletes and errors, as often as each came.
 */
import { parseHex } from '../src/domain/bytes/hex.ts';
import type { Octets } from '../src/domain/bytes/octets.ts';
import { writePayloads } from '../src/domain/ike/message/write.ts';
import first from '../vectors/ikev2-recorded.json';
import second from '../vectors/ikev2-recorded-b.json';

export interface RecordedMessage {
  readonly datagram: Octets;
  /** What was sealed, after its last fragment; absent where nothing was. */
  readonly inside?: { readonly first: number; readonly octets: Octets };
  readonly isResponse: boolean;
}

interface Recorded {
  readonly exchange: number;
  readonly hex: string;
  readonly payloads?: readonly RecordedPayload[];
  readonly reassembledPayloads?: readonly RecordedPayload[];
}

interface RecordedPayload {
  readonly type: number;
  readonly body: string;
}

const ikeSaInit = 34;
const cases: readonly { readonly messages: readonly Recorded[] }[] = [...first.cases, ...second.cases];
const recorded = cases.flatMap(({ messages }) => messages);

export const everyMessage = (): readonly RecordedMessage[] => recorded.map(messageOf);

export const firstMessages = (): readonly RecordedMessage[] =>
  recorded.filter(({ exchange }) => exchange === ikeSaInit).map(messageOf);

function messageOf({ exchange, hex, payloads, reassembledPayloads }: Recorded): RecordedMessage {
  const datagram = octetsOf(hex);
  const isResponse = ((datagram[19] ?? 0) & 0x20) !== 0;
  const sealed = exchange === ikeSaInit ? [] : (reassembledPayloads ?? payloads ?? []);
  return sealed.length === 0
    ? { datagram, isResponse }
    : { datagram, isResponse, inside: writePayloads(sealed.map(unread)) };
}

/** A payload of which nothing is known writes any body. */
const unread = ({ type, body }: RecordedPayload) =>
  ({ type: 'unknown', number: type, isCritical: false, data: octetsOf(body) }) as const;

function octetsOf(hex: string): Octets {
  const octets = parseHex(hex);
  if (octets === undefined) throw new Error('recordings are written in hex');
  return octets;
}
