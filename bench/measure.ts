/**
 * Measuring on a machine that does other things too: contenders take turns, round by round, so that what disturbs one
 * disturbs the other; each one's figure is the median of its rounds.
 */
export type Work = () => unknown;

export interface Contender {
  /** Called before each round, outside of the measured time; gives the work of this round. */
  readonly prepare: () => Work | Promise<Work>;
}

export interface Plan {
  readonly rounds: number;
  /** Calls of the work in one round. */
  readonly calls: number;
  /** Calls under way at once, where the work answers later. */
  readonly inFlight?: number;
}

/** Microseconds for one call of each contender. */
export async function measure<Name extends string>(
  contenders: Readonly<Record<Name, Contender>>,
  plan: Plan,
): Promise<Record<Name, number>> {
  const names = Object.keys(contenders) as Name[]; // the keys that were given
  const times = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (const name of names) await runRound(await contenders[name].prepare(), plan); // warms up
  for (let round = 0; round < plan.rounds; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      times.get(name)?.push(await runRound(await contenders[name].prepare(), plan));
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(times.get(name) ?? [])])) as Record<Name, number>;
}

/** Work that needs no preparation. */
export const always = (work: Work): Contender => ({ prepare: () => work });

async function runRound(work: Work, { calls, inFlight = 1 }: Plan): Promise<number> {
  const start = performance.now();
  for (let done = 0; done < calls; done += inFlight) {
    const results: unknown[] = [];
    for (let i = 0; i < inFlight; i++) {
      const result = work();
      if (result instanceof Promise) results.push(result);
    }
    if (results.length > 0) await Promise.all(results);
  }
  return ((performance.now() - start) * 1000) / calls;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
