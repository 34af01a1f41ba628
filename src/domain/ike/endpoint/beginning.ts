/**
 * Who wants a CHILD SA gets it in the IKE SA that stands for that connection and peer, or in a new one. While the first request of a
 * new one is in the making, what else is wanted rides along.
 */
import { printAddress } from '../../net/address.ts';
import type { Connection } from '../connection.ts';
import { holdsPath } from '../nat/address-match.ts';
import type { Path } from '../nat/nat.ts';
import type { Refusal } from '../refusal.ts';
import type { CreateChildTask } from '../session/create-child-task.ts';
import type { Session } from '../session/state.ts';
import { isWanted, pathFor, type Trigger } from '../session/trigger.ts';
import { isServedBy } from '../session/wanted-children.ts';
import type { Runner } from './runner.ts';
import type { Slots } from './slots.ts';

export class Beginnings {
  /** By connection, as it is, and the two ends. */
  readonly #underWay = new Map<Connection, Map<string, CreateChildTask[]>>();

  constructor(
    private readonly slots: Slots,
    private readonly runner: Runner,
  ) {}

  /** Asking again for a child that is being negotiated does nothing. */
  child(connection: Connection | undefined, trigger: Trigger, nowMs: number): Promise<void> {
    const path = connection && pathFor(connection, trigger);
    const child = trigger.child ?? connection?.children[0]?.name;
    if (!connection || !path || child === undefined) return done;

    const flow = trigger.flow && { trigger: trigger.flow };
    const task: CreateChildTask = { type: 'createChild', child, tries: 0, ...flow };
    if (this.slots.hidesSeveral(connection, path.remote.address)) {
      this.runner.refuse(connection, path, task, { code: 'severalPeers', remote: path.remote.address }, nowMs);
      return done;
    }
    return this.#place(connection, path, task, nowMs);
  }

  /**
   * What an IKE SA does not take any more is wanted of another, with the same peer if the connection is for it as it is now; undefined:
   * it is gone, and they came to nothing.
   */
  elsewhere(connection: Connection | undefined, from: Session, tasks: readonly CreateChildTask[], nowMs: number): void {
    const { redirection } = from;
    const isSamePeer = connection !== undefined && holdsPath(connection, from.path);
    for (const task of tasks) {
      const path = isSamePeer
        ? from.path
        : connection && pathFor(connection, task.trigger ? { flow: task.trigger } : {});
      const old = isSamePeer && redirection ? { redirection } : undefined;
      if (connection && path) void this.#place(connection, path, task, nowMs, old);
      else if ('connection' in from && from.connection)
        this.runner.refuse(from.connection, from.path, task, gone, nowMs);
    }
  }

  #place(
    connection: Connection,
    path: Path,
    task: CreateChildTask,
    nowMs: number,
    old?: Pick<Session, 'redirection'>,
  ): Promise<void> {
    const slot = this.slots.usableFor(connection, path);
    if (!slot) return this.#begin(connection, path, task, nowMs, old);
    return isWanted(slot.session, task) ? done : this.runner.enqueue(slot, { type: 'want', task }, nowMs);
  }

  /** Nothing where an IKE SA stands or is on its way. */
  ike(connection: Connection | undefined, ends: Pick<Trigger, 'local' | 'remote'>, nowMs: number): Promise<void> {
    const path = connection && pathFor(connection, ends);
    if (!connection || !path || this.slots.usableFor(connection, path)) return done;
    return this.#begin(connection, path, undefined, nowMs);
  }

  #begin(
    connection: Connection,
    path: Path,
    task: CreateChildTask | undefined,
    nowMs: number,
    old?: Pick<Session, 'redirection'>,
  ): Promise<void> {
    const ends = `${printAddress(path.local.address)} ${printAddress(path.remote.address)}`;
    const underWay = this.#underWay.get(connection) ?? new Map<string, CreateChildTask[]>();
    this.#underWay.set(connection, underWay);
    const others = underWay.get(ends);
    if (others) {
      if (task && !others.some((each) => isServedBy(task, each))) others.push(task);
      return done;
    }
    const tasks = task ? [task] : [];
    underWay.set(ends, tasks);
    const begun = this.runner.begin(connection, path, tasks, nowMs, old);
    const end = () => {
      underWay.delete(ends);
      if (underWay.size === 0) this.#underWay.delete(connection);
    };
    return this.runner.track(begun.finally(end));
  }
}

const done: Promise<void> = Promise.resolve();
const gone: Refusal = { code: 'asked', by: 'local', reason: 'configuration' };
