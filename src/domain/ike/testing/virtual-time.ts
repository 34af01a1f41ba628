/**
 * One clock and one wire for every world of tests: time jumps to the next event, a datagram that arrives or a deadline that is due.
 * Ends are woken one after the other, so that the same seed gives the same order.
 */
import { invariant } from '../../bytes/result.ts';

/** Whatever has deadlines: an endpoint, or the boundary before it. */
export interface Clocked {
  readonly nextWakeAtMs: number | undefined;
  wake(nowMs: number): Promise<void>;
  /** Resolves when all that it was given is worked off. */
  settle(): Promise<void>;
}

export interface World {
  nowMs: number;
  /** Those that live. */
  readonly clocked: readonly Clocked[];
  /** When the next of what lies in the wire arrives; undefined: nothing does. */
  readonly arrivesAtMs: number | undefined;
  /** Hands over what arrives next: one datagram, or all of one instant. */
  deliver(): Promise<void> | void;
  /** Throws what an end has thrown; absent: nobody catches that, and the test fails by itself. */
  demandNoErrors?(): void;
}

/** No test needs a tenth of it: beyond, two ends talk without end, or a deadline comes again and again. */
const eventsAtMost = 200_000;

/** Delivers and wakes until nothing lies in the wire; deadlines up to `untilMs` are waited for. */
export const passUntilQuiet = (world: World, untilMs: number): Promise<void> =>
  pass(world, untilMs, () => world.arrivesAtMs === undefined);

/** To that instant and no further: what is in the wire then stays there. */
export const passUntil = (world: World, untilMs: number): Promise<void> => pass(world, untilMs, () => true);

/** Everything that was given so far is worked off; no time passes. */
export async function settleAll(world: World): Promise<void> {
  await Promise.all(world.clocked.map((each) => each.settle()));
  world.demandNoErrors?.();
}

async function pass(world: World, untilMs: number, mayStop: () => boolean): Promise<void> {
  for (let events = 0; ; events++) {
    invariant(events < eventsAtMost, `after ${eventsAtMost} events, at ${world.nowMs}, there is no end of them`);
    await settleAll(world);
    if (world.arrivesAtMs !== undefined && world.arrivesAtMs <= world.nowMs) {
      await world.deliver();
      continue;
    }
    const nextAtMs = earliest([world.arrivesAtMs, ...world.clocked.map(({ nextWakeAtMs }) => nextWakeAtMs)]);
    if (nextAtMs === undefined || (nextAtMs > untilMs && mayStop())) break;
    world.nowMs = Math.max(world.nowMs, nextAtMs);
    for (const each of world.clocked) await each.wake(world.nowMs);
  }
  world.nowMs = Math.max(world.nowMs, untilMs);
}

function earliest(instants: readonly (number | undefined)[]): number | undefined {
  const known = instants.filter((each) => each !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
