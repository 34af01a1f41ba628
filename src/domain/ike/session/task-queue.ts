/**
 * What this end wants of the other, one request at a time (RFC 7296 2.3): tasks are queued once, and the next goes out as soon as
 * none is unanswered.
 */
import { lastId } from '../channel/window.ts';
import { lifeFrom } from '../child/lifetime.ts';
import { requestChild } from '../exchanges/create-child-sa.ts';
import { requestFollowUp } from '../exchanges/ike-followup-ke.ts';
import { requestDeleteChild, requestDeleteIke, requestProbe } from '../exchanges/informational.ts';
import { requestRefusal } from '../exchanges/refusing.ts';
import { requestIkeRekey } from '../exchanges/rekey-ike.ts';
import { established, inherit } from '../exchanges/rekey-ike-collision.ts';
import { exchangeTypes } from '../message/names.ts';
import { requestMove, sendFrom } from '../nat/mobike.ts';
import type { Refusal } from '../refusal.ts';
import { failed, type HandOver, ofTask } from '../sa/change.ts';
import { close, removals } from '../sa/closing.ts';
import { isLive, type Live, type Session } from '../sa/state.ts';
import type { Task } from '../sa/tasks.ts';
import { childTaskOf, isLike, newChildrenAmong, newChildrenOf } from '../sa/wanted-children.ts';
import { inTurn } from './in-turn.ts';
import type { Turn } from './turn.ts';

const { CREATE_CHILD_SA, INFORMATIONAL } = exchangeTypes.numbers;

/** Queued once; an SA that is ending takes no more wishes, and new CHILD SAs are wanted of another. */
export function want(turn: Turn, task: Task): void {
  if (task.type === 'move' && isLive(turn.session)) turn.session = sendFrom(turn.session, task);
  const { session } = turn;
  const isEnding = !('tasks' in session) || session.phase === 'deleting' || session.phase === 'superseded';
  const isNewChild = task.type === 'createChild' && task.replaces === undefined;
  if (isEnding && isNewChild) {
    turn.apply({ session, facts: [], overflow: [task] });
    return;
  }
  if (task.type === 'deleteIke' && isNotYetMade(session)) {
    turn.apply(close(turn.env, session, task.because));
    return;
  }
  if (!('tasks' in session) || session.phase === 'deleting') return;
  turn.session = { ...session, tasks: withTask(session.tasks, task) };
}

/** Each once; but an end of the IKE SA that was put off gives way to one that is not, and a move to one that is later. */
export function withTask(tasks: readonly Task[], task: Task): readonly Task[] {
  const known = tasks.find((each) => isSameTask(each, task));
  if (!known) return [...tasks, task];
  const isSooner = known.type === 'deleteIke' && known.notBeforeMs !== undefined && task.notBeforeMs === undefined;
  return isSooner || known.type === 'move' ? tasks.map((each) => (each === known ? task : each)) : tasks;
}

/** There is nothing to delete, and no exchange to say so in. */
const isNotYetMade = ({ phase }: Session): boolean =>
  phase === 'awaitingInit' ||
  phase === 'awaitingIntermediate' ||
  phase === 'awaitingAuth' ||
  phase === 'awaitingAuthReply';

function isSameTask(a: Task, b: Task): boolean {
  if (a.type === 'deleteChild' && b.type === 'deleteChild') return a.inSpi === b.inSpi;
  const [one, other] = [childTaskOf(a), childTaskOf(b)];
  if (one && other) {
    const isOfOne = one.child === other.child && one.replaces === other.replaces && one.trigger === other.trigger;
    return isOfOne && isLike(one, other);
  }
  if (one || other) return false;
  return isIkeRekey(a) ? isIkeRekey(b) : a.type === b.type;
}

/** Of the two kinds of `followUp` the other is a CHILD SA's. */
const isIkeRekey = ({ type }: Task): boolean => type === 'rekeyIke' || type === 'followUp';

