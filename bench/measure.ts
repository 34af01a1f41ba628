/**
 * Measuring on a machine that does other things too. Contenders take turns in short rounds, so that what disturbs one
 * disturbs the other, and each one's figure is the median of its rounds.
 */
import { startWatch } from './clock.ts';

export type Work = () => unknown;

export interface Contender {
  /** Called before each round, outside of the measured time; gives the work of this round, which is called so often. */
  readonly prepare: (calls: number) => Work | Promise<Work>;
}

export interface Plan {
  readonly rounds?: number;
  readonly roundMs?: number;
  readonly warmUpMs?: number;
  /** Calls under way at once, where the work answers later. */
  readonly inFlight?: number;
}

/** Microseconds for one call of each contender. */
export async function measure<Name extends string>(
  contenders: Readonly<Record<Name, Contender>>,
  { rounds = 61, roundMs = 5, warmUpMs = 150, inFlight = 1 }: Plan,
): Promise<Record<Name, number>> {
  const names = Object.keys(contenders) as Name[]; // the keys that were given
  const wholeCalls = (us: number) => Math.max(1, Math.ceil((roundMs * 1000) / us / inFlight)) * inFlight;
  let calls = inFlight;
  for (const name of names) {
    const us = await warmUp(contenders[name], warmUpMs, inFlight);
    calls = Math.max(calls, wholeCalls(us));
  }
  const times = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const work = await contenders[name].prepare(calls);
      times.get(name)?.push(await runRound(work, calls, inFlight));
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(times.get(name) ?? [])])) as Record<Name, number>;
}

/** Work that needs no preparation. */
export const always = (work: Work): Contender => ({ prepare: () => work });

/** Until it is compiled: more calls each time, until they take long enough. Gives the last figure. */
async function warmUp(contender: Contender, warmUpMs: number, inFlight: number): Promise<number> {
  const start = performance.now();
  let us = Number.POSITIVE_INFINITY;
  for (let calls = inFlight; performance.now() - start < warmUpMs; calls = Math.min(2 * calls, 256 * inFlight)) {
    us = await runRound(await contender.prepare(calls), calls, inFlight);
  }
  return us;
}

async function runRound(work: Work, calls: number, inFlight: number): Promise<number> {
  const watch = startWatch();
  for (let done = 0; done < calls; done += inFlight) {
    const results: unknown[] = [];
    for (let i = 0; i < inFlight; i++) {
      const result = work();
      if (result instanceof Promise) results.push(result);
    }
    if (results.length > 0) await Promise.all(results);
  }
  return watch() / calls;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
