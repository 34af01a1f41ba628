/** What became of packets, counted: every drop by its reason, and of each policy what passed and what did not. */
import { sectionOfDrop } from './dropping-rule.ts';
import { type Drop, type DropCounts, noDrops } from './fate.ts';

/** Octets are of IP packets, without what ESP adds. */
export interface PolicyCounters {
  inPackets: number;
  inOctets: number;
  outPackets: number;
  outOctets: number;
  readonly drops: DropCounts;
}

const noPackets = (): PolicyCounters => ({
  inPackets: 0,
  inOctets: 0,
  outPackets: 0,
  outOctets: 0,
  drops: noDrops(),
});

export class Tally {
  /** Since the start. */
  readonly drops: DropCounts = noDrops();
  readonly #policies = new Map<string, PolicyCounters>();

  constructor(private readonly onDrop: (drop: Drop) => void) {}

  /** The counters of a policy, which begin when its first packet meets it. */
  of(policy: string): PolicyCounters {
    let counters = this.#policies.get(policy);
    if (!counters) {
      counters = noPackets();
      this.#policies.set(policy, counters);
    }
    return counters;
  }

  /** Those of policies that are gone go, too. */
  keep(policies: readonly { readonly name: string }[]): void {
    const kept = new Set(policies.map(({ name }) => name));
    for (const name of this.#policies.keys()) if (!kept.has(name)) this.#policies.delete(name);
  }

  /** Undefined: no policy let it pass, the database's default did. */
  wentOut(policy: string | undefined, octets: number): void {
    if (policy === undefined) return;
    const counters = this.of(policy);
    counters.outPackets += 1;
    counters.outOctets += octets;
  }

  cameIn(policy: string | undefined, octets: number): void {
    if (policy === undefined) return;
    const counters = this.of(policy);
    counters.inPackets += 1;
    counters.inOctets += octets;
  }

  dropped(what: Omit<Drop, 'rfcSection'>): Drop {
    const drop = { ...what, rfcSection: sectionOfDrop(what) };
    this.drops[drop.why] += 1;
    if (drop.policy !== undefined) this.of(drop.policy).drops[drop.why] += 1;
    this.onDrop(drop);
    return drop;
  }
}
