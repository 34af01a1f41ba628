/**
 * A sliding rate: octets per second over the last few whole or begun seconds of lab time. Seconds are slots of a ring, so a stream
 * costs a handful of numbers however fast it is.
 */
const windowSeconds = 5;

export class SlidingRate {
  readonly #octets = new Array<number>(windowSeconds).fill(0);
  readonly #seconds = new Array<number>(windowSeconds).fill(-1);

  add(octets: number, nowMs: number): void {
    const second = Math.floor(nowMs / 1_000);
    const slot = second % windowSeconds;
    if (this.#seconds[slot] !== second) {
      this.#seconds[slot] = second;
      this.#octets[slot] = 0;
    }
    this.#octets[slot] = (this.#octets[slot] ?? 0) + octets;
  }

  /** Octets per second. The second that has begun counts by the part of it that has passed. */
  perSecond(nowMs: number): number {
    const now = Math.floor(nowMs / 1_000);
    const oldest = now - windowSeconds + 1;
    const sum = this.#octets.reduce((total, each, slot) => {
      const second = this.#seconds[slot] ?? -1;
      return second >= oldest && second <= now ? total + each : total;
    }, 0);
    return Math.round(sum / (windowSeconds - 1 + (nowMs / 1_000 - now)));
  }
}
