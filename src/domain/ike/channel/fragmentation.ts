/**
 * IKE fragmentation (RFC 7383): a long message as several datagrams, each sealed and numbered by itself, so that IP need not
 * fragment. Never for IKE_SA_INIT, and only after both ends said that they can.
 *
 * A fragment is kept only after its ICV held, so a stranger fills no memory; what one message may take is bounded all the same. The
 * total may only grow (the sender tries a smaller size), and then the set begins anew (2.5.2, 2.6).
 */
import { concat, type Octets } from '../../bytes/octets.ts';
import type { Protection } from '../../crypto/protection.ts';
import type { IpAddress } from '../../net/address.ts';
import type { EncryptedFragment } from '../message/message.ts';

/** What has come of one message so far. */
export interface FragmentSet {
  readonly messageId: number;
  readonly isResponse: boolean;
  readonly total: number;
  /** When its first fragment came: what is not whole `setLivesMs` later is forgotten. */
  readonly sinceMs: number;
  /** The plaintext of each fragment, by its number less one. */
  readonly parts: readonly (Octets | undefined)[];
  /** The type of the first payload inside, and the datagram that said so: both come with fragment 1. */
  readonly first?: { readonly inner: number; readonly datagram: Octets };
}

export type Gathered =
  | { readonly type: 'ignored' }
  | { readonly type: 'more'; readonly set: FragmentSet }
  | { readonly type: 'whole'; readonly inner: number; readonly plain: Octets; readonly datagram: Octets };

/** A chain of certificates in fragments of 500 octets stays below. */
const totalAtMost = 64;
const octetsAtMost = 65_536;
/** Longer than any sender repeats a message that is worth waiting for. */
export const setLivesMs = 30_000;

/** What has come in part, a set for each message, the one that was added to last behind; absent: nothing. */
export type FragmentSets = readonly FragmentSet[];

type MessageKey = Pick<FragmentSet, 'messageId' | 'isResponse'>;

const isOf =
  ({ messageId, isResponse }: MessageKey) =>
  (set: FragmentSet): boolean =>
    set.messageId === messageId && set.isResponse === isResponse;

export const setOf = (sets: FragmentSets | undefined, message: MessageKey): FragmentSet | undefined =>
  sets?.find(isOf(message));

/** The one that has waited longest for more goes where there would be more than `atMost`. */
export const withSet = (sets: FragmentSets | undefined, set: FragmentSet, atMost: number): FragmentSets =>
  [...(withoutSet(sets, set) ?? []), set].slice(-atMost);

export const withoutSet = (sets: FragmentSets | undefined, message: MessageKey): FragmentSets | undefined =>
  orNone(sets?.filter((each) => !isOf(message)(each)));

export const withoutOldSets = (sets: FragmentSets | undefined, nowMs: number): FragmentSets | undefined =>
  orNone(sets?.filter(({ sinceMs }) => sinceMs + setLivesMs > nowMs));

/** What they take. */
export const octetsOfSets = (sets: FragmentSets = []): number =>
  sets.flatMap(({ parts, first }) => [...parts, first?.datagram]).reduce((sum, each) => sum + (each?.length ?? 0), 0);

const orNone = (sets: FragmentSets | undefined): FragmentSets | undefined => (sets?.length ? sets : undefined);

/** Octets of an IP datagram that passes everywhere, as peers assume it (RFC 7383 2.5.1), less IP, UDP and non-ESP marker. */
export const datagramOctetsFor = ({ family }: IpAddress, ipOctets: number): number =>
  ipOctets - (family === 4 ? 20 : 40) - 8 - 4;

/** Whether a fragment is worth opening: numbered sensibly, new, and of a set that is not older than the one we have. */
export function isWanted(set: FragmentSet | undefined, { number, total }: EncryptedFragment): boolean {
  if (number < 1 || number > total || total > totalAtMost) return false;
  if (!set || total > set.total) return true;
  return total === set.total && set.parts[number - 1] === undefined;
}

/** Adds an opened fragment; a new message, or a larger total, begins a new set. */
export function gather(
  known: FragmentSet | undefined,
  message: {
    readonly messageId: number;
    readonly isResponse: boolean;
    readonly datagram: Octets;
    readonly nowMs: number;
  },
  { number, total, inner }: EncryptedFragment,
  plain: Octets,
): Gathered {
  const { messageId, isResponse, datagram, nowMs } = message;
  const set: FragmentSet =
    known && total === known.total
      ? known
      : { messageId, isResponse, total, sinceMs: nowMs, parts: new Array(total).fill(undefined) };
  const parts = set.parts.with(number - 1, plain);
  const first = number === 1 ? { inner, datagram } : set.first;
  const present = parts.filter((part) => part !== undefined);
  if (present.reduce((sum, part) => sum + part.length, 0) > octetsAtMost) return { type: 'ignored' };
  if (present.length < total || !first) return { type: 'more', set: { ...set, parts, ...(first ? { first } : {}) } };
  return { type: 'whole', inner: first.inner, plain: concat(...present), datagram: first.datagram };
}

/** Plaintext octets that fit into one fragment: the header, SKF's own, IV, ICV and padding's length are paid first. */
export function capacityOf(protection: Protection, datagramOctets: number): number {
  const sealed = datagramOctets - 28 - 8 - protection.ivOctets - protection.icvOctets;
  return Math.max(1, Math.floor(sealed / protection.blockOctets) * protection.blockOctets - 1);
}

export function split(plain: Octets, capacity: number): readonly Octets[] {
  const parts: Octets[] = [];
  for (let at = 0; at < plain.length; at += capacity) parts.push(plain.subarray(at, at + capacity));
  return parts;
}
