/**
 * What is refused under an IKE SA (RFC 7296 2.21.2, 2.21.3). A request that we refuse is answered with an error; INVALID_SYNTAX, said or
 * heard, is the end of the IKE SA at both ends, without a Delete. Of an answer that we refuse the peer knows nothing, and believes that all is
 * well: a new INFORMATIONAL exchange tells it the error and deletes the IKE SA, which carries nothing at this end from here on.
 */
import type { Octets } from '../../bytes/octets.ts';
import { onlyOf } from '../auth/nearest.ts';
import { conclude } from '../channel/window.ts';
import type { Connection } from '../connection.ts';
import type { Env } from '../env.ts';
import type { Failure } from '../facts.ts';
import { wipeUnused } from '../keys/keys.ts';
import type { Payload } from '../message/message.ts';
import { exchangeTypes, notifyTypes, protocols } from '../message/names.ts';
import { errorIn, notifyNumbered } from '../message/notifies.ts';
import { notifyOf, type Refusal } from '../refusal.ts';
import { type Answered, type Asked, type Change, failed, ofTask, toNotify } from '../sa/change.ts';
import { close, failureOf, failuresOf, removals } from '../sa/closing.ts';
import type { CreateChildTask } from '../sa/create-child-task.ts';
import type { Pending } from '../sa/pending.ts';
import { moves } from '../sa/phase-moves.ts';
import { type AwaitingAuth, type AwaitingAuthReply, isLive, type Live, type Refusing } from '../sa/state.ts';
import { childTaskOf } from '../sa/wanted-children.ts';
import { yieldToRival } from './rekey-ike-collision.ts';

const { INVALID_SYNTAX, AUTHENTICATION_FAILED } = notifyTypes.numbers;

export interface RefusedRequest {
  readonly exchange: number;
  readonly refusal: Refusal;
  /** What fails with it, where the IKE SA stands. */
  readonly scope: Exclude<Failure['scope'], 'ike'>;
  /** Of the notify. */
  readonly data?: Octets | undefined;
}

/** `busy` is no failure: the peer tries again. */
export function refuseRequest(env: Env, live: Live, { exchange, refusal, scope, data }: RefusedRequest): Answered {
  const number = notifyOf[refusal.code];
  const payloads = toNotify(refusal, data);
  const isFatal = number === INVALID_SYNTAX;
  const fact = failed(env, live, {
    by: 'local',
    scope: isFatal ? 'ike' : scope,
    isInitiator: false,
    decidedAt: { exchange, message: 'request' },
    ...(number === undefined ? {} : { notify: number }),
    refusal,
  });
  if (isFatal) return { ...close(env, live, refusal, fact.failure), payloads };
  return { session: live, facts: refusal.code === 'busy' ? [] : [fact], payloads };
}

export interface RefusedHalfOpen {
  readonly exchange: number;
  readonly refusal: Refusal;
  /** The one that it fails for; absent: nothing has told yet which of those that hold the path is meant. */
  readonly connection?: Connection;
  readonly isSilent?: boolean;
}

/** Before the IKE SA stands: it ends here, and the peer is told what the RFC lets it learn, or nothing. */
export function refuseHalfOpen(
  env: Env,
  session: AwaitingAuth,
  { exchange, refusal, isSilent = false, ...meant }: RefusedHalfOpen,
): Answered {
  const { connection } = meant.connection ? meant : onlyOf(session.candidates);
  const number = isSilent ? undefined : notifyOf[refusal.code];
  const failure = failureOf(env, session, {
    ...(connection ? { connection: connection.name } : {}),
    by: 'local',
    decidedAt: { exchange, message: 'request' },
    ...(number === undefined ? {} : { notify: number }),
    refusal,
  });
  return { ...close(env, session, refusal, failure), payloads: isSilent ? [] : toNotify(refusal) };
}

/** The peer could not read our request, and has ended the IKE SA: so do we. Undefined: it said nothing of the kind. */
export function endUnread(
  env: Env,
  live: Live,
  exchange: number,
  pending: Pending,
  payloads: readonly Payload[],
): Change | undefined {
  const error = errorIn(payloads);
  if (error?.notify !== INVALID_SYNTAX) return undefined;
  const yielded = yieldToRival(env, live, pending);
  if (yielded) return yielded;
  const refusal = { code: 'peerRefused', notify: error.notify, data: error.data } as const;
  const failure = failureOf(env, live, {
    ...ofTask(childTaskOf(pending)),
    by: 'remote',
    isInitiator: true,
    decidedAt: { exchange, message: 'response' },
    notify: error.notify,
    refusal,
  });
  return close(env, live, refusal, failure);
}

export interface RefusedAnswer {
  readonly exchange: number;
  readonly refusal: Refusal;
  /** What the request was for. */
  readonly task?: CreateChildTask | undefined;
}

export function refuseAnswer(
  env: Env,
  session: AwaitingAuthReply | Live,
  { exchange, refusal, task }: RefusedAnswer,
): Change {
  const says = !isLive(session) && refusal.code !== 'malformed' ? AUTHENTICATION_FAILED : INVALID_SYNTAX;
  const failure = failureOf(env, session, {
    ...ofTask(task),
    by: 'local',
    isInitiator: true,
    decidedAt: { exchange, message: 'response' },
    notify: says,
    refusal,
  });
  if ('mixed' in session) wipeUnused(session.mixed, session.keys);
  const refusing: Refusing = {
    phase: isLive(session) ? moves.established.refusedReply : moves.awaitingAuthReply.refusedReply,
    isInitiator: session.isInitiator,
    spis: session.spis,
    path: session.path,
    window: conclude(session.window),
    bornAtMs: session.bornAtMs,
    keys: session.keys,
    channel: session.channel,
    connection: session.connection,
    ...(session.redirection && { redirection: session.redirection }),
    because: refusal,
    says,
  };
  const removed = isLive(session) ? removals(env, session.children, refusal) : [];
  return { session: refusing, facts: [...failuresOf(env, session, failure), ...removed] };
}

export const requestRefusal = (refusing: Refusing): Asked<Refusing> => ({
  session: refusing,
  exchange: exchangeTypes.numbers.INFORMATIONAL,
  payloads: [notifyNumbered(refusing.says), { type: 'DELETE', protocol: protocols.numbers.IKE, spis: [] }],
  pending: { type: 'deleteIke', because: refusing.because },
});
