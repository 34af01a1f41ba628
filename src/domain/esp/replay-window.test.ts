import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ReplayWindow } from './replay-window.ts';

/** Steps that wander about the edge of the window, now and then far ahead. */
const wandering = fc.array(fc.oneof({ weight: 9, arbitrary: fc.integer({ min: -200, max: 90 }) }, fc.nat(9000)), {
  maxLength: 300,
});

test.each([32, 64, 128, 1024, 4096])('a window of %i agrees with a set of everything that came', (size) => {
  fc.assert(
    fc.property(wandering, (steps) => {
      const window = new ReplayWindow(size);
      const seen = new Set<number>();
      let highest = 0;
      for (const step of steps) {
        const sequence = Math.max(0, highest + step);
        const isFresh = sequence > 0 && sequence > highest - size && !seen.has(sequence);
        expect(window.check(sequence) === 'fresh').toBe(isFresh);
        expect(window.note(sequence) === 'fresh').toBe(isFresh);
        if (isFresh) seen.add(sequence);
        if (isFresh) highest = Math.max(highest, sequence);
        expect(window.highest).toBe(highest);
      }
    }),
    { seed: 1, numRuns: 150 },
  );
});

test('a window of 0 lets everything pass, twice too', () => {
  const window = new ReplayWindow(0);
  expect([5, 5, 1, 5].map((sequence) => window.note(sequence))).toEqual(['fresh', 'fresh', 'fresh', 'fresh']);
});

test('seen and too old are told apart', () => {
  const window = new ReplayWindow(32);
  window.note(100);
  expect([100, 69, 68, 0].map((sequence) => window.check(sequence))).toEqual(['seen', 'fresh', 'tooOld', 'tooOld']);
});

describe('extended sequence numbers', () => {
  const two32 = 0x1_0000_0000;

  test.each([64, 4096])('with a window of %i the low half tells every number that the window can accept', (size) => {
    const highest = fc.oneof(fc.nat(10_000), fc.integer({ min: two32 - 5000, max: two32 + 5000 }), fc.nat(7 * two32));
    fc.assert(
      fc.property(highest, fc.integer({ min: 1 - size, max: 2 ** 31 }), (top, step) => {
        const window = new ReplayWindow(size);
        if (top > 0) window.note(top);
        const sequence = Math.max(1, top + step);
        expect(window.extend(sequence % two32)).toBe(sequence);
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  test('the first packets of an SA are never taken for the end of a subspace before', () => {
    const window = new ReplayWindow(64);
    window.note(3);
    expect(window.extend(two32 - 1)).toBe(two32 - 1);
  });
});
