/**
 * Two ends that begin at the same instant get two IKE SAs with the same CHILD SAs. RFC 7296 allows both (2.4 speaks of "some or all" SAs of
 * a peer), and an administrator wonders at the second. So the one with the lower initiator's SPI goes, and only while the other carries all
 * that it carried. Both ends know which it is; the end that began it deletes it, and if it never does, as a peer with other habits, the other
 * end does (1.4.1 leaves that to either). Both give the peer time first to end one of the two by a habit of its own, so that not both go.
 *
 * Make before break: each end first stops sending on it. Who answered the survivor waits before it does, since its answer may still be on its
 * way; then the CHILD SAs are deleted, which receive until the peer has answered, and the IKE SA last.
 */
import { equalAddresses } from '../../net/address.ts';
import { areWithin } from '../../spd/narrow.ts';
import { equalIdentities } from '../auth/identity.ts';
import type { Child } from '../child/child.ts';
import type { Fact } from '../facts.ts';
import type { Refusal } from '../refusal.ts';
import type { Live, Session } from '../sa/state.ts';
import type { Task } from '../sa/tasks.ts';
import type { EndpointSettings } from '../settings.ts';
import { heirOf, type Slot, type Slots, type Yielding } from './slots.ts';

export interface CrossingPorts {
  tell(slot: Slot, fact: Fact): void;
  want(slot: Slot, task: Task, nowMs: number): void;
}

export class Crossings {
  constructor(
    private readonly ports: CrossingPorts,
    private readonly slots: Slots,
    private readonly settings: Pick<EndpointSettings, 'crossedMs' | 'crossedWaitMs'>,
  ) {}

  /** After a step of this session: has it met another of its kind, or is there more to do? Then the slot that yields is told. */
  look(slot: Slot, nowMs: number): Slot | undefined {
    if (slot.yielding) {
      this.#proceed(slot, slot.yielding, nowMs);
      return slot;
    }
    for (const other of this.slots.ofPeer(slot.session.path.remote.address)) {
      const loser = loserOf(slot.session, other.session);
      if (!loser) continue;
      const [yields, to] = loser === slot.session ? [slot, other] : [other, slot];
      if (yields.yielding || to.yielding) continue;
      yields.yielding = { to, stage: 'met', atMs: nowMs + (loser.isInitiator ? this.settings.crossedMs : 0) };
      this.#proceed(yields, yields.yielding, nowMs);
      return yields;
    }
    return undefined;
  }

  /** Either may be rekeyed meanwhile, and the other be authenticated anew: what counts is that all is carried still. */
  #proceed(slot: Slot, { to: met, stage, atMs }: Yielding, nowMs: number): void {
    const { session } = slot;
    const to = heirOf(met);
    const isDue = atMs === undefined || atMs <= nowMs;
    const { crossedWaitMs } = this.settings;
    if (slot.heir) {
      slot.heir.yielding = slot.yielding;
      slot.yielding = undefined;
    } else if (!areAlike(session, to.session)) {
      slot.yielding = undefined; // the other is gone, or this one is on its way out already
    } else if (!isSettled(session) || !isSettled(to.session)) {
      if (isDue) slot.yielding = { to, stage, atMs: nowMs + crossedWaitMs };
    } else if (!carriesAll(to.session, session)) {
      slot.yielding = undefined;
    } else if (stage === 'met' && isDue) {
      slot.yielding = { to, stage: 'retired', atMs: nowMs + crossedWaitMs * (session.isInitiator ? 1 : 2) };
      for (const { sa } of session.children) this.ports.tell(slot, { type: 'childRetired', atMs: nowMs, child: sa });
    } else if (stage === 'retired' && isDue) {
      slot.yielding = { to, stage: 'deletingChildren' };
      for (const { sa, state } of session.children) {
        if (state === 'installed')
          this.ports.want(slot, { type: 'deleteChild', inSpi: sa.inSpi, because: redundant }, nowMs);
      }
      this.#proceed(slot, slot.yielding, nowMs);
    } else if (stage === 'deletingChildren') {
      slot.yielding = { to, stage: session.children.length === 0 ? 'deletingIke' : stage };
      if (session.children.length === 0) this.ports.want(slot, { type: 'deleteIke', because: redundant }, nowMs);
    }
  }
}

/** Of two IKE SAs that crossed each other and carry the same, the one that goes. */
function loserOf(a: Session, b: Session): Live | undefined {
  if (!isSettled(a) || !isSettled(b) || !areAlike(a, b) || a.isInitiator === b.isInitiator) return undefined;
  const haveCrossed = a.bornAtMs <= b.establishedAtMs && b.bornAtMs <= a.establishedAtMs;
  if (!haveCrossed) return undefined;
  const [loser, winner] = a.spis.initiator < b.spis.initiator ? [a, b] : [b, a];
  return carriesAll(winner, loser) ? loser : undefined;
}

/** Both stand, between the same two. */
export const areAlike = (a: Session, b: Session): a is Live =>
  a.phase === 'established' &&
  b.phase === 'established' &&
  a.connection.name === b.connection.name &&
  equalAddresses(a.path.remote.address, b.path.remote.address) &&
  equalIdentities(a.identity, b.identity) &&
  equalIdentities(a.verified.identity, b.verified.identity);

/** All of its traffic, and some at all. */
export const carriesAll = (winner: Live, loser: Live): boolean =>
  winner.children.length > 0 && loser.children.every((child) => isCarried(child, winner));

/** It stands, and nothing is being made in it. */
const isSettled = (session: Session): session is Live =>
  session.phase === 'established' &&
  !session.awaitsInheritance &&
  session.window.outstanding?.pending.type !== 'createChild' &&
  session.window.outstanding?.pending.type !== 'rekeyIke' &&
  session.window.outstanding?.pending.type !== 'followUp' &&
  !session.tasks.some(({ type }) => type === 'createChild' || type === 'rekeyIke' || type === 'followUp');

const isCarried = ({ sa }: Child, { children }: Live): boolean =>
  children.some(
    (other) =>
      other.state === 'installed' &&
      other.sa.child === sa.child &&
      other.sa.mode === sa.mode &&
      areWithin(sa.localSelectors, other.sa.localSelectors) &&
      areWithin(sa.remoteSelectors, other.sa.remoteSelectors),
  );

const redundant: Refusal = { code: 'asked', by: 'local', reason: 'redundant' };
