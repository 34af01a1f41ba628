/**
 * Runs the sessions of an endpoint: one input at a time for each, all of them at once; carries out what a step decided, in the
 * order that makes it true (facts before datagrams: an SA stands before the peer hears that it does), and keeps who wants waking.
 */
import type { Connection } from '../connection.ts';
import type { Env } from '../env.ts';
import { beginInit } from '../exchanges/ike-sa-init.ts';
import type { Fact } from '../facts.ts';
import { exchangeTypes } from '../message/names.ts';
import type { Path } from '../nat/nat.ts';
import type { Refusal } from '../refusal.ts';
import { failed, type HandOver, ofTask } from '../sa/change.ts';
import { removals } from '../sa/closing.ts';
import type { CreateChildTask } from '../sa/create-child-task.ts';
import { isLive, type Session } from '../sa/state.ts';
import type { Task } from '../sa/tasks.ts';
import { newChildrenAmong } from '../sa/wanted-children.ts';
import { deadlinesOf, nextOf } from '../session/deadlines.ts';
import { advance, firstStep, type Input } from '../session/session.ts';
import type { Step } from '../session/turn.ts';
import type { EndpointSettings } from '../settings.ts';
import { Crossings } from './crossing.ts';
import type { HalfOpen } from './half-open.ts';
import type { GuardedPorts } from './ports.ts';
import type { Slot, Slots } from './slots.ts';
import { Successions, type WantedIkeSa } from './succession.ts';
import { endOlder } from './uniqueness.ts';
import { WakeQueue } from './wake-queue.ts';

export interface RunnerPorts extends Omit<GuardedPorts, 'means'> {
  /** Of a session that is to begin, or `of` one that has. */
  env(nowMs: number, of?: Slot): Env;
  /** Its connection is gone, or has changed. */
  isOutdated(session: Session): boolean;
  /** CHILD SAs that the IKE SA which they were wanted of does not take. */
  elsewhere(from: Session, tasks: readonly CreateChildTask[], nowMs: number): void;
}

const reconfigured: Refusal = { code: 'asked', by: 'local', reason: 'configuration' };

/** A deadline that met a bug comes again after so long, so that a bug is no endless loop. */
const afterBugMs = 1000;

export class Runner {
  /** Inputs that came to nothing. */
  readonly counters = { ignored: 0, queueFull: 0 };
  readonly #waking = new WakeQueue<Slot>();
  readonly successions: Successions;
  readonly #crossings: Crossings;
  readonly #inFlight = new Set<Promise<void>>();
  #announcedWakeAtMs: number | undefined;

  constructor(
    private readonly ports: RunnerPorts,
    private readonly settings: EndpointSettings,
    private readonly slots: Slots,
    private readonly halfOpen: HalfOpen,
  ) {
    const want = (slot: Slot, task: Task, nowMs: number) => void this.enqueue(slot, { type: 'want', task }, nowMs);
    this.#crossings = new Crossings({ tell: (slot, fact) => this.#tell(slot, fact), want }, slots, settings);
    this.successions = new Successions({ begin: (wanted, nowMs) => this.begin(wanted, nowMs), want }, slots);
  }

  /** A new IKE SA of ours. */
  begin(wanted: WantedIkeSa, nowMs: number): Promise<void> {
    return this.track(this.#begin(wanted, nowMs));
  }

  async #begin(wanted: WantedIkeSa, nowMs: number): Promise<void> {
    const env = this.ports.env(nowMs);
    const { connection, path, tasks, predecessor } = wanted;
    const begun = await beginInit(env, wanted);
    if (begun.ok) {
      const slot = this.slots.add(begun.value, { keyLog: env.keyLog, predecessor });
      return this.endOutdated(slot, nowMs) ?? this.#carryOut(slot, firstStep(begun.value, env), nowMs);
    }
    const decidedAt = { exchange: exchangeTypes.numbers.IKE_SA_INIT, message: 'request' } as const;
    const facts = { by: 'local', scope: 'ike', decidedAt, refusal: begun.error } as const;
    for (const task of tasks.length > 0 ? tasks : [undefined]) {
      this.ports.onFact(failed(env, { path, isInitiator: true, connection }, { ...facts, ...ofTask(task) }));
    }
  }

