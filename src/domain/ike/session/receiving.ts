/**
 * What a datagram is to a session (RFC 7296 2.1 to 2.3, 2.21): a request to answer, one to answer again, the answer to ours, or nothing. Each
 * goes to its exchange (dispatch.ts); what is malformed under the protection ends the IKE SA.
 */
import type { Octets } from '../../bytes/octets.ts';
import { invariant } from '../../bytes/result.ts';
import { type Answer, conclude, countRepeat, placeRequest } from '../channel/window.ts';
import type { Datagram } from '../datagram.ts';
import { failed, toNotify } from '../exchanges/exchange.ts';
import { concludeAuth, requestAuth } from '../exchanges/ike-auth.ts';
import {
  concludeIntermediate,
  nextMethodOf,
  requestIntermediate,
  type Underway,
} from '../exchanges/ike-intermediate.ts';
import { concludeInit, doubtUnreadable } from '../exchanges/ike-sa-init.ts';
import { refusePublicValue } from '../exchanges/ike-sa-init-answer.ts';
import { yieldToRival } from '../exchanges/rekey-ike-collision.ts';
import { wipeIkeKeys } from '../keys/keys.ts';
import type { NamedFault } from '../message/fault.ts';
import type { Header, Message, Payload } from '../message/message.ts';
import { exchangeTypes, protocols } from '../message/names.ts';
import { errorIn, notify } from '../message/notifies.ts';
import { find } from '../message/payloads.ts';
import { followNat } from '../nat/moving.ts';
import type { Refusal } from '../refusal.ts';
import { close, failureOf } from './closing.ts';
import { concludeUnder, exchangeOf, respond } from './dispatch.ts';
import { invalidMessageId, tell } from './hints.ts';
import { open } from './opening.ts';
import type { PendingIntermediate } from './pending.ts';
import { endUnread, refuseAnswer } from './refusing.ts';
import { answerNarrowly } from './smaller-fragments.ts';
import { type AwaitingInit, type AwaitingIntermediate, confirmed, isLive, type Keyed, type Session } from './state.ts';
import { type Turn, widthOf } from './turn.ts';
import { childTaskOf } from './wanted-children.ts';

const { IKE_SA_INIT, IKE_INTERMEDIATE, IKE_AUTH } = exchangeTypes.numbers;

export async function receive(turn: Turn, datagram: Datagram, message: Message): Promise<void> {
  const { session } = turn;
  const { header } = message;
  if (header.isFromInitiator === session.isInitiator) return; // our own words, reflected
  if (!header.isResponse) {
    const place = placeRequest(session.window, header.messageId, datagram.octets, widthOf(turn.env, session));
    switch (place.type) {
      case 'repeated':
        return repeatAnswer(turn, datagram, message, place.answer);
      case 'other':
        return answerNarrowly(turn, datagram, message, place.answer);
      case 'new':
        return receiveRequest(turn, datagram, message);
      case 'ahead':
        return receiveAhead(turn, datagram, message);
      case 'outside':
        return;
    }
  }
  const { outstanding } = session.window;
  if (outstanding?.id !== header.messageId || exchangeOf(outstanding.pending) !== header.exchange) return;
  if (session.phase === 'awaitingInit') return receiveInit(turn, session, datagram, message);
  return receiveResponse(turn, datagram, message);
}

function repeatAnswer(turn: Turn, datagram: Datagram, { header }: Message, { response }: Answer): void {
  const { session } = turn;
  turn.session = { ...session, window: countRepeat(session.window) };
  turn.note('in', datagram, { header, note: 'repeated' });
  turn.repeat(response, datagram);
}

/** The peer asks more at once than we announced, if it is the peer: it gets no answer, and may be told (RFC 7296 2.3). */
async function receiveAhead(turn: Turn, datagram: Datagram, { header, payloads }: Message): Promise<void> {
  const { session } = turn;
  const sealed = find(payloads, 'SK')?.sealed ?? find(payloads, 'SKF')?.sealed;
  if (!isLive(session) || !sealed || !(await session.channel.open(datagram.octets, sealed))) return;
  tell(turn, invalidMessageId(header.messageId));
}

