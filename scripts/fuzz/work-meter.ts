/**
 * What an endpoint does for a datagram, counted and not timed: fields that readers read, and calls of ciphers, hashes and key exchanges. A
 * hang is work that the octets do not pay for.
 */
import { Reader } from '../../src/domain/bytes/reader.ts';
import { invariant } from '../../src/domain/bytes/result.ts';
import type { CryptoProvider } from '../../src/domain/crypto/provider.ts';
import { wrappedProvider } from '../../src/domain/ike/testing/wrapped-provider.ts';

export interface Work {
  /** Fields read, parts entered. */
  readonly steps: number;
  /** Of the provider and of what it made. */
  readonly calls: number;
}

/** What a datagram may cost, however short it is: keys of two SAs, of a PRF that is made of AES at that, and our answer in fragments. */
const before: Work = { steps: 32, calls: 80 };
/** For each octet on top. Three thousand hostile peers took 0.875 steps an octet, and 75 calls at most for one datagram. */
const perOctet: Work = { steps: 2, calls: 1 / 64 };

/** The claim that it was no more than so many octets are worth, where that is broken. */
export function tooMuchFor(octets: number, done: Work): string | undefined {
  for (const kind of ['steps', 'calls'] as const) {
    if (done[kind] > before[kind] + perOctet[kind] * octets) return `${done[kind]} ${kind} for ${octets} octets`;
  }
  return undefined;
}

/** Beyond, which is more than the longest message is worth, something would not come to an end, and is stopped. */
const stopsAt = 200_000;
const noEnd = Number.POSITIVE_INFINITY;

export class WorkMeter {
  /** As the one that was given, and counted. */
  readonly provider: CryptoProvider;
  #calls = 0;
  #callsAtMost = noEnd;

  constructor(provider: CryptoProvider) {
    this.provider = wrappedProvider(provider, (_, call) => {
      this.#calls += 1;
      invariant(this.#calls <= this.#callsAtMost, 'cryptography comes to an end');
      return call();
    });
  }

  get calls(): number {
    return this.#calls;
  }

  /** What was done until `act` was through, by whoever reads and by this meter's provider. */
  async workOf(act: () => Promise<void>): Promise<Work> {
    const from = { steps: stepsOfAllReaders, calls: this.#calls };
    [stepsAtMost, this.#callsAtMost] = [from.steps + stopsAt, from.calls + stopsAt];
    try {
      await act();
    } finally {
      [stepsAtMost, this.#callsAtMost] = [noEnd, noEnd];
    }
    return { steps: stepsOfAllReaders - from.steps, calls: this.#calls - from.calls };
  }
}

/** The doors make their readers themselves, so they are counted where all of them are alike. */
let stepsOfAllReaders = 0;
let stepsAtMost = noEnd;
const readers = Reader.prototype as unknown as { advance(count: number, field: string): number }; // which is protected
const { advance } = readers;
readers.advance = function (count, field) {
  stepsOfAllReaders += 1;
  invariant(stepsOfAllReaders <= stepsAtMost, 'reading comes to an end');
  return advance.call(this, count, field);
};
