/**
 * The pairs of one connection, found by the host that a packet goes to: under one policy a cluster holds one for each client, and a packet
 * must not ask them all.
 */
import { equalAddresses, type IpAddress } from '../net/address.ts';
import { type AddressKey, bitsOf, leadingBits } from '../net/prefix.ts';
import { isSingleHost, type TrafficSelector } from '../spd/selector.ts';

interface Ranked<Pair> {
  readonly pair: Pair;
  /** The higher is preferred. */
  readonly rank: number;
}

interface Towards {
  readonly remoteSelectors: readonly TrafficSelector[];
}

const none: readonly never[] = [];

export class PairList<Pair extends Towards> {
  /** By the one remote host that pairs are for; undefined: for several. The preferred last. */
  readonly #byHost = new Map<AddressKey | undefined, Ranked<Pair>[]>();
  #highest = 0;
  #lowest = 0;

  get isEmpty(): boolean {
    return this.#byHost.size === 0;
  }

  /** It is preferred to all others. */
  add(pair: Pair): void {
    const key = hostKeyOf(pair);
    this.#highest += 1;
    const ranked = { pair, rank: this.#highest };
    const others = this.#byHost.get(key);
    if (others) others.push(ranked);
    else this.#byHost.set(key, [ranked]);
  }

  remove(pair: Pair): void {
    const key = hostKeyOf(pair);
    const others = this.#ofHost(key).filter((each) => each.pair !== pair);
    if (others.length > 0) this.#byHost.set(key, others);
    else this.#byHost.delete(key);
  }

  /** All others are preferred to it. */
  putLast(pair: Pair): void {
    const key = hostKeyOf(pair);
    const others = this.#ofHost(key).filter((each) => each.pair !== pair);
    this.#lowest -= 1;
    this.#byHost.set(key, [{ pair, rank: this.#lowest }, ...others]);
  }

  /** Of the pairs that may be for this host the preferred one for which `isIt` holds. */
  find(remote: IpAddress, isIt: (pair: Pair) => boolean): Pair | undefined {
    const own = this.#ofHost(leadingBits(remote, bitsOf(remote)));
    const others = this.#ofHost(undefined);
    let ownAt = own.length - 1;
    let otherAt = others.length - 1;
    for (;;) {
      const one = own[ownAt];
      const other = others[otherAt];
      const next = one && (!other || one.rank > other.rank) ? one : other;
      if (!next || isIt(next.pair)) return next?.pair;
      if (next === one) ownAt -= 1;
      else otherAt -= 1;
    }
  }

  #ofHost(key: AddressKey | undefined): readonly Ranked<Pair>[] {
    return this.#byHost.get(key) ?? none;
  }
}

function hostKeyOf({ remoteSelectors }: Towards): AddressKey | undefined {
  const [first] = remoteSelectors;
  if (!first || !remoteSelectors.every((each) => isSingleHost(each) && equalAddresses(each.start, first.start))) {
    return undefined;
  }
  return leadingBits(first.start, bitsOf(first.start));
}