async function receiveInit(turn: Turn, session: AwaitingInit, datagram: Datagram, message: Message): Promise<void> {
  const concluded = await concludeInit(turn.env, session, datagram, message);
  turn.note('in', datagram, message);
  switch (concluded.type) {
    case 'ignored':
      return;
    case 'doubted':
      turn.session = concluded.session;
      return;
    case 'again':
      turn.session = concluded.session;
      turn.transmitClear(concluded.session.offer.request, session.path);
      return;
    case 'sentOn':
      return turn.apply(concluded.change);
    case 'agreed':
      return goOn(turn, session, concluded);
  }
}

/**
 * Only the answer to IKE_SA_INIT can be read and hence judged before any key: whoever sent it, it is a doubt (RFC 7296 2.21.1). All others
 * are as if they had not come.
 */
export function receiveUnreadable(turn: Turn, datagram: Datagram, fault: NamedFault): void {
  const { session } = turn;
  turn.note('in', datagram, { header: fault.header, note: 'malformed' });
  if (session.phase !== 'awaitingInit' || fault.header.exchange !== IKE_SA_INIT) return;
  turn.session = doubtUnreadable(turn.env, session, fault);
}

/** The keys stand: the next additional key exchange goes under them, or IKE_AUTH. */
async function goOn(turn: Turn, session: AwaitingInit | AwaitingIntermediate, underway: Underway): Promise<void> {
  const method = nextMethodOf(underway.agreed);
  if (method !== undefined) return turn.ask(await requestIntermediate(turn.env, session, underway, method));
  const asked = await requestAuth(turn.env, session, underway);
  if (asked.ok) {
    turn.facts.push(...asked.value.facts);
    return turn.ask(asked.value);
  }
  const failure = failureOf(turn.env, session, {
    by: 'local',
    decidedAt: { exchange: IKE_AUTH, message: 'request' },
    refusal: asked.error,
  });
  wipeIkeKeys(underway.keyed.keys);
  turn.apply(close(turn.env, session, asked.error, failure));
}

/**
 * An answer that we refuse ends the negotiation here, and the peer learns nothing: before IKE_AUTH there is no IKE SA to delete, and no
 * INFORMATIONAL exchange to say it in (RFC 7296 1.4, RFC 9242 3.4). It forgets its half in time.
 */
async function receiveIntermediate(
  turn: Turn,
  session: AwaitingIntermediate,
  pending: PendingIntermediate,
  payloads: readonly Payload[],
  covered: Octets,
): Promise<void> {
  const concluded = await concludeIntermediate(turn.env, session, pending, payloads, covered);
  if (concluded.ok) return goOn(turn, session, concluded.value);
  const error = errorIn(payloads);
  const failure = failureOf(turn.env, session, {
    by: error ? 'remote' : 'local',
    decidedAt: { exchange: IKE_INTERMEDIATE, message: 'response' },
    ...(error ? { notify: error.notify } : {}),
    refusal: concluded.error,
  });
  turn.apply(close(turn.env, session, concluded.error, failure));
}

async function receiveRequest(turn: Turn, datagram: Datagram, { header, payloads }: Message): Promise<void> {
  const { phase } = turn.session;
  const keyed = await keyedForRequest(turn);
  if (!keyed || phase === 'awaitingAuthReply' || phase === 'awaitingIntermediate') return;
  const opened = await open(turn, keyed, datagram, header, payloads);
  if (!opened) return;
  const { session, request } = opened;
  const from = { ...datagram, octets: request };
  if (opened.type === 'malformed') {
    // Fatal for the SA, and said only under its protection (RFC 7296 2.21.3).
    const failure = failureOf(turn.env, session, decidedHere(header, 'request', opened.refusal));
    const ended = close(turn.env, session, opened.refusal, failure);
    return turn.answer(keyed, header, from, { ...ended, payloads: toNotify(opened.refusal) });
  }
  if (opened.type === 'critical') {
    const data = Uint8Array.of(opened.payload);
    const said = notify('UNSUPPORTED_CRITICAL_PAYLOAD', data);
    const fact = failed(turn.env, session, {
      ...decidedHere(header, 'request', { code: 'unknownCritical', payload: opened.payload }),
      scope: 'request',
      isInitiator: false,
      notify: said.notify,
    });
    return turn.answer(keyed, header, from, { session, facts: [fact], payloads: [said] });
  }
  if (isLive(session) && session.awaitsInheritance && !isIkeDelete(opened.payloads)) return;
  const answered = await respond(turn.env, heard(turn, session, datagram), keyed, header, opened, datagram);
  if (answered) return turn.answer(keyed, header, from, answered);
}