  /** Nobody is even asked. */
  refuse(
    connection: Pick<Connection, 'name'>,
    path: Path,
    task: CreateChildTask,
    refusal: Refusal,
    nowMs: number,
  ): void {
    const decidedAt = { exchange: exchangeTypes.numbers.CREATE_CHILD_SA, message: 'request' } as const;
    const facts = { ...ofTask(task), by: 'local', scope: 'child', decidedAt, refusal } as const;
    this.ports.onFact(failed(this.ports.env(nowMs), { path, isInitiator: true, connection }, facts));
  }

  /** Inputs of one session wait for each other. */
  enqueue(slot: Slot, input: Input, nowMs: number): Promise<void> {
    if (isFromWire(input) && slot.queued >= this.settings.queuedInputs) {
      this.counters.queueFull += 1;
      return Promise.resolve();
    }
    slot.queued += 1;
    if (input.type === 'end') slot.ends += 1;
    slot.chain = slot.chain.then(() => this.#takeTurn(slot, input, nowMs));
    return this.track(slot.chain);
  }

  /** Never rejects: whatever happens, the next in the queue has its turn. */
  async #takeTurn(slot: Slot, input: Input, nowMs: number): Promise<void> {
    try {
      if (isInVain(slot, input)) return;
      const before = slot.session;
      const step = await advance(before, input, this.ports.env(nowMs, slot));
      if (step.session === before && input.type === 'datagram') this.counters.ignored += 1;
      this.#carryOut(slot, step, nowMs);
    } catch (error) {
      if (slot.wakeAtMs === undefined) this.#arm(slot, nowMs + afterBugMs);
      this.announceWake();
      this.ports.onError(error);
    } finally {
      slot.queued -= 1;
      if (input.type === 'end') slot.ends -= 1;
    }
  }

  /** A session that an answer of ours made. */
  adopt(session: Session, { keyLog, nowMs }: Pick<Env, 'keyLog' | 'nowMs'>): Slot {
    const slot = this.slots.add(session, { keyLog });
    this.#arm(slot);
    void this.endOutdated(slot, nowMs);
    return slot;
  }

  /**
   * Whose connection is gone or has changed ends, at its turn and as what it is by then. So a list that changes finds who is here, and who
   * comes of something that was being worked on meanwhile is looked at when it comes. Undefined: nothing to do.
   */
  endOutdated(slot: Slot, nowMs: number): Promise<void> | undefined {
    if (slot.isOutdated || !this.ports.isOutdated(slot.session)) return undefined;
    slot.isOutdated = true;
    return this.enqueue(slot, { type: 'want', task: { type: 'deleteIke', because: reconfigured } }, nowMs);
  }

  wake(nowMs: number): Promise<void> {
    const woken: Promise<void>[] = [];
    for (let slot = this.#waking.takeDue(nowMs); slot; slot = this.#waking.takeDue(nowMs)) {
      woken.push(this.enqueue(slot, { type: 'deadline' }, nowMs));
    }
    return this.track(Promise.all(woken).then(() => this.announceWake()));
  }

  get nextWakeAtMs(): number | undefined {
    return this.#waking.nextAtMs;
  }

