/** CHILD SAs that this end wants of the other: still to be asked for, asked for, or agreed on and in want of further key exchanges. */
import { isPairWithin } from '../child/negotiating.ts';
import type { CreateChildTask } from './create-child-task.ts';
import type { Pending } from './pending.ts';
import type { Session } from './state.ts';
import type { Task } from './tasks.ts';

/** New ones: none that only takes the place of another. */
export function newChildrenOf(session: Session): readonly CreateChildTask[] {
  const tasks = 'tasks' in session ? session.tasks : [];
  return newChildrenAmong([session.window.outstanding?.pending, ...tasks]);
}

export const newChildrenAmong = (wanted: readonly (Task | Pending | undefined)[]): readonly CreateChildTask[] =>
  wanted
    .map(childTaskOf)
    .filter((task) => task !== undefined)
    .filter(({ replaces }) => replaces === undefined);

/** A new SA that will do is on its way already. */
export function isWanted(session: Session, task: CreateChildTask): boolean {
  return newChildrenOf(session).some((each) => isServedBy(task, each));
}

/** Whoever wants the one waits for the other. One that is to take the place of another SA needs an SA of its own (RFC 7296 2.8.3). */
export const isServedBy = (task: CreateChildTask, other: CreateChildTask): boolean =>
  task.child === other.child && (task.like === undefined || isLike(task, other));

/** Of the same SAs, if they are to take the place of any. */
export const isLike = ({ like: a }: CreateChildTask, { like: b }: CreateChildTask): boolean =>
  a === b || (a !== undefined && b !== undefined && isPairWithin(a, b) && isPairWithin(b, a));

/** The CHILD SA that an exchange is to bring about; undefined: it is about something else. */
export function childTaskOf(each: Task | Pending | undefined): CreateChildTask | undefined {
  switch (each?.type) {
    case 'createChild':
      return 'task' in each ? each.task : each;
    case 'auth':
      return each.task;
    case 'followUp':
      return each.making.type === 'child' ? each.making.asked?.task : undefined;
    default:
      return undefined;
  }
}
