import { expect, test } from 'vitest';
import { lifeLook } from './life.ts';

const hour = 3_600_000;
const life = { bornAtMs: 0, rekeyAtMs: 7 * hour, expiresAtMs: 8 * hour, nowMs: 4 * hour };

test('the soft limit is a mark inside the hard end', () => {
  expect(lifeLook(life)).toEqual({ spent: 0.5, rekeyAt: 7 / 8, words: 'rekey in 3 h 00 m', brief: '3 h 00 m' });
});

test('past the soft limit the end is told, and past the end that it is over', () => {
  expect(lifeLook({ ...life, nowMs: 7.5 * hour })?.words).toBe('ends in 30 m 00 s');
  expect(lifeLook({ ...life, nowMs: 9 * hour })).toMatchObject({ spent: 1, words: 'has ended' });
});

test('an SA without limits has no bar', () => {
  expect(lifeLook({ ...life, rekeyAtMs: undefined, expiresAtMs: undefined })).toBeUndefined();
});