  announceWake(): void {
    const next = this.#waking.nextAtMs;
    if (next === this.#announcedWakeAtMs) return;
    this.#announcedWakeAtMs = next;
    this.ports.onWakeChange(next);
  }

  forget(slot: Slot): void {
    slot.isForgotten = true;
    this.slots.remove(slot);
    this.halfOpen.forget(slot);
    this.#waking.set(slot, undefined);
  }

  /** Work under way; an exception ends it and is told. */
  track(work: Promise<void>): Promise<void> {
    const end = () => void this.#inFlight.delete(tracked);
    const tracked: Promise<void> = work.then(end, (error) => {
      end();
      this.ports.onError(error);
    });
    this.#inFlight.add(tracked);
    return tracked;
  }

  /** Resolves when every input given so far has been worked off. */
  async settle(): Promise<void> {
    while (this.#inFlight.size > 0) await Promise.all(this.#inFlight);
  }

  #carryOut(slot: Slot, step: Step, nowMs: number): void {
    const before = slot.session;
    this.slots.update(slot, step.session);
    const newborn = step.born.map((session) => {
      const predecessor = session === step.successor ? ({ slot, reason: 'redirected' } as const) : undefined;
      return this.slots.add(session, { keyLog: slot.keyLog, predecessor });
    });
    slot.heir ??= this.successions.heirAfter(step, newborn);
    for (const fact of step.facts) this.#tell(slot, fact);
    for (const entry of step.transcript) this.ports.transcript?.(entry);
    for (const datagram of step.send) this.ports.send(datagram);
    const hasNewChild = step.facts.some(({ type }) => type === 'childInstalled');
    const yielding = slot.yielding || hasNewChild ? this.#crossings.look(slot, nowMs) : undefined;
    for (const each of [slot, ...newborn, ...(yielding ? [yielding] : [])]) this.#arm(each);
    for (const each of newborn) void this.enqueue(each, { type: 'deadline' }, nowMs); // what it inherited may be due
    for (const each of [slot, ...newborn]) void this.endOutdated(each, nowMs);
    if (step.session.fragments !== before.fragments) {
      for (const each of this.halfOpen.crowdedOut(slot)) void this.enqueue(each, { type: 'forgetFragments' }, nowMs);
    }
    if (before.phase === 'awaitingAuth' && step.session.phase !== 'awaitingAuth') {
      this.halfOpen.ended(slot);
    }
    if (step.session.phase === 'closed' && step.session.forgetAtMs <= nowMs) this.forget(slot);
    if (step.handOver) {
      const heir = this.slots.bySpi(step.handOver.toOwnSpi);
      if (heir) void this.enqueue(heir, { type: 'inherit', handOver: step.handOver }, nowMs);
      else this.#lose(slot, step.handOver, nowMs);
    }
    this.successions.look(slot, nowMs);
    if (step.wantsReauthentication) void this.successions.reauthenticate(slot, nowMs);
    if (step.overflow.length > 0) this.ports.elsewhere(step.session, step.overflow, nowMs);
    if (step.endsOlder && isLive(step.session)) {
      const orders = endOlder(this.slots, step.session, step.endsOlder, nowMs);
      for (const { slot: older, input } of orders) void this.enqueue(older, input, nowMs);
    }
    this.announceWake();
  }

  /** The peer has deleted what was to inherit: the CHILD SAs have no IKE SA any more, and what was wanted of it is wanted of another. */
  #lose(slot: Slot, { children, tasks }: HandOver, nowMs: number): void {
    const because: Refusal = { code: 'asked', by: 'remote', reason: 'delete' };
    for (const fact of removals({ nowMs }, children, because)) this.#tell(slot, fact);
    const wanted = newChildrenAmong(tasks);
    if (wanted.length > 0) this.ports.elsewhere(slot.session, wanted, nowMs);
  }

  #tell(slot: Slot, fact: Fact): void {
    this.slots.noteFact(slot, fact);
    if (fact.type === 'childInstalled' || fact.type === 'childMoved') slot.keyLog?.noteChildSa(fact.child);
    this.ports.onFact(fact);
  }

  #arm(slot: Slot, notBeforeMs = Number.NEGATIVE_INFINITY): void {
    const { session, yielding } = slot;
    if (slot.isForgotten) return;
    const nextAtMs = nextOf(deadlinesOf(session, this.settings.halfOpenMs), yielding?.atMs);
    this.#waking.set(slot, nextAtMs === undefined ? undefined : Math.max(nextAtMs, notBeforeMs));
  }
}

/**
 * Work for a peer whose session is gone, or ends as soon as its turn comes. A wish of ours and an inheritance are still taken: what is
 * wanted in them is wanted of another session then.
 */
const isInVain = ({ ends, isForgotten }: Slot, { type }: Input): boolean =>
  (isForgotten || ends > 0) && (isFromWire({ type }) || type === 'deadline' || type === 'prepare');

/** Of whoever sent it: what waits of it is bounded. */
const isFromWire = ({ type }: Pick<Input, 'type'>): boolean => type === 'datagram' || type === 'unreadable';
