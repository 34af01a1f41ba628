/**
 * Opening a protected message (RFC 7296 2.5, 2.21.3, 3.14): the ICV, then the parts of a fragmented one, then the payloads and how often
 * each may occur. What does not open touches nothing.
 */
import { emptyOctets, type Octets } from '../../bytes/octets.ts';
import type { WirePlace } from '../../bytes/reader.ts';
import { covered, headOfFragment } from '../auth/intermediate-auth.ts';
import type { Channel } from '../channel/channel.ts';
import { gather, isWanted, setOf, withoutSet, withSet } from '../channel/fragmentation.ts';
import type { Datagram } from '../datagram.ts';
import type { Env } from '../env.ts';
import type { EncryptedFragment, EncryptedPayload, Header, Message, Payload } from '../message/message.ts';
import { exchangeTypes, protocols } from '../message/names.ts';
import { errorIn } from '../message/notifies.ts';
import {
  createChildSa,
  ikeAuthRequest,
  ikeAuthResponse,
  ikeFollowupKe,
  ikeIntermediate,
  informational,
  misfitOf,
  rekeyIkeSa,
} from '../message/occurrence.ts';
import { headOf, parsePayloads } from '../message/parse.ts';
import { find } from '../message/payloads.ts';
import type { Refusal } from '../refusal.ts';
import type { Said } from '../sa/change.ts';
import { type Keyed, peerFeaturesOf, type Session } from '../sa/state.ts';
import { isCutNarrowly } from './smaller-fragments.ts';
import type { Turn } from './turn.ts';

const { IKE_AUTH, CREATE_CHILD_SA, INFORMATIONAL, IKE_INTERMEDIATE, IKE_FOLLOWUP_KE } = exchangeTypes.numbers;

/** `session` is what the message leaves behind before it is acted upon; `request` is the datagram it is known by. */
export type Opened<S extends Session> = { readonly session: S; readonly request: Octets } & (
  | ({ readonly type: 'opened' } & Said)
  | { readonly type: 'malformed'; readonly refusal: Refusal }
  | { readonly type: 'critical'; readonly payload: number }
);

/** Undefined: not sealed, not by the peer, or not whole yet. A message that does not open touches nothing of the session. */
export async function open<S extends Session>(
  turn: Turn,
  before: S,
  { channel }: Keyed,
  datagram: Datagram,
  { header, payloads: outer }: Message,
): Promise<Opened<S> | undefined> {
  const sk = find(outer, 'SK');
  const whole = sk
    ? await openWhole(channel, datagram, sk)
    : await openFragment(turn, before, channel, datagram, header, find(outer, 'SKF'));
  if (whole === 'kept') return undefined;
  if (!whole) {
    turn.note('in', datagram, { header, note: 'undecipherable' });
    return undefined;
  }
  const parsed = parsePayloads(whole.inner, whole.plain, header);
  const inside = { first: whole.inner, octets: whole.plain };
  turn.note('in', datagram, { header, inside, ...(parsed.ok ? { payloads: parsed.value } : { note: 'malformed' }) });
  const session = sk ? withoutFragments(before, header) : putTogether(turn.env, before, header, whole);
  const request = whole.datagram;
  const isIntermediate = header.exchange === IKE_INTERMEDIATE;
  if (parsed.ok) {
    const at = misfitIn(header, parsed.value);
    const counts = isIntermediate ? covered(whole.head, whole.plain) : emptyOctets;
    return at
      ? { type: 'malformed', session, request, refusal: { code: 'malformed', at } }
      : { type: 'opened', session, request, payloads: parsed.value, covered: counts };
  }
  const fault = parsed.error;
  return fault.code === 'malformed'
    ? { type: 'malformed', session, request, refusal: { code: 'malformed', at: fault.at } }
    : { type: 'critical', session, request, payload: fault.payloadType };
}

/** Its fragments are needed no more, and their length tells of the path. */
function putTogether<S extends Session>(env: Env, session: S, header: Header, whole: Whole): S {
  const left = withoutFragments(session, header);
  return isCutNarrowly(env, session, whole.datagram) ? { ...left, window: { ...left.window, isNarrow: true } } : left;
}

/** The message is here as a whole, be it that it came so behind some of its fragments (RFC 7383 2.6). */
function withoutFragments<S extends Session>(session: S, message: Header): S {
  const { fragments, ...rest } = session;
  if (!fragments) return session;
  const left = withoutSet(fragments, message);
  return { ...rest, ...(left ? { fragments: left } : {}) } as S; // of the same phase
}

interface Whole {
  readonly inner: number;
  readonly plain: Octets;
  readonly datagram: Octets;
  /** Up to the end of the Encrypted payload's generic header. */
  readonly head: Octets;
}

async function openWhole(
  channel: Channel,
  { octets }: Datagram,
  { inner, sealed }: EncryptedPayload,
): Promise<Whole | undefined> {
  const plain = await channel.open(octets, sealed);
  return plain && { inner, plain, datagram: octets, head: headOf(octets, sealed) };
}

/**
 * A part of a message is kept, and nothing more happens until the last one is there. It is not even opened where the two ends did
 * not both say that they fragment (RFC 7383 2.3).
 */
async function openFragment(
  turn: Turn,
  session: Session,
  channel: Channel,
  datagram: Datagram,
  header: Header,
  fragment: EncryptedFragment | undefined,
): Promise<Whole | 'kept' | undefined> {
  const { messageId, isResponse } = header;
  const { env } = turn;
  if (peerFeaturesOf(session)?.sendsFragments === false) return undefined;
  const known = setOf(session.fragments, header);
  if (!fragment || !isWanted(known, fragment)) return undefined;
  const plain = await channel.open(datagram.octets, fragment.sealed);
  if (!plain) return undefined;
  const gathered = gather(
    known,
    { messageId, isResponse, datagram: datagram.octets, nowMs: env.nowMs },
    fragment,
    plain,
  );
  if (gathered.type === 'whole') return { ...gathered, head: headOfFragment(gathered.datagram, gathered.inner) };
  if (gathered.type === 'more') {
    // One for each request that the peer may have out, one for the answer to ours.
    turn.session = { ...session, fragments: withSet(session.fragments, gathered.set, env.settings.windowSize + 1) };
  }
  turn.note('in', datagram, { header, note: 'fragment' });
  return 'kept';
}

/** Too few or too many of a payload for its exchange; an answer that is an error carries what it likes. */
function misfitIn({ exchange, isResponse }: Header, payloads: readonly Payload[]): WirePlace | undefined {
  if (isResponse && errorIn(payloads) && exchange !== INFORMATIONAL) return undefined;
  const table = tableOf(exchange, isResponse, payloads);
  return table && misfitOf(payloads, table);
}

function tableOf(exchange: number, isResponse: boolean, payloads: readonly Payload[]) {
  switch (exchange) {
    case IKE_AUTH:
      return isResponse ? ikeAuthResponse : ikeAuthRequest;
    case IKE_INTERMEDIATE:
      return ikeIntermediate;
    case IKE_FOLLOWUP_KE:
      return ikeFollowupKe;
    case CREATE_CHILD_SA:
      return isAboutIke(payloads) ? rekeyIkeSa : createChildSa;
    case INFORMATIONAL:
      return informational;
    default:
      return undefined;
  }
}

/** CREATE_CHILD_SA rekeys the IKE SA itself. */
export const isAboutIke = (payloads: readonly Payload[]): boolean =>
  find(payloads, 'SA')?.proposals[0]?.protocol === protocols.numbers.IKE;
