/**
 * The anti-replay window of an inbound SA (RFC 4303 3.4.3): a ring of bits with one word to spare, so that moving the window
 * clears words and shifts nothing (RFC 6479). A number is noted only after its ICV was verified. Sequence numbers are plain
 * numbers: exact to 2^53, where an SA ends long before.
 */
import { invariant } from '../bytes/result.ts';

/** Packets. */
export const largestWindow = 4096;

const two32 = 0x1_0000_0000;

/** What one asks of a sequence number before the ICV is computed, and again when it is noted. */
export type Freshness = 'fresh' | 'seen' | 'tooOld';

export class ReplayWindow {
  readonly #bits: Uint32Array;
  #highest = 0;

  /** @param size packets; a multiple of 32 up to 4,096; 0: no replay check. */
  constructor(readonly size: number) {
    invariant(
      size % 32 === 0 && size >= 0 && size <= largestWindow,
      'a replay window is 0 or a multiple of 32 up to 4,096',
    );
    this.#bits = new Uint32Array(size / 32 + 1);
  }

  /** The highest sequence number noted; 0: none. */
  get highest(): number {
    return this.#highest;
  }

  check(sequence: number): Freshness {
    if (this.size === 0 || sequence > this.#highest) return sequence === 0 && this.size > 0 ? 'tooOld' : 'fresh';
    if (sequence === 0 || sequence + this.size <= this.#highest) return 'tooOld';
    return (this.#word(sequence) & bitOf(sequence)) === 0 ? 'fresh' : 'seen';
  }

  /** Notes a verified number and says whether it was fresh: two copies may have been verified at the same time. */
  note(sequence: number): Freshness {
    const freshness = this.check(sequence);
    if (freshness !== 'fresh') return freshness;
    if (sequence > this.#highest) this.#moveTo(sequence);
    if (this.size > 0) this.#bits[this.#slot(sequence)] = this.#word(sequence) | bitOf(sequence);
    return 'fresh';
  }

  /**
   * The whole number of which an extended sequence number shows the low 32 bits (RFC 4303 appendix A2.2): the one that lies in
   * the window or above it. Only the ICV confirms the guess.
   */
  extend(low: number): number {
    const top = this.#highest;
    const topLow = top % two32;
    const topHigh = top - topLow;
    const span = Math.max(this.size, 64) - 1; // without a window: as if it were small
    if (topLow >= span) return low >= topLow - span ? topHigh + low : topHigh + two32 + low; // window in one subspace
    if (low >= topLow - span + two32 && topHigh > 0) return topHigh - two32 + low; // its left end lies in the one before
    return topHigh + low;
  }

  #moveTo(sequence: number): void {
    const words = this.#bits.length;
    const from = Math.floor(this.#highest / 32);
    const to = Math.floor(sequence / 32);
    if (to - from >= words) this.#bits.fill(0);
    else for (let word = from + 1; word <= to; word++) this.#bits[word % words] = 0;
    this.#highest = sequence;
  }

  #slot(sequence: number): number {
    return Math.floor(sequence / 32) % this.#bits.length;
  }

  #word(sequence: number): number {
    return this.#bits[this.#slot(sequence)] as number; // the slot is within the ring
  }
}

function bitOf(sequence: number): number {
  return 1 << (sequence % 32);
}
