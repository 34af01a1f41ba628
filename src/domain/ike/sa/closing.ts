/**
 * How a session ends: CHILD SAs and the IKE SA reported gone, what was still wanted reported failed. What is left
 * answers repetitions of the last request for a while, since its sender may not have heard us (RFC 7296 2.1).
 */
import { ended } from '../channel/window.ts';
import type { Child } from '../child/child.ts';
import type { ChildSa } from '../child/child-sa.ts';
import type { Env } from '../env.ts';
import type { Fact, Failure } from '../facts.ts';
import { type IkeKeys, wipeIkeKeys } from '../keys/keys.ts';
import { exchangeTypes } from '../message/names.ts';
import type { Refusal } from '../refusal.ts';
import { failed, ofTask } from './change.ts';
import { type Closed, isLive, type Session } from './state.ts';
import { viewOf } from './view.ts';
import { newChildrenOf } from './wanted-children.ts';

const lingerMs = 15_000;

export interface Ended {
  readonly session: Closed;
  readonly facts: readonly Fact[];
}

/** `failure` where the end is one. */
export function close(env: Pick<Env, 'nowMs'>, session: Session, because: Refusal, failure?: Failure): Ended {
  const facts: Fact[] = [];
  if (failure) facts.push(...failuresOf(env, session, failure));
  else facts.push(...unfulfilled(env, session, because));
  if (isLive(session)) facts.push(...removals(env, session.children, because));
  const closed: Closed = {
    phase: 'closed',
    ...('connection' in session && session.connection ? { connection: { name: session.connection.name } } : {}),
    ...(session.redirection && { redirection: session.redirection }),
    isInitiator: session.isInitiator,
    spis: session.spis,
    path: session.path,
    window: ended(session.window),
    bornAtMs: session.bornAtMs,
    because,
    forgetAtMs: env.nowMs + lingerMs,
  };
  if (session.phase !== 'closed') {
    facts.push({
      type: 'ikeClosed',
      atMs: env.nowMs,
      ikeSa: { ...viewOf(session), phase: 'closed', children: [] },
      because,
    });
  }
  return { session: closed, facts };
}

/** CHILD SAs that somebody waits for and that this session can no longer make. */
function unfulfilled(env: Pick<Env, 'nowMs'>, session: Session, because: Refusal): readonly Fact[] {
  return newChildrenOf(session).map((task) =>
    failed(env, session, {
      ...ofTask(task),
      by: because.code === 'asked' ? because.by : 'local',
      scope: 'child',
      decidedAt: { exchange: exchangeTypes.numbers.INFORMATIONAL, message: 'request' },
      refusal: because,
    }),
  );
}

export function removals(env: Pick<Env, 'nowMs'>, children: readonly Child[], because: Refusal): readonly Fact[] {
  return children.map(({ sa }) => removal(env, sa, because));
}

export const removal = (env: Pick<Env, 'nowMs'>, child: ChildSa, because: Refusal): Fact => ({
  type: 'childRemoved',
  atMs: env.nowMs,
  child,
  because,
});

/** The failure of a whole negotiation, from the one decisive refusal. */
export function failureOf(
  env: Pick<Env, 'nowMs'>,
  session: Session,
  failure: Pick<Failure, 'by' | 'decidedAt' | 'refusal'> & Partial<Failure>,
): Failure {
  const wanted = failure.child === undefined ? newChildrenOf(session)[0] : undefined;
  return failed(env, session, { scope: 'ike', ...ofTask(wanted), ...failure }).failure;
}

/** It, and each CHILD SA that was wanted besides the one that it names: whoever waits for one hears so. */
export function failuresOf(env: Pick<Env, 'nowMs'>, session: Session, failure: Failure): readonly Fact[] {
  const { child, trigger, ...whole } = failure;
  const others = newChildrenOf(session).filter((task) => task.child !== child || task.trigger !== trigger);
  return [failure, ...others.map((task): Failure => ({ ...whole, scope: 'child', ...ofTask(task) }))].map((each) => ({
    type: 'failed',
    atMs: env.nowMs,
    failure: each,
  }));
}

/** Keys that an additional key exchange has replaced become zeros; done when the last message under them is sealed. */
export async function wipeReplaced(before: Session, after: Session): Promise<void> {
  if (before.phase !== 'awaitingIntermediate' && before.phase !== 'awaitingAuth') return;
  const old = await keysOf(before);
  const now = old && (await keysOf(after));
  if (now && old.skEi !== now.skEi) wipeIkeKeys(old);
}

const keysOf = async (session: Session): Promise<IkeKeys | undefined> =>
  session.phase === 'awaitingAuth' ? (await session.keyed.made())?.keys : 'keys' in session ? session.keys : undefined;

/** Keys become zeros, whoever still holds the objects; done when the last message is sealed. Keys of CHILD SAs are their holder's. */
export async function wipe(session: Session): Promise<void> {
  if ('keys' in session) wipeIkeKeys(session.keys);
  if (session.phase === 'awaitingAuthReply' && session.mixed) wipeIkeKeys(session.mixed);
  if (session.phase !== 'awaitingAuth') return;
  const keyed = await session.keyed.made();
  if (keyed) wipeIkeKeys(keyed.keys);
}
