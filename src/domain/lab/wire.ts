/**
 * The wire between the cluster's LIFs and the hosts: whole IP packets in flight. The wire itself only carries, in the order of
 * arrival, then sender, then that sender's sequence (the agenda's order); a fault is a wire wrapped round a wire. Each fault
 * draws once a packet from a stream of its own, whatever its probability, so changing one fault leaves the others' choices alone.
 */
import type { Octets } from '../bytes/octets.ts';
import type { Awaitable } from '../crypto/provider.ts';
import type { Agenda } from './clock.ts';
import type { Faults } from './initial-lab.ts';

/** One IP packet on its way. */
export interface Flight {
  /** The end that sent it. */
  readonly from: string;
  readonly sentAtMs: number;
  readonly arrivesAtMs: number;
  readonly packet: Octets;
}

export interface Wire {
  send(flight: Flight): void;
}

/** A number from 0 up to 1, out of a seeded stream. */
export type Draw = () => number;

/** The wire that carries: each flight is handed over at its arrival. */
export const carrying = (agenda: Agenda, arrive: (flight: Flight) => Awaitable<void>): Wire => ({
  send: (flight) => {
    agenda.at(flight.arrivesAtMs, flight.from, () => arrive(flight));
  },
});

/** Every packet takes `delayMs` longer. */
export const delaying = (inner: Wire, delayMs: () => number): Wire => ({
  send: (flight) => inner.send(later(flight, delayMs())),
});

/** Some packets never arrive; `lost` hears of them. */
export const losing = (inner: Wire, draw: Draw, probability: () => number, lost: (flight: Flight) => void): Wire => ({
  send: (flight) => (draw() < probability() ? lost(flight) : inner.send(flight)),
});

/** Some packets arrive twice, the copy `gapMs` after. */
export const doubling = (inner: Wire, draw: Draw, probability: () => number, gapMs: number): Wire => ({
  send: (flight) => {
    const isDoubled = draw() < probability();
    inner.send(flight);
    if (isDoubled) inner.send(later(flight, gapMs));
  },
});

/** Some packets are held for `heldMs`, so that those behind them overtake. */
export const overtaking = (inner: Wire, draw: Draw, probability: () => number, heldMs: number): Wire => ({
  send: (flight) => inner.send(draw() < probability() ? later(flight, heldMs) : flight),
});

/** Shows every packet as its sender sent it, before any fault outside of it. */
export const tapped = (inner: Wire, see: (flight: Flight) => void): Wire => ({
  send: (flight) => {
    see(flight);
    inner.send(flight);
  },
});

export interface WireMeans {
  readonly agenda: Agenda;
  /** As they are now. */
  readonly faults: () => Faults;
  readonly drawOf: (fault: 'loss' | 'duplicate' | 'reorder') => Draw;
  readonly arrive: (flight: Flight) => Awaitable<void>;
  readonly lost: (flight: Flight) => void;
}

/** What a perfect wire does to every packet. */
const wireMs = 1;
const duplicateGapMs = 1;
/** Long enough that several packets behind it overtake. */
const heldBackMs = 40;

/** The lab's wire: packets are lost first, then doubled, then held back, then delayed. */
export function faultyWire({ agenda, faults, drawOf, arrive, lost }: WireMeans): Wire {
  const carried = delaying(carrying(agenda, arrive), () => wireMs + faults().delayMs);
  const reordered = overtaking(carried, drawOf('reorder'), () => faults().reorder, heldBackMs);
  const doubled = doubling(reordered, drawOf('duplicate'), () => faults().duplicate, duplicateGapMs);
  return losing(doubled, drawOf('loss'), () => faults().loss, lost);
}

const later = (flight: Flight, byMs: number): Flight => ({ ...flight, arrivesAtMs: flight.arrivesAtMs + byMs });
