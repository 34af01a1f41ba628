/** The clock of every world of tests: what it waits for, and that nothing makes it run for ever. */
import { expect, test } from 'vitest';
import { type Clocked, passUntil, passUntilQuiet, type World } from './virtual-time.ts';

/** Datagrams that arrive at these instants, and what has deadlines. */
function aWorld(arrivals: readonly number[], clocked: readonly Clocked[] = []) {
  const flying = [...arrivals];
  const arrived: number[] = [];
  const world: World = {
    nowMs: 0,
    clocked,
    get arrivesAtMs() {
      return flying[0];
    },
    deliver: () => void arrived.push(...flying.splice(0, 1)),
  };
  return { world, arrived };
}

/** Woken at each of these instants in turn. */
function aSleeper(...deadlines: readonly number[]): Clocked & { readonly wokenAt: readonly number[] } {
  const left = [...deadlines];
  const wokenAt: number[] = [];
  return {
    wokenAt,
    get nextWakeAtMs() {
      return left[0];
    },
    settle: async () => undefined,
    async wake(nowMs) {
      if (nowMs !== left[0]) return;
      left.shift();
      wokenAt.push(nowMs);
    },
  };
}

test('until quiet: what is in the wire is waited for, deadlines only so long', async () => {
  const sleeper = aSleeper(10, 50);
  const { world, arrived } = aWorld([5, 40], [sleeper]);

  await passUntilQuiet(world, 20);

  expect([arrived, sleeper.wokenAt, world.nowMs]).toEqual([[5, 40], [10], 40]);
});

test('until an instant: what is late stays in the wire', async () => {
  const sleeper = aSleeper(10, 50);
  const { world, arrived } = aWorld([5, 40], [sleeper]);

  await passUntil(world, 20);

  expect([arrived, sleeper.wokenAt, world.nowMs]).toEqual([[5], [10], 20]);
});

test('a deadline that no wake-up meets ends the run by a fault, and not never', async () => {
  const deaf: Clocked = { nextWakeAtMs: 10, wake: async () => undefined, settle: async () => undefined };
  const { world } = aWorld([], [deaf]);

  await expect(passUntil(world, 20)).rejects.toThrow('there is no end of them');
});
