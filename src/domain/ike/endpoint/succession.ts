/**
 * IKE SAs that take the place of another, make before break: with a new authentication (RFC 7296 2.8.3), or with the gateway that we were
 * sent on to (RFC 5685 5). The old one goes when the new one has its CHILD SAs.
 */

import { isSameEnd } from '../nat/moving.ts';
import type { Refusal } from '../refusal.ts';
import type { NewIkeSa } from '../sa/change.ts';
import type { CreateChildTask } from '../sa/create-child-task.ts';
import { childrenAnew, hasAllOf } from '../sa/replacement.ts';
import { isLive, type Live } from '../sa/state.ts';
import type { Task } from '../sa/tasks.ts';
import { pathFor } from '../sa/trigger.ts';
import type { Step } from '../session/turn.ts';
import { areAlike, carriesAll } from './crossing.ts';
import { heirOf, type Predecessor, type Slot, type Slots } from './slots.ts';

/** One that is to have CHILD SAs, in the place of another or of none. */
export interface WantedIkeSa extends NewIkeSa {
  readonly tasks: readonly CreateChildTask[];
  /** It goes when the new one has its CHILD SAs. */
  readonly predecessor?: Predecessor;
}

export interface SuccessionPorts {
  begin(wanted: WantedIkeSa, nowMs: number): Promise<void>;
  want(slot: Slot, task: Task, nowMs: number): void;
}

export class Successions {
  /** IKE SAs in whose place others are about to begin. */
  readonly #aboutToBegin = new Set<Slot>();

  constructor(
    private readonly ports: SuccessionPorts,
    private readonly slots: Slots,
  ) {}

  /** A new IKE SA with a new authentication, in the place of this one. */
  reauthenticate(old: Slot, nowMs: number): Promise<void> {
    const { session } = old;
    const isNeeded =
      session.phase === 'established' && !old.yielding && !this.#isReplaced(old) && !this.#isCarried(session);
    if (!isNeeded) return Promise.resolve();
    const { connection, path, redirection, hasNat } = session;
    // Behind a NAT the peer is met where it is met now, and nowhere else.
    const again = hasNat.remote
      ? path
      : pathFor(connection, { local: path.local.address, remote: path.remote.address });
    if (!again) return Promise.resolve();
    const predecessor = { slot: old, reason: 'reauthenticated' } as const;
    this.#aboutToBegin.add(old);
    const anew = { connection, path: again, tasks: childrenAnew(session), redirection, predecessor };
    const begun = this.ports.begin(anew, nowMs);
    return begun.finally(() => this.#aboutToBegin.delete(old));
  }

  #isReplaced(old: Slot): boolean {
    const isOld = (slot: Slot) => heirOf(slot) === old;
    return (
      [...this.#aboutToBegin].some(isOld) ||
      this.slots.all().some(({ predecessor }) => predecessor && isOld(predecessor.slot))
    );
  }

  /** The peer was first: a younger one has all of it, and the peer is about to delete the old one. Behind one NAT there may be other peers. */
  #isCarried(old: Live): boolean {
    const { remote } = old.path;
    const others = [...this.slots.ofPeer(remote.address)].map(({ session }) => session);
    const younger = others.filter((each) => each.bornAtMs > old.bornAtMs && isSameEnd(each.path.remote, remote));
    return younger.some((each) => areAlike(each, old) && carriesAll(each, old));
  }

  /** Who has taken over what this one had, by this step. */
  heirAfter({ handOver }: Step, newborn: readonly Slot[]): Slot | undefined {
    return handOver
      ? this.slots.bySpi(handOver.toOwnSpi)
      : newborn.find(({ session }) => session.phase === 'established' && !session.awaitsInheritance);
  }

  /** After a step of this session: is it ready to take the place of another? */
  look(slot: Slot, nowMs: number): void {
    if (slot.heir && slot.predecessor) {
      slot.heir.predecessor = slot.predecessor; // what it had still to ask for is the heir's to ask for
      slot.predecessor = undefined;
    }
    if (slot.predecessor) this.#relieve(slot, slot.predecessor, nowMs);
  }

  /**
   * The new IKE SA has got what it asked for. If that is less than the old one has, it is the new one that goes, since the old one still
   * carries traffic; a new authentication is tried again. A gateway that sends us on is left in any case.
   */
  #relieve(slot: Slot, { slot: first, reason }: Predecessor, nowMs: number): void {
    const { session } = slot;
    const old = heirOf(first);
    if (session.phase === 'closed') slot.predecessor = undefined;
    const isReady =
      session.phase === 'established' &&
      !session.awaitsInheritance &&
      !session.window.outstanding &&
      session.tasks.length === 0;
    if (!isReady) return;
    slot.predecessor = undefined;
    const isVain = reason === 'reauthenticated' && isLive(old.session) && !hasAllOf(session, old.session);
    const because: Refusal = { code: 'asked', by: 'local', reason: isVain ? 'redundant' : reason };
    if (!isVain) old.heir = slot;
    this.ports.want(isVain ? slot : old, { type: 'deleteIke', because }, nowMs);
  }
}
