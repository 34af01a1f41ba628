/**
 * Ties the lab's time to the outside's: wakes when the next thing is due, at most 25 times a second, and lets the lab run up to the
 * present. A machine that slept, or is too slow for the rate, makes lab time late instead of making the lab catch up for minutes.
 */
import { labMsAt, type Pace, realMsUntil, repace } from '../../domain/lab/clock.ts';

/** The outside's clock. `nowMs` is since the epoch and never goes back. */
export interface LabTimers {
  nowMs(): number;
  /** Calls back once, after at least `delayMs`; gives what cancels it. */
  after(delayMs: number, callBack: () => void): () => void;
}

/** The part of the lab that time drives. */
export interface Paced {
  readonly nowMs: number;
  readonly nextAtMs: number | undefined;
  runUntil(untilMs: number): Promise<void>;
  skipTo(untilMs: number): void;
}

const leastDelayMs = 40;
const mostLateMs = 2_000;
/** Real time's worth of events in one go, so that pages are answered in between. */
const atOnceMs = 250;

export class Pacer {
  #pace: Pace;
  #running: Promise<void> | undefined;
  #cancelTimer: (() => void) | undefined;
  #isStopped = false;

  constructor(
    private readonly lab: Paced,
    private readonly timers: LabTimers,
    clock: { readonly rate: number; readonly isPaused: boolean },
    /** Something happened in the lab. */
    private readonly onProgress: () => void,
  ) {
    this.#pace = { ...clock, realMs: timers.nowMs(), labMs: lab.nowMs };
    this.#arm();
  }

  get clock(): { readonly nowMs: number; readonly rate: number; readonly isPaused: boolean } {
    const { rate, isPaused } = this.#pace;
    return { nowMs: this.#presentMs(), rate, isPaused };
  }

  setClock(clock: { readonly rate: number; readonly isPaused: boolean }): void {
    this.#pace = repace(this.#pace, this.timers.nowMs(), clock);
    this.#arm();
  }

  /** Brings an idle lab to the present, so that what is commanded now happens now. */
  touch(): void {
    if (this.#running === undefined) this.lab.skipTo(this.#presentMs());
  }

  /** To be called after every command: what is next may have become earlier. */
  poke(): void {
    this.#arm();
  }

  /** Resolves when nothing is under way. */
  async settle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelTimer?.();
  }

  #presentMs(): number {
    return Math.floor(labMsAt(this.#pace, this.timers.nowMs()));
  }

  #arm(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (this.#isStopped || this.#running !== undefined || this.lab.nextAtMs === undefined) return;
    const delayMs = realMsUntil(this.#pace, this.lab.nextAtMs, this.timers.nowMs());
    if (delayMs === undefined) return;
    this.#cancelTimer = this.timers.after(Math.max(delayMs, leastDelayMs), () => this.#run());
  }

  #run(): void {
    if (this.#running !== undefined || this.#isStopped) return;
    this.#forgive();
    const presentMs = this.#presentMs();
    this.lab.skipTo(presentMs);
    this.#running = this.lab.runUntil(Math.min(presentMs, this.lab.nowMs + atOnceMs * this.#pace.rate)).finally(() => {
      this.#running = undefined;
      this.onProgress();
      this.#arm();
    });
  }

  /** What is overdue by more than two seconds will not be made up for. */
  #forgive(): void {
    const { nextAtMs } = this.lab;
    if (nextAtMs === undefined) return;
    const latestMs = nextAtMs + mostLateMs * this.#pace.rate;
    if (this.#presentMs() > latestMs) this.#pace = { ...this.#pace, realMs: this.timers.nowMs(), labMs: latestMs };
  }
}