async function receiveResponse(turn: Turn, datagram: Datagram, { header, payloads }: Message): Promise<void> {
  const { outstanding } = turn.session.window;
  const keyed = keyedOf(turn.session);
  if (!keyed || !outstanding) return;
  const opened = await open(turn, keyed, datagram, header, payloads);
  if (!opened || opened.type === 'critical') return; // as if it had not come (RFC 7296 2.5)
  const { session } = opened;
  const { env } = turn;
  const { pending } = outstanding;
  if (opened.type === 'malformed') {
    const { refusal } = opened;
    if (session.phase === 'awaitingAuthReply' || session.phase === 'established' || session.phase === 'superseded') {
      const idle = { ...session, window: conclude(session.window) };
      const yielded = isLive(idle) ? yieldToRival(env, idle, pending) : undefined;
      const task = childTaskOf(pending);
      return turn.apply(yielded ?? refuseAnswer(env, session, { exchange: header.exchange, refusal, task }));
    }
    const failure = failureOf(env, session, decidedHere(header, 'response', refusal));
    return turn.apply(close(env, session, refusal, failure));
  }
  const idle = heard(turn, { ...session, window: conclude(session.window) }, datagram);
  if (idle.phase === 'awaitingIntermediate') {
    invariant(pending.type === 'intermediate', 'IKE_INTERMEDIATE is out');
    return receiveIntermediate(turn, idle, pending, opened.payloads, opened.covered);
  }
  if (idle.phase === 'awaitingAuthReply') {
    invariant(pending.type === 'auth', 'IKE_AUTH is out');
    return turn.apply(await concludeAuth(env, idle, pending, opened.payloads));
  }
  if (!isLive(idle) && idle.phase !== 'refusing') return;
  const unread = isLive(idle) ? endUnread(env, idle, header.exchange, pending, opened.payloads) : undefined;
  if (unread) return turn.apply(unread);
  const concluded = await concludeUnder(env, idle, pending, opened.payloads);
  if (concluded) turn.apply(concluded);
}

const decidedHere = ({ exchange }: Header, message: 'request' | 'response', refusal: Refusal) => ({
  by: 'local' as const,
  decidedAt: { exchange, message },
  refusal,
});

const isIkeDelete = (payloads: readonly Payload[]): boolean =>
  find(payloads, 'DELETE')?.protocol === protocols.numbers.IKE;

/** An authentic message came: the peer lives, and behind a NAT it may have moved. */
function heard(turn: Turn, session: Session, { local, remote }: Datagram): Session {
  if (session.phase === 'awaitingAuth') return { ...session, path: { local, remote } }; // it may have floated to 4500
  if (!isLive(session)) return session;
  const moved = followNat(turn.env, session, remote);
  turn.facts.push(...moved.facts);
  return { ...confirmed(moved.session), heardAtMs: turn.env.nowMs };
}

/** Of a half-open IKE SA: its keys, before IKE_AUTH needs them. */
export async function prepare(turn: Turn): Promise<void> {
  await keyedForRequest(turn);
}

/** Undefined: there are none, or the public value they were to be made of is impossible, which ends the session. */
async function keyedForRequest(turn: Turn): Promise<Keyed | undefined> {
  const { session } = turn;
  if (session.phase !== 'awaitingAuth') return keyedOf(session);
  const keyed = await session.keyed.get();
  if (!keyed) turn.apply(refusePublicValue(turn.env, session));
  return keyed;
}

const keyedOf = (session: Session): Keyed | undefined => ('keys' in session ? session : undefined);
