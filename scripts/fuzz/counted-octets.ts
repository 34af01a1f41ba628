/**
 * Octets that count how often a reader asks for their length or cuts a part out of them, their parts included. Whoever reads DER looks
 * where an element ends before he takes it, so no walk over elements goes uncounted; and past a limit they throw, so that a reader that
 * would never come to an end is a finding and no hang.
 */
import type { Octets } from '../../src/domain/bytes/octets.ts';

/** What `read` did with the octets, in steps; it is stopped at the limit, with `TooManySteps`. */
export function stepsOfReading(octets: Octets, limit: number, read: (octets: Octets) => void): number {
  Counted.steps = 0;
  Counted.limit = Number.POSITIVE_INFINITY;
  const counted = new Counted(octets.slice().buffer);
  Counted.steps = 0;
  Counted.limit = limit;
  read(counted);
  return Counted.steps;
}

export class TooManySteps extends Error {}

/** Parts of typed arrays are made by their own class, so each is counted where it is made. */
class Counted extends Uint8Array<ArrayBuffer> {
  static steps = 0;
  static limit = Number.POSITIVE_INFINITY;

  constructor(...given: [ArrayBuffer, number?, number?]) {
    super(...given);
    Counted.step();
  }

  static step(): void {
    Counted.steps += 1;
    if (Counted.steps > Counted.limit) throw new TooManySteps(`more than ${Counted.limit} steps`);
  }
}

const lengthOf = Reflect.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), 'length')?.get;
Object.defineProperty(Counted.prototype, 'length', {
  get(this: Counted) {
    Counted.step();
    return lengthOf?.call(this);
  },
});
