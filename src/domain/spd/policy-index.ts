/**
 * An index over many policies: the answer is always that of the ordered scan. Ranges become prefixes, and a policy is filed once
 * for each pair of a remote and a local prefix; a lookup asks only the prefix lengths that occur, and compares ports and
 * protocols of the few policies that share both prefixes.
 */
import type { IpAddress } from '../net/address.ts';
import { type AddressKey, leadingBits, type Prefix } from '../net/prefix.ts';
import type { Flow } from './flow.ts';
import { fits, type SpdPolicy } from './policy.ts';
import { toPrefixes } from './range.ts';
import type { TrafficSelector } from './selector.ts';

interface Filed {
  /** The place in the order. */
  readonly at: number;
  readonly policy: SpdPolicy;
}

/** What is filed under prefixes of one side, by length and then by leading bits. */
class PrefixTable<T> {
  readonly #byLength = new Map<number, Map<AddressKey, T>>();

  at({ address, length }: Prefix, make: () => T): T {
    let ofLength = this.#byLength.get(length);
    if (!ofLength) {
      ofLength = new Map();
      this.#byLength.set(length, ofLength);
    }
    const key = leadingBits(address, length);
    let filed = ofLength.get(key);
    if (filed === undefined) {
      filed = make();
      ofLength.set(key, filed);
    }
    return filed;
  }

  /** Everything filed under a prefix that holds the address. */
  forEachHolding(address: IpAddress, visit: (filed: T) => void): void {
    for (const [length, ofLength] of this.#byLength) {
      const filed = ofLength.get(leadingBits(address, length));
      if (filed !== undefined) visit(filed);
    }
  }
}

type SideTable = PrefixTable<PrefixTable<Filed[]>>;

/** The first policy in the order of the list that fits a flow. */
export function indexPolicies(policies: readonly SpdPolicy[]): (flow: Flow) => SpdPolicy | undefined {
  const tables = { 4: new PrefixTable(), 6: new PrefixTable() } as Record<4 | 6, SideTable>;
  for (const [at, policy] of policies.entries()) {
    for (const remote of prefixesOf(policy.remote)) {
      const locals = tables[remote.address.family].at(remote, () => new PrefixTable());
      for (const local of prefixesOf(policy.local)) {
        if (local.address.family === remote.address.family) locals.at(local, () => []).push({ at, policy });
      }
    }
  }
  return (flow) => {
    let found: Filed | undefined;
    tables[flow.remote.family].forEachHolding(flow.remote, (locals) =>
      locals.forEachHolding(flow.local, (filed) => {
        for (const each of filed) {
          if (found !== undefined && each.at >= found.at) return; // in order: the rest comes later still
          if (!fits(each.policy, flow)) continue;
          found = each;
          return;
        }
      }),
    );
    return found?.policy;
  };
}

function prefixesOf(selectors: readonly TrafficSelector[]): readonly Prefix[] {
  return selectors.flatMap(({ start, end }) => toPrefixes(start, end));
}
