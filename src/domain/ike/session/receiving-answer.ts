/**
 * The answer to our request, phase by phase (RFC 7296 1.2, 2.21): to an end that negotiates, to an IKE SA that stands or goes, to one that we
 * have refused. What does not open, or has a critical payload that nobody knows (2.5), is as if it had not come.
 */
import { invariant } from '../../bytes/result.ts';
import { conclude } from '../channel/window.ts';
import type { Datagram } from '../datagram.ts';
import type { Env } from '../env.ts';
import { concludeAuth, requestAuth } from '../exchanges/ike-auth.ts';
import {
  concludeIntermediate,
  nextMethodOf,
  requestIntermediate,
  type Underway,
} from '../exchanges/ike-intermediate.ts';
import { concludeInit, doubtUnreadable } from '../exchanges/ike-sa-init.ts';
import { endUnread, refuseAnswer } from '../exchanges/refusing.ts';
import { yieldToRival } from '../exchanges/rekey-ike-collision.ts';
import { wipeIkeKeys } from '../keys/keys.ts';
import type { NamedFault } from '../message/fault.ts';
import type { Message } from '../message/message.ts';
import { exchangeTypes } from '../message/names.ts';
import { errorIn } from '../message/notifies.ts';
import type { Refusal } from '../refusal.ts';
import type { Change, Said } from '../sa/change.ts';
import { close, failureOf } from '../sa/closing.ts';
import type { Pending } from '../sa/pending.ts';
import type { AwaitingAuthReply, AwaitingInit, AwaitingIntermediate, Live, Refusing, Session } from '../sa/state.ts';
import { childTaskOf } from '../sa/wanted-children.ts';
import { concludeUnder } from './dispatch.ts';
import { heard } from './heard.ts';
import { open } from './opening.ts';
import type { Turn } from './turn.ts';

const { IKE_SA_INIT, IKE_INTERMEDIATE, IKE_AUTH } = exchangeTypes.numbers;

/** `pending` is what we had asked. */
export async function receiveAnswer(turn: Turn, pending: Pending, datagram: Datagram, message: Message): Promise<void> {
  const { session, env } = turn;
  if (session.phase === 'awaitingInit') return receiveInit(turn, session, datagram, message);
  if (!('keys' in session)) return; // it has asked nothing
  const opened = await open(turn, session, session, datagram, message);
  if (!opened || opened.type === 'critical') return;
  const { exchange } = message.header;
  if (opened.type === 'malformed') {
    return turn.apply(refuseForm(env, opened.session, pending, exchange, opened.refusal));
  }
  const { payloads } = opened;
  const idle = answered(opened.session);
  switch (idle.phase) {
    case 'awaitingIntermediate':
      return receiveIntermediate(turn, idle, pending, opened);
    case 'awaitingAuthReply':
      invariant(pending.type === 'auth', 'IKE_AUTH is out');
      return turn.apply(await concludeAuth(env, idle, pending, payloads));
    case 'established':
    case 'superseded':
    case 'deleting': {
      const live = heard(turn, idle, datagram.remote);
      const unread = endUnread(env, live, exchange, pending, payloads);
      return apply(turn, unread ?? (await concludeUnder(env, live, pending, payloads)));
    }
    case 'refusing':
      return apply(turn, await concludeUnder(env, idle, pending, payloads));
  }
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

/**
 * An answer that we refuse ends the negotiation here, and the peer learns nothing: before IKE_AUTH there is no IKE SA to delete, and no
 * INFORMATIONAL exchange to say it in (RFC 7296 1.4, RFC 9242 3.4). It forgets its half in time.
 */
async function receiveIntermediate(
  turn: Turn,
  session: AwaitingIntermediate,
  pending: Pending,
  said: Said,
): Promise<void> {
  invariant(pending.type === 'intermediate', 'IKE_INTERMEDIATE is out');
  const concluded = await concludeIntermediate(turn.env, session, pending, said);
  if (concluded.ok) return goOn(turn, session, concluded.value);
  const error = errorIn(said.payloads);
  const failure = failureOf(turn.env, session, {
    by: error ? 'remote' : 'local',
    decidedAt: { exchange: IKE_INTERMEDIATE, message: 'response' },
    ...(error ? { notify: error.notify } : {}),
    refusal: concluded.error,
  });
  turn.apply(close(turn.env, session, concluded.error, failure));
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

/** What cannot be read. The peer believes that all is well, and is told, where an IKE SA stands at its end (RFC 7296 2.21.2). */
function refuseForm(
  env: Env,
  session: AwaitingIntermediate | AwaitingAuthReply | Live | Refusing,
  pending: Pending,
  exchange: number,
  refusal: Refusal,
): Change {
  switch (session.phase) {
    case 'awaitingAuthReply':
      return refuseAnswer(env, session, { exchange, refusal, task: childTaskOf(pending) });
    case 'established':
    case 'superseded': {
      const yielded = yieldToRival(env, answered(session), pending);
      return yielded ?? refuseAnswer(env, session, { exchange, refusal, task: childTaskOf(pending) });
    }
    case 'awaitingIntermediate':
    case 'deleting':
    case 'refusing': {
      const decidedAt = { exchange, message: 'response' } as const;
      return close(env, session, refusal, failureOf(env, session, { by: 'local', decidedAt, refusal }));
    }
  }
}

/** Its request has its answer. */
const answered = <S extends Session>(session: S): S => ({ ...session, window: conclude(session.window) });

function apply(turn: Turn, change: Change | undefined): void {
  if (change) turn.apply(change);
}