/** Sends the next request as long as none is out and one is due. */
export async function pump(turn: Turn): Promise<void> {
  while (!turn.session.window.outstanding) {
    const { session, env } = turn;
    if (session.phase === 'refusing') return turn.ask(requestRefusal(session));
    if (!isLive(session) || session.phase === 'deleting') return;
    const task = nextTask(session, env.nowMs);
    if (!task) return;
    const idle: Live = { ...session, tasks: session.tasks.filter((each) => each !== task) };
    turn.session = idle;
    await begin(turn, idle, task);
  }
}

/**
 * The end of the IKE SA goes before everything else; before an inheritance nothing else goes. The last message id is kept for that
 * end, since ids never wrap (RFC 7296 2.2).
 */
function nextTask(live: Live, nowMs: number): Task | undefined {
  const due = inTurn(live).filter(({ notBeforeMs }) => notBeforeMs === undefined || notBeforeMs <= nowMs);
  if (due.length > 0 && live.window.nextId >= lastId) return { type: 'deleteIke', because: wornOut };
  return due.find(({ type }) => type === 'deleteIke') ?? (live.awaitsInheritance ? undefined : due[0]);
}

const wornOut: Refusal = { code: 'asked', by: 'local', reason: 'lifetime' };

async function begin(turn: Turn, live: Live, task: Task): Promise<void> {
  const { env } = turn;
  switch (task.type) {
    case 'createChild': {
      if (live.phase === 'superseded') return;
      const asked = await requestChild(env, live, task);
      if (asked?.ok) return turn.ask(asked.value);
      if (asked) {
        turn.facts.push(
          failed(env, live, {
            ...ofTask(task),
            by: 'local',
            scope: 'child',
            decidedAt: { exchange: CREATE_CHILD_SA, message: 'request' },
            refusal: asked.error,
          }),
        );
      }
      return;
    }
    case 'rekeyIke':
      return live.phase === 'established' ? turn.ask(await requestIkeRekey(env, live, task)) : undefined;
    case 'followUp': {
      const asked = live.phase === 'established' ? await requestFollowUp(env, live, task) : undefined;
      return asked && turn.ask(asked);
    }
    case 'deleteChild':
      return turn.ask(requestDeleteChild(live, task));
    case 'deleteIke': {
      const asked = requestDeleteIke(env, live, task);
      turn.apply({ session: live, facts: asked.facts, overflow: newChildrenOf(live) });
      return turn.ask(asked);
    }
    case 'probe':
      return turn.ask(requestProbe(env, live, task));
    case 'tell':
      return turn.ask({ session: live, exchange: INFORMATIONAL, payloads: [task.notify], pending: { type: 'tell' } });
    case 'move':
      return live.mobike?.decides === 'local' ? turn.ask(await requestMove(env, live, task)) : undefined;
  }
}

/** We had lost a collision, or the peer deleted the old IKE SA first: this one carries on (RFC 7296 2.8.2). */
export function takeOver(turn: Turn, { children, tasks }: HandOver): void {
  const { session, env } = turn;
  if (!isLive(session) || session.phase !== 'established') {
    turn.apply({ session, facts: removals(env, children, whyEnding(session)), overflow: newChildrenAmong(tasks) });
    return;
  }
  const { expiresAtMs: _, awaitsInheritance: __, ...rest } = inherit(session, children, tasks);
  const heir = { ...rest, ...lifeFrom(session.connection.ikeLifetime, env.means, env.nowMs) };
  turn.session = heir;
  turn.facts.push(established(env, heir));
}

/** Of an IKE SA that is gone or is being deleted; what it was to have goes for the same reason. */
function whyEnding(session: Session): Refusal {
  if (session.phase === 'closed' || session.phase === 'refusing') return session.because;
  const pending = session.window.outstanding?.pending;
  return pending?.type === 'deleteIke' ? pending.because : { code: 'asked', by: 'remote', reason: 'delete' };
}
