/**
 * What time does to a session (RFC 7296 2.4, 2.8): requests go out again or are given up, lifetimes that ran out become tasks, what nobody
 * finished is forgotten.
 */

import { invariant } from '../../bytes/result.ts';
import { onlyOf } from '../auth/nearest.ts';
import { withoutOldSets } from '../channel/fragmentation.ts';
import { type Outstanding, repeatRequest } from '../channel/window.ts';
import { retryAtMs } from '../child/lifetime.ts';
import type { Env } from '../env.ts';
import { closeForRival } from '../exchanges/rekey-ike-collision.ts';
import { exchangeTypes } from '../message/names.ts';
import type { Refusal } from '../refusal.ts';
import { ofTask } from '../sa/change.ts';
import { close, failureOf } from '../sa/closing.ts';
import type { Pending } from '../sa/pending.ts';
import { type AwaitingAuth, isLive, type Live } from '../sa/state.ts';
import type { Task } from '../sa/tasks.ts';
import { childTaskOf } from '../sa/wanted-children.ts';
import { exchangeOf } from './dispatch.ts';
import { askNarrowly } from './smaller-fragments.ts';
import { withTask } from './task-queue.ts';
import type { Turn } from './turn.ts';

const { IKE_AUTH } = exchangeTypes.numbers;

export async function onDeadline(turn: Turn): Promise<void> {
  const { env } = turn;
  const { outstanding } = turn.session.window;
  if (outstanding && outstanding.againAtMs <= env.nowMs) await repeat(turn, outstanding);
  const { session } = turn;
  switch (session.phase) {
    case 'awaitingInit':
      if (session.doubt && session.doubt.believeAtMs <= env.nowMs) {
        turn.apply(close(env, session, session.doubt.failure.refusal, session.doubt.failure));
      }
      return;
    case 'awaitingAuth':
      if (session.bornAtMs + env.settings.halfOpenMs <= env.nowMs) expireHalfOpen(turn, session);
      return;
    case 'established':
    case 'superseded':
    case 'deleting':
      turn.wantsReauthentication = session.connection.reauthenticates === true && isDue(env, session.rekeyAtMs);
      turn.session = withDueTasks(env, withoutOldMaking(env, withoutOldFragments(env, session)));
      return;
    case 'awaitingIntermediate':
    case 'awaitingAuthReply':
    case 'refusing':
    case 'closed':
      return;
  }
}

function withoutOldFragments({ nowMs }: Env, live: Live): Live {
  const { fragments, ...rest } = live;
  const young = withoutOldSets(fragments, nowMs);
  return young?.length === fragments?.length ? live : { ...rest, ...(young ? { fragments: young } : {}) };
}

function withoutOldMaking({ nowMs }: Env, live: Live): Live {
  const { making, ...rest } = live;
  return making && making.untilMs <= nowMs ? rest : live;
}

async function repeat(turn: Turn, outstanding: Outstanding<Pending>): Promise<void> {
  const { session, env } = turn;
  const { retransmit, triesBeforeNarrow } = env.settings;
  const repeated = repeatRequest(session.window, outstanding, env.nowMs, retransmit, triesBeforeNarrow);
  if (repeated.type === 'again') {
    turn.session = { ...session, window: repeated.window };
    turn.repeat(repeated.datagrams, session.path);
    return;
  }
  if (repeated.type === 'tooLong') {
    invariant('channel' in session, 'what was cut was sealed');
    return askNarrowly(turn, session, outstanding, repeated.clear);
  }
  const { pending } = outstanding;
  const noAnswer: Refusal = { code: 'noAnswer', tries: repeated.tries, forMs: repeated.forMs };
  const doubted = session.phase === 'awaitingInit' ? session.doubt?.failure : undefined;
  const failure =
    doubted ??
    failureOf(env, session, {
      ...ofTask(childTaskOf(pending)),
      by: 'local',
      decidedAt: { exchange: exchangeOf(pending), message: 'response' },
      refusal: noAnswer,
    });
  const left = isLive(session) ? closeForRival(env, session, pending) : undefined;
  if (left) turn.apply(left);
  else if (pending.type === 'deleteIke') turn.apply(close(env, session, pending.because));
  else if (session.phase === 'superseded') turn.apply(close(env, session, noAnswer));
  else turn.apply(close(env, session, failure.refusal, failure));
}

function expireHalfOpen(turn: Turn, session: AwaitingAuth): void {
  const refusal: Refusal = { code: 'halfOpenExpired', afterMs: turn.env.nowMs - session.bornAtMs };
  const { connection } = onlyOf(session.candidates);
  const failure = failureOf(turn.env, session, {
    ...(connection ? { connection: connection.name } : {}),
    by: 'local',
    decidedAt: { exchange: IKE_AUTH, message: 'request' },
    refusal,
  });
  turn.apply(close(turn.env, session, refusal, failure));
}

const isDue = ({ nowMs }: Env, atMs: number | undefined): boolean => atMs !== undefined && atMs <= nowMs;

/** Lifetimes that have run out become tasks, once each. */
function withDueTasks(env: Env, live: Live): Live {
  const because: Refusal = { code: 'asked', by: 'local', reason: 'lifetime' };
  let { tasks } = live;
  const add = (task: Task) => {
    tasks = withTask(tasks, task);
  };
  if (isDue(env, live.confirmAtMs)) add({ type: 'probe' });
  if (isDue(env, live.expiresAtMs)) add({ type: 'deleteIke', because });
  else if (isDue(env, live.rekeyAtMs) && !live.connection.reauthenticates) add({ type: 'rekeyIke', tries: 0 });
  const children = live.children.map((child) => {
    if (isDue(env, child.expiresAtMs)) {
      add({ type: 'deleteChild', inSpi: child.sa.inSpi, because });
      const { expiresAtMs: _, rekeyAtMs: __, ...rest } = child;
      return rest;
    }
    if (!isDue(env, child.rekeyAtMs)) return child;
    add({ type: 'createChild', child: child.template.name, replaces: child.sa.inSpi, tries: 0 });
    const { rekeyAtMs: _, ...rest } = child;
    return rest;
  });
  // A reauthentication may come to nothing: if this IKE SA is still there then, there is another.
  const isTimeUp = isDue(env, live.rekeyAtMs) && !isDue(env, live.expiresAtMs);
  const again = isTimeUp && live.connection.reauthenticates ? retryAtMs(live, env.nowMs) : undefined;
  const { rekeyAtMs, expiresAtMs, confirmAtMs, ...rest } = live;
  return {
    ...rest,
    ...(confirmAtMs === undefined || isDue(env, confirmAtMs) ? {} : { confirmAtMs }),
    ...(rekeyAtMs === undefined || isDue(env, rekeyAtMs) ? {} : { rekeyAtMs }),
    ...(again === undefined ? {} : { rekeyAtMs: again }),
    ...(expiresAtMs === undefined || isDue(env, expiresAtMs) ? {} : { expiresAtMs }),
    children,
    tasks,
  };
}
