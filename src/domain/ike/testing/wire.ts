/**
 * A wire for tests: datagrams lie in it until their time, and a fault plan drawn from a seed loses, doubles, delays and damages
 * them. Same seed, same faults.
 */
import type { Random } from '../../crypto/random.ts';
import type { Datagram } from '../datagram.ts';

export interface FaultPlan {
  /** Shares from 0 to 1. */
  readonly loss: number;
  readonly duplicate: number;
  readonly damage: number;
  readonly delayMs: number;
  /** Up to so much more, drawn for each datagram: later ones overtake. */
  readonly jitterMs: number;
}

export const noFaults: FaultPlan = { loss: 0, duplicate: 0, damage: 0, delayMs: 5, jitterMs: 0 };

/** Already seen from the end that it reaches: its local side is the receiver's. */
export interface InFlight {
  readonly datagram: Datagram;
  readonly atMs: number;
}

export class TestWire {
  faults: FaultPlan;
  /** Sees each datagram before the faults do, and may replace or drop it. */
  tamper: ((datagram: Datagram) => readonly Datagram[]) | undefined;
  #flying: InFlight[] = [];

  constructor(
    faults: FaultPlan,
    private readonly random: Random,
  ) {
    this.faults = faults;
  }

  send(sent: Datagram, nowMs: number): void {
    for (const datagram of this.tamper?.(sent) ?? [sent]) {
      if (this.#draw() < this.faults.loss) continue;
      this.#fly(datagram, nowMs);
      if (this.#draw() < this.faults.duplicate) this.#fly(datagram, nowMs);
    }
  }

  get nextAtMs(): number | undefined {
    return this.#flying[0]?.atMs;
  }

  takeDue(nowMs: number): InFlight | undefined {
    const [first] = this.#flying;
    return first && first.atMs <= nowMs ? this.#flying.shift() : undefined;
  }

  get isEmpty(): boolean {
    return this.#flying.length === 0;
  }

  clear(): void {
    this.#flying = [];
  }

  #fly({ local, remote, octets }: Datagram, nowMs: number): void {
    const carried = this.#draw() < this.faults.damage ? this.#damaged(octets) : octets.slice();
    const atMs = nowMs + this.faults.delayMs + Math.floor(this.#draw() * this.faults.jitterMs);
    const flying = { datagram: { local: remote, remote: local, octets: carried }, atMs };
    const at = this.#flying.findIndex((each) => each.atMs > atMs);
    this.#flying.splice(at < 0 ? this.#flying.length : at, 0, flying);
  }

  #damaged(octets: Datagram['octets']): Datagram['octets'] {
    const out = octets.slice();
    const at = Math.floor(this.#draw() * out.length);
    out[at] = (out[at] ?? 0) ^ (1 << Math.floor(this.#draw() * 8));
    return out;
  }

  #draw(): number {
    const [a = 0, b = 0, c = 0] = this.random(3);
    return (a * 65_536 + b * 256 + c) / 16_777_216;
  }
}
