/**
 * Who takes over when an IKE SA is rekeyed (RFC 7296 2.8, 2.8.2): the new one has the CHILD SAs as they are, and the old one only answers until
 * it is deleted.
 *
 * If both asked at once, two new IKE SAs stand for a moment: the one made with the lowest of the four nonces is deleted by who asked
 * for it, the other inherits (2.8.2).
 */
import { compareOctets, type Octets } from '../../bytes/octets.ts';
import type { Env } from '../env.ts';
import type { Fact } from '../facts.ts';
import type { IkeSpi } from '../message/message.ts';
import type { Change } from '../sa/change.ts';
import { close } from '../sa/closing.ts';
import type { Pending, PendingIkeRekey } from '../sa/pending.ts';
import { moves } from '../sa/phase-moves.ts';
import { type Closed, type Live, ownSpiOf } from '../sa/state.ts';
import type { Task } from '../sa/tasks.ts';
import { viewOf } from '../sa/view.ts';
import { childTaskOf } from '../sa/wanted-children.ts';
import { lower } from './rekey-child-collision.ts';

/** Our rekey came through. */
export function succeedOwn(
  env: Env,
  live: Live,
  { nonce, rival }: Pick<PendingIkeRekey, 'nonce' | 'rival'>,
  successor: Live,
  nonceR: Octets,
): Change {
  const hasLost = rival !== undefined && compareOctets(lower(nonce, nonceR), rival.lowestNonce) < 0;
  return hasLost ? yieldTo(env, live, successor, rival.ownSpi) : succeed(env, live, successor, { isAsker: true });
}

/** The peer's rekey came through, perhaps while ours is out. */
export function succeedPeers(
  env: Env,
  live: Live,
  successor: Live,
  { nonceI, nonceR }: { readonly nonceI: Octets; readonly nonceR: Octets },
): Change {
  const rival = { ownSpi: ownSpiOf(successor), lowestNonce: lower(nonceI, nonceR) };
  return rivalled(env, live, successor, rival) ?? succeed(env, live, successor, { isAsker: false });
}

/** Our own rekey is out: both new IKE SAs stand until its answer comes, and this one waits for what it may inherit. */
function rivalled(
  env: Env,
  live: Live,
  successor: Live,
  rival: NonNullable<PendingIkeRekey['rival']>,
): Change | undefined {
  const { outstanding } = live.window;
  if (outstanding?.pending.type !== 'rekeyIke') return undefined;
  const pending = { ...outstanding.pending, rival };
  return {
    session: { ...live, window: { ...live.window, outstanding: { ...outstanding, pending } } },
    facts: [],
    born: [waiting(env, successor)],
  };
}

/** The new IKE SA takes everything over. Who asked for it deletes the old one; the other waits for that, but not for ever. */
function succeed(env: Env, live: Live, successor: Live, { isAsker }: { readonly isAsker: boolean }): Change {
  const heir = inherit(successor, live.children, live.tasks);
  const because = { code: 'asked', by: 'local', reason: 'rekeyed' } as const;
  return {
    session: superseded(env, live, isAsker ? [{ type: 'deleteIke', because }] : []),
    facts: [established(env, heir, live)],
    born: [heir],
  };
}

/** We lost: our new IKE SA goes at once, the peer's inherits. */
function yieldTo(env: Env, live: Live, loser: Live, winner: IkeSpi): Change {
  const because = { code: 'asked', by: 'local', reason: 'redundant' } as const;
  return {
    ...handOverTo(env, live, winner),
    born: [{ ...waiting(env, loser), tasks: [{ type: 'deleteIke', because }] }],
  };
}

/**
 * Our rekey came to nothing: if the peer's came through meanwhile, the IKE SA that it made inherits, and the peer deletes the old one.
 * Undefined: there is none.
 */
export function yieldToRival(env: Env, live: Live, pending: Pending): Change | undefined {
  const rival = rivalOf(pending);
  return rival && handOverTo(env, live, rival.ownSpi);
}

/** The old one is gone, and what is left goes where the peer is, if its rekey came through. Undefined: it did not. */
export function closeForRival(
  env: Env,
  live: Live,
  pending: Pending,
): (Change & { readonly session: Closed }) | undefined {
  const rival = rivalOf(pending);
  const { children, tasks } = live;
  const rekeyed = { code: 'asked', by: 'remote', reason: 'rekeyed' } as const;
  return (
    rival && {
      ...close(env, { ...live, children: [], tasks: [] }, rekeyed),
      handOver: { toOwnSpi: rival.ownSpi, children, tasks },
    }
  );
}

const rivalOf = (pending: Pending): PendingIkeRekey['rival'] =>
  pending.type === 'rekeyIke' ? pending.rival : undefined;

function handOverTo(env: Env, live: Live, winner: IkeSpi): Change {
  return {
    session: superseded(env, live, []),
    facts: [],
    handOver: { toOwnSpi: winner, children: live.children, tasks: live.tasks },
  };
}

/** It only answers, and not for ever. */
function superseded(env: Env, { rekeyAtMs: _, ...live }: Live, tasks: Live['tasks']): Live {
  const expiresAtMs = env.nowMs + env.settings.supersededMs;
  return { ...live, phase: moves.established.rekeyed, children: [], tasks, expiresAtMs };
}

/** What a session takes over from the one before: CHILD SAs as they are, and what is still wanted but the rekey itself. */
export function inherit(heir: Live, children: Live['children'], tasks: Live['tasks']): Live {
  const moved = children.map((child) => ({ ...child, sa: { ...child.sa, ikeSpis: heir.spis } }));
  return {
    ...heir,
    children: [...heir.children, ...moved],
    tasks: [...heir.tasks, ...tasks.flatMap(inherited)],
  };
}

/**
 * What was agreed on under the old IKE SA and is not made yet begins anew: the peer knows nothing of it here. That the old one was old
 * is no reason to end this one.
 */
function inherited(task: Task): readonly Task[] {
  const isOfAge = task.type === 'deleteIke' && task.because.code === 'asked' && task.because.reason === 'lifetime';
  if (task.type === 'rekeyIke' || isOfAge) return [];
  if (task.type !== 'followUp') return [task];
  const child = childTaskOf(task);
  return child ? [{ ...child, tries: 0 }] : [];
}

export const established = (env: Pick<Env, 'nowMs'>, heir: Live, old?: Pick<Live, 'spis'>): Fact => ({
  type: 'ikeEstablished',
  atMs: env.nowMs,
  ikeSa: viewOf(heir),
  ...(old ? { replaces: old.spis.initiator } : {}),
});

/** Without an inheritance it does not live long. */
const waiting = (env: Env, successor: Live): Live => ({
  ...successor,
  awaitsInheritance: true,
  expiresAtMs: env.nowMs + env.settings.supersededMs,
});
