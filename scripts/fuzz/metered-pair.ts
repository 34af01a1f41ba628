/** A pair whose cluster is watched: what it does for each datagram, changed on its way or not, and of its own accord. */
import { toHex } from '../../src/domain/bytes/hex.ts';
import type { Octets } from '../../src/domain/bytes/octets.ts';
import { invariant } from '../../src/domain/bytes/result.ts';
import type { CryptoProvider } from '../../src/domain/crypto/provider.ts';
import type { Datagram } from '../../src/domain/ike/datagram.ts';
import { Pair, type PairWish, type TestEnd } from '../../src/domain/ike/testing/pair.ts';
import { tooMuchFor, WorkMeter } from './work-meter.ts';

/** Some hundred are needed where everything is repeated in fragments. */
const datagramsAtMost = 2_000;
/** For a rekey in each round and for whatever is due: an exchange takes up to four. */
const unaskedCallsAtMost = 100;

export class MeteredPair extends Pair {
  readonly #meter: WorkMeter;
  /** By message, what came of each of its fragments. */
  readonly #fragments = new Map<string, Map<string, number>>();
  #tooMuch: string | undefined;
  #datagrams = 0;
  #askedCalls = 0;

  /** `change`: what becomes of a datagram on its way to the cluster. */
  constructor(
    wish: PairWish & { readonly clusterProvider: CryptoProvider },
    private readonly change: (octets: Octets) => Promise<Octets>,
  ) {
    const meter = new WorkMeter(wish.clusterProvider);
    super({ ...wish, clusterProvider: meter.provider });
    this.#meter = meter;
  }

  /** The first datagram that cost the cluster more than its octets are worth, or what it did unasked. */
  get tooMuch(): string | undefined {
    const unasked = this.#meter.calls - this.#askedCalls;
    return this.#tooMuch ?? (unasked > unaskedCallsAtMost ? `${unasked} calls that nobody asked for` : undefined);
  }

  protected override async give(end: TestEnd, datagram: Datagram): Promise<void> {
    if (end !== this.cluster) return super.give(end, datagram);
    this.#datagrams += 1;
    invariant(this.#datagrams <= datagramsAtMost, `after ${datagramsAtMost} datagrams there is rest`);
    const octets = await this.change(datagram.octets);
    const worth = this.#worthOf(octets);
    const work = await this.#meter.workOf(async () => {
      await super.give(end, { ...datagram, octets });
      await this.settle(); // the host had come to rest before
    });
    this.#askedCalls += work.calls;
    this.#tooMuch ??= tooMuchFor(worth, work);
  }

  /** A fragment may make a message whole: it is worth what all of them are. */
  #worthOf(octets: Octets): number {
    if (octets[16] !== encryptedFragment) return octets.length;
    const [message, number] = [toHex(octets.subarray(0, 24)), toHex(octets.subarray(32, 34))];
    const fragments = this.#fragments.get(message) ?? new Map<string, number>();
    this.#fragments.set(message, fragments.set(number, octets.length));
    return [...fragments.values()].reduce((sum, count) => sum + count, 0);
  }
}

/** Its payload's type (RFC 7383 2.5), in the header's 17th octet; SPIs and message id stand in the first 24. */
const encryptedFragment = 53;
