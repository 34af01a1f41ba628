import fc from 'fast-check';
import { expect, test } from 'vitest';
import { faultKnobs, hasFaults, noFaults, shownOf, turned } from './faults.ts';

test('a turned knob shows what it was turned to, within its range, and leaves the others alone', () => {
  fc.assert(
    fc.property(fc.constantFrom(...faultKnobs), fc.integer({ min: -50, max: 5_000 }), (knob, figure) => {
      const faults = turned(knob, figure, noFaults);
      expect(shownOf(knob, faults)).toBe(Math.min(knob.max, Math.max(0, figure)));
      for (const other of faultKnobs) if (other !== knob) expect(shownOf(other, faults)).toBe(0);
    }),
  );
});

test('an emptied field changes nothing', () => {
  for (const knob of faultKnobs) expect(turned(knob, Number.NaN, noFaults)).toBe(noFaults);
});

test('a wire without faults says so', () => {
  expect(hasFaults(noFaults)).toBe(false);
  expect(hasFaults({ ...noFaults, delayMs: 10 })).toBe(true);
});
