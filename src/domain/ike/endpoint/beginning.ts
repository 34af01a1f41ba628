/**
 * Who wants a CHILD SA gets it in the IKE SA that stands for that connection and peer, or in a new one. While the first request of a
 * new one is in the making, what else is wanted rides along. Where nothing can begin, the reason is told.
 */
import { err, ok, type Result } from '../../bytes/result.ts';
import { printAddress } from '../../net/address.ts';
import type { Connection } from '../connection.ts';
import type { Fact } from '../facts.ts';
import { holdsPath } from '../nat/address-match.ts';
import type { Path } from '../nat/nat.ts';
import type { Refusal } from '../refusal.ts';
import type { CreateChildTask } from '../sa/create-child-task.ts';
import type { Session } from '../sa/state.ts';
import { missedBy, pathFor, type Trigger } from '../sa/trigger.ts';
import { isServedBy, isWanted } from '../sa/wanted-children.ts';
import type { ConnectionList } from './connection-list.ts';
import type { Runner } from './runner.ts';
import type { Slots } from './slots.ts';

export interface BeginningPorts {
  onFact(fact: Fact): void;
}

export class Beginnings {
  /** By connection, as it is, and the two ends. */
  readonly #underWay = new Map<Connection, Map<string, CreateChildTask[]>>();

  constructor(
    private readonly ports: BeginningPorts,
    private readonly slots: Slots,
    private readonly runner: Runner,
    private readonly connections: ConnectionList,
  ) {}

  /** Asking again for a child that is being negotiated does nothing. */
  child(name: string, trigger: Trigger, nowMs: number): Promise<void> {
    const ends = this.#endsOf(name, trigger);
    if (!ends.ok) return this.#refuse(name, trigger, ends.error, nowMs);
    const { connection, path } = ends.value;
    const child = trigger.child ?? connection.children[0]?.name;
    if (child === undefined) return this.#refuse(name, trigger, { code: 'noTemplate' }, nowMs);

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
  elsewhere(from: Session, tasks: readonly CreateChildTask[], nowMs: number): void {
    const { redirection } = from;
    const old = 'connection' in from ? from.connection : undefined;
    const connection = old && this.connections.named(old.name);
    const isSamePeer = connection !== undefined && holdsPath(connection, from.path);
    for (const task of tasks) {
      const path = isSamePeer
        ? from.path
        : connection && pathFor(connection, task.trigger ? { flow: task.trigger } : {});
      const before = isSamePeer && redirection ? { redirection } : undefined;
      if (connection && path) void this.#place(connection, path, task, nowMs, before);
      else if (old) this.runner.refuse(old, from.path, task, gone, nowMs);
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
  ike(name: string, between: Pick<Trigger, 'local' | 'remote'>, nowMs: number): Promise<void> {
    const ends = this.#endsOf(name, between);
    if (!ends.ok) return this.#refuse(name, between, ends.error, nowMs);
    const { connection, path } = ends.value;
    if (this.slots.usableFor(connection, path)) return done;
    return this.#begin(connection, path, undefined, nowMs);
  }

  #endsOf(name: string, trigger: Trigger): Result<{ readonly connection: Connection; readonly path: Path }, Refusal> {
    const connection = this.connections.named(name);
    if (!connection) {
      return err({ code: 'unknownConnection', name, known: this.connections.all.map((each) => each.name) });
    }
    const path = pathFor(connection, trigger);
    return path ? ok({ connection, path }) : err(missedBy(connection, trigger));
  }

  #refuse(connection: string, { child, flow }: Trigger, refusal: Refusal, nowMs: number): Promise<void> {
    const order = { connection, ...(child !== undefined && { child }), ...(flow && { trigger: flow }) };
    this.ports.onFact({ type: 'notBegun', atMs: nowMs, ...order, refusal });
    return done;
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
    const begun = this.runner.begin({ connection, path, tasks, ...old }, nowMs);
    const end = () => {
      underWay.delete(ends);
      if (underWay.size === 0) this.#underWay.delete(connection);
    };
    return this.runner.track(begun.finally(end));
  }
}

const done: Promise<void> = Promise.resolve();
const gone: Refusal = { code: 'asked', by: 'local', reason: 'configuration' };
