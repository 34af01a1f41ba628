/**
 * What we do not accept of a peer's answer (RFC 7296 2.21.2, 2.21.3). The peer believes that all is well, so a new INFORMATIONAL exchange tells
 * it the error and deletes the IKE SA; at this end it carries nothing from here on.
 */

import { conclude } from '../channel/window.ts';
import type { Env } from '../env.ts';
import type { Asked, Change } from '../exchanges/exchange.ts';
import { wipeUnused } from '../keys/keys.ts';
import { exchangeTypes, notifyTypes, protocols } from '../message/names.ts';
import { notify } from '../message/notifies.ts';
import type { Refusal } from '../refusal.ts';
import { failureOf, isLive, removals } from './closing.ts';
import type { CreateChildTask } from './create-child-task.ts';
import { moves } from './moves.ts';
import type { AwaitingAuthReply, Live, Refusing } from './state.ts';

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
  const failure = failureOf(env, session, {
    ...(task ? { child: task.child } : {}),
    ...(task?.trigger ? { trigger: task.trigger } : {}),
    by: 'local',
    scope: 'ike',
    decidedAt: { exchange, message: 'response' },
    notify: notifyTypes.numbers[nameFor(refusal)],
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
    because: refusal,
  };
  const removed = isLive(session) ? removals(env, session.children, refusal) : [];
  return { session: refusing, facts: [{ type: 'failed', atMs: env.nowMs, failure }, ...removed] };
}

export const requestRefusal = (refusing: Refusing): Asked<Refusing> => ({
  session: refusing,
  exchange: exchangeTypes.numbers.INFORMATIONAL,
  payloads: [notify(nameFor(refusing.because)), { type: 'DELETE', protocol: protocols.numbers.IKE, spis: [] }],
  pending: { type: 'deleteIke', because: refusing.because },
});

/** All else that an answer of IKE_AUTH is refused for is one to the peer: which check it was, it does not learn. */
const nameFor = ({ code }: Refusal) => (code === 'malformed' ? 'INVALID_SYNTAX' : 'AUTHENTICATION_FAILED');
