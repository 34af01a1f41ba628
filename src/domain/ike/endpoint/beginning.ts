/**
 * Who wants a CHILD SA gets it in the IKE SA that stands for that connection and peer, or in a new one. While the first request of a
 * new one is in the making, what else is wanted rides along.
 */
import { printAddress } from '../../net/address.ts';
import type { Connection } from '../connection.ts';
import type { Path } from '../nat/nat.ts';
import type { CreateChildTask } from '../session/create-child-task.ts';
import { isWanted, pathFor, type Trigger } from '../session/trigger.ts';
import type { Runner } from './runner.ts';
import type { Slots } from './slots.ts';

export class Beginnings {
  /** By connection and peer. */
  readonly #underWay = new Map<string, CreateChildTask[]>();

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
    if (this.slots.hidesSeveral(connection.name, path.remote.address)) {
      this.runner.refuse(connection, path, task, { code: 'severalPeers', remote: path.remote.address }, nowMs);
      return done;
    }
    const slot = this.slots.usableFor(connection.name, path.remote.address);
    if (!slot) return this.#begin(connection, path, task, nowMs);
    return isWanted(slot.session, child) ? done : this.runner.enqueue(slot, { type: 'want', task }, nowMs);
  }

  /** Nothing where an IKE SA stands or is on its way. */
  ike(connection: Connection | undefined, ends: Pick<Trigger, 'local' | 'remote'>, nowMs: number): Promise<void> {
    const path = connection && pathFor(connection, ends);
    if (!connection || !path || this.slots.usableFor(connection.name, path.remote.address)) return done;
    return this.#begin(connection, path, undefined, nowMs);
  }

  #begin(connection: Connection, path: Path, task: CreateChildTask | undefined, nowMs: number): Promise<void> {
    const key = `${connection.name} ${printAddress(path.remote.address)}`;
    const others = this.#underWay.get(key);
    if (others) {
      if (task && !others.some(({ child }) => child === task.child)) others.push(task);
      return done;
    }
    const tasks = task ? [task] : [];
    this.#underWay.set(key, tasks);
    const begun = this.runner.begin(connection, path, tasks, nowMs);
    return this.runner.track(begun.finally(() => this.#underWay.delete(key)));
  }
}

const done: Promise<void> = Promise.resolve();
