/**
 * All sessions of an endpoint, and how each is found: by the SPI that datagrams name (RFC 7296 2.6), by the CHILD SA that a
 * command names, by connection and peer.
 */
import { equalAddresses, type IpAddress } from '../../net/address.ts';
import type { Connection } from '../connection.ts';
import type { ChildRef, Fact } from '../facts.ts';
import type { KeyLog } from '../keys/key-log.ts';
import type { Means } from '../means.ts';
import { type EspSpi, type IkeSpi, noSpi } from '../message/message.ts';
import { espSpiOf, ikeSpiOf } from '../message/spi.ts';
import type { Path } from '../nat/nat.ts';
import { isLive, type Live, ownSpiOf, type Session } from '../sa/state.ts';
import { AddressIndex } from './address-index.ts';
import type { Sleeper } from './wake-queue.ts';

/** Removed CHILD SAs that are remembered. */
const goneAtMost = 256;

/** A session and what waits for it. */
export interface Slot extends Sleeper {
  session: Session;
  chain: Promise<void>;
  queued: number;
  /** Ends among what is queued: work for the peer that stands before them is not begun. */
  ends: number;
  isForgotten: boolean;
  /** Its connection is gone or has changed, and its end is on its way. */
  isOutdated: boolean;
  /** The user's key log that was on when the session began, or that of the session that it succeeds. */
  readonly keyLog: KeyLog | undefined;
  /** An IKE SA that this one takes the place of, as soon as it has its CHILD SAs. */
  predecessor?: Predecessor | undefined;
  /** Another that has taken over what this one had. */
  heir?: Slot | undefined;
  /** Two ends began at once, and this one is to go (crossing.ts). */
  yielding?: Yielding | undefined;
  /** Under which address it is listed. */
  peer: IpAddress;
  /** Another one, under which it is listed too: who was called first, and sent us on. */
  readonly askedFor: IpAddress | undefined;
}

/** Where what this one had is now: who was to take its place, or to stay for it, deals with that one. */
export const heirOf = (slot: Slot): Slot => (slot.heir ? heirOf(slot.heir) : slot);

export interface Predecessor {
  readonly slot: Slot;
  /** RFC 7296 2.8.3, RFC 5685 5. */
  readonly reason: 'reauthenticated' | 'redirected';
}

/** A slot whose IKE SA goes, because another carries the same. */
export interface Yielding {
  readonly to: Slot;
  /** `retired`: its CHILD SAs are sent on no more. */
  readonly stage: 'met' | 'retired' | 'deletingChildren' | 'deletingIke';
  /** When the next stage is due; absent: when the CHILD SAs are gone. */
  readonly atMs?: number;
}

export class Slots {
  readonly #bySpi = new Map<IkeSpi, Slot>();
  readonly #byPeer = new AddressIndex<Slot>();
  /** Those that a gateway has sent on, by the address that was called first. */
  readonly #byAskedFor = new AddressIndex<Slot>();
  readonly #byChild = new Map<EspSpi, Slot>();
  /** CHILD SAs that are gone, and since when: the last of them. */
  readonly #gone = new Map<EspSpi, number>();

  add(session: Session, { keyLog, predecessor }: Pick<Slot, 'keyLog' | 'predecessor'>): Slot {
    const peer = session.path.remote.address;
    const nothingYet = { queued: 0, ends: 0, isForgotten: false, isOutdated: false, wakeAtMs: undefined };
    const idle = { chain: Promise.resolve(), ...nothingYet };
    const askedFor = session.redirection?.from && session.redirection.askedFor;
    const slot: Slot = { ...idle, session, keyLog, predecessor, peer, askedFor };
    this.#bySpi.set(ownSpiOf(session), slot);
    this.#byPeer.add(peer, slot);
    if (askedFor) this.#byAskedFor.add(askedFor, slot);
    return slot;
  }

  remove(slot: Slot): void {
    const { session, peer, askedFor } = slot;
    this.#bySpi.delete(ownSpiOf(session));
    this.#byPeer.remove(peer, slot);
    if (askedFor) this.#byAskedFor.remove(askedFor, slot);
  }

