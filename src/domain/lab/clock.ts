/**
 * The lab's time. An `Agenda` is the virtual clock: it holds what is to happen and jumps from one event to the next, each
 * carried to its end before the next begins, so a run depends on nothing but its events. A `Pace` ties that clock to the
 * outside's: lab instants follow real ones at a rate, or stand still. Nobody here reads a clock; the edge says what time it is.
 *
 * Events of one instant go by their owner's name and then by the order in which that owner booked them, never by the order in
 * which promises happened to settle.
 */
import type { Awaitable } from '../crypto/provider.ts';

/** What was booked; give it to `cancel`. */
export interface Booking {
  readonly atMs: number;
  readonly owner: string;
  readonly sequence: number;
}

interface Entry extends Booking {
  readonly act: () => Awaitable<void>;
}

export class Agenda {
  #entries: Entry[] = []; // in order; short, so insertion by halves beats a heap
  #sequences = new Map<string, number>();
  #nowMs: number;

  constructor(startAtMs: number) {
    this.#nowMs = startAtMs;
  }

  /** The instant of the event that runs, or where the last run ended. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** When something is next to happen; absent: never. */
  get nextAtMs(): number | undefined {
    return this.#entries[0]?.atMs;
  }

  /** Books an act. An instant in the past means now. */
  at(atMs: number, owner: string, act: () => Awaitable<void>): Booking {
    const sequence = this.#sequences.get(owner) ?? 0;
    this.#sequences.set(owner, sequence + 1);
    const entry = { atMs: Math.max(atMs, this.#nowMs), owner, sequence, act };
    this.#entries.splice(this.#placeOf(entry), 0, entry);
    return entry;
  }

  cancel(booking: Booking): void {
    const at = this.#placeOf(booking);
    if (this.#entries[at] === booking) this.#entries.splice(at, 1);
  }

  /** Lets time pass up to and including `untilMs`. Not to be called again before it has resolved. */
  async runUntil(untilMs: number): Promise<void> {
    for (let due = this.#entries[0]; due !== undefined && due.atMs <= untilMs; due = this.#entries[0]) {
      this.#entries.shift();
      this.#nowMs = due.atMs;
      await due.act();
    }
    this.#nowMs = Math.max(this.#nowMs, untilMs);
  }

  /** Lets time pass where nothing happens: up to `untilMs`, or to just before what is next on the agenda. */
  skipTo(untilMs: number): void {
    this.#nowMs = Math.max(this.#nowMs, Math.min(untilMs, this.nextAtMs ?? untilMs));
  }

  #placeOf(booking: Booking): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const there = this.#entries[middle];
      if (there !== undefined && compareBookings(there, booking) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** How lab time follows the outside's: at `realMs` of the outside it was `labMs` in the lab. */
export interface Pace {
  readonly realMs: number;
  readonly labMs: number;
  /** Lab seconds per real second; above 0. */
  readonly rate: number;
  readonly isPaused: boolean;
}

/** The lab's instant at an instant of the outside. */
export const labMsAt = (pace: Pace, realMs: number): number =>
  pace.isPaused ? pace.labMs : pace.labMs + Math.max(0, realMs - pace.realMs) * pace.rate;

/** How long the outside waits until the lab's clock shows `labMs`; absent: it stands still. */
export const realMsUntil = (pace: Pace, labMs: number, realMs: number): number | undefined =>
  pace.isPaused ? undefined : Math.max(0, (labMs - labMsAt(pace, realMs)) / pace.rate);

/** The same clock going on at another rate, or standing still, from `realMs` on: lab time never jumps. */
export const repace = (
  pace: Pace,
  realMs: number,
  change: { readonly rate: number; readonly isPaused: boolean },
): Pace => ({
  realMs,
  labMs: labMsAt(pace, realMs),
  rate: change.rate,
  isPaused: change.isPaused,
});

function compareBookings(a: Booking, b: Booking): number {
  if (a.atMs !== b.atMs) return a.atMs - b.atMs;
  if (a.owner !== b.owner) return a.owner < b.owner ? -1 : 1;
  return a.sequence - b.sequence;
}