  /** The next state of a session; its peer may be somewhere else now. */
  update(slot: Slot, session: Session): void {
    const { address } = session.path.remote;
    const hasMoved = slot.session.path.remote.address !== address;
    slot.session = session;
    if (!hasMoved) return;
    this.#byPeer.remove(slot.peer, slot);
    slot.peer = address;
    this.#byPeer.add(address, slot);
  }

  /** By the SPI that is ours. */
  bySpi(ownSpi: IkeSpi): Slot | undefined {
    return this.#bySpi.get(ownSpi);
  }

  /** By the initiator's SPI, which names an IKE SA to both ends. */
  byInitiatorSpi(initiatorSpi: IkeSpi): Slot | undefined {
    return this.all().find(({ session }) => session.spis.initiator === initiatorSpi);
  }

  all(): readonly Slot[] {
    return [...this.#bySpi.values()];
  }

  noteFact(slot: Slot, fact: Fact): void {
    if (fact.type === 'childInstalled') this.#byChild.set(fact.child.inSpi, slot);
    if (fact.type !== 'childRemoved') return;
    const { inSpi } = fact.child;
    this.#byChild.delete(inSpi);
    this.#gone.set(inSpi, fact.atMs);
    const [oldest] = this.#gone.keys();
    if (oldest !== undefined && this.#gone.size > goneAtMost) this.#gone.delete(oldest);
  }

  /** Since when a CHILD SA that was ours is gone. */
  goneAtMs(inSpi: ChildRef): number | undefined {
    return this.#gone.get(inSpi);
  }

  /** Where a CHILD SA lives: after an IKE rekey that is the successor. */
  ofChild(inSpi: ChildRef): { readonly slot: Slot; readonly child: string } | undefined {
    const known = this.#byChild.get(inSpi);
    const slots = known ? [known, ...this.#bySpi.values()] : [];
    for (const slot of slots) {
      const { session } = slot;
      const found = isLive(session) ? session.children.find(({ sa }) => sa.inSpi === inSpi) : undefined;
      if (!found) continue;
      this.#byChild.set(inSpi, slot);
      return { slot, child: found.template.name };
    }
    return undefined;
  }

  ofPeer(address: IpAddress): Iterable<Slot> {
    return this.#byPeer.at(address);
  }

  /** The IKE SA between these two, or with whom the peer sent us to, that stands or that we are making under the connection as it is. */
  usableFor(connection: Connection, { local, remote }: Path): Slot | undefined {
    for (const slot of [...this.#byPeer.at(remote.address), ...this.#byAskedFor.at(remote.address)]) {
      const { session, yielding } = slot;
      const isUsable =
        session.phase === 'established' ||
        session.phase === 'awaitingInit' ||
        session.phase === 'awaitingIntermediate' ||
        session.phase === 'awaitingAuthReply';
      if (!isUsable || yielding || session.connection !== connection) continue;
      if (isLive(session) && !takesMore(session)) continue;
      const hasMoved = isLive(session) && session.mobike?.decides === 'local';
      if (!hasMoved && !equalAddresses(session.path.local.address, local.address)) continue;
      return slot;
    }
    return undefined;
  }

  /** A NAT hides several peers at this address: whom of them to ask for an SA, nobody can tell (RFC 3948 5.2). */
  hidesSeveral(connection: Connection, remote: IpAddress): boolean {
    const ports = new Set<number>();
    for (const { session } of this.ofPeer(remote)) {
      const isHidden = session.phase === 'established' && session.hasNat.remote;
      if (isHidden && session.connection === connection) ports.add(session.path.remote.port);
    }
    return ports.size > 1;
  }

  freshIkeSpi(means: Pick<Means, 'random'>): IkeSpi {
    for (;;) {
      const spi = ikeSpiOf(means.random(8));
      if (spi !== noSpi && !this.#bySpi.has(spi)) return spi;
    }
  }

  freshEspSpi(means: Pick<Means, 'random'>): EspSpi {
    for (;;) {
      const spi = espSpiOf(means.random(4));
      if (spi !== undefined && !this.#byChild.has(spi)) return spi;
    }
  }
}

/** It has not lost a collision, has room, and is not on its way out, be it in a while. */
const takesMore = ({ awaitsInheritance, isFull, isLeaving, tasks }: Live): boolean =>
  !awaitsInheritance && !isFull && !isLeaving && !tasks.some(({ type }) => type === 'deleteIke');
