import { expect, test } from 'vitest';
import { type KeyAct, meaningOf, offeredKeys, offerKeys } from './key-registry.ts';

const named = (keys: string): KeyAct => ({ keys, does: keys, act: () => undefined });
const acts = [named('n'), named('g p'), named('g n')];

test('one key acts at once, the first of two waits for the second', () => {
  expect(meaningOf({ pending: undefined, key: 'n' }, acts).act).toBe(acts[0]?.act);
  expect(meaningOf({ pending: undefined, key: 'g' }, acts)).toEqual({ pending: 'g' });
  expect(meaningOf({ pending: 'g', key: 'p' }, acts).act).toBe(acts[1]?.act);
});

test('after the first of two a key means its pair alone, and an unknown pair means nothing', () => {
  expect(meaningOf({ pending: 'g', key: 'n' }, acts).act).toBe(acts[2]?.act);
  expect(meaningOf({ pending: 'g', key: 'x' }, acts)).toEqual({});
  expect(meaningOf({ pending: undefined, key: 'p' }, acts)).toEqual({});
});

test('what a page offers stands before what the shell does, and goes with the page', () => {
  const leaveShell = offerKeys({ current: [named('?')] });
  const leavePage = offerKeys({ current: [named('n')] });

  expect(offeredKeys().map(({ keys }) => keys)).toEqual(['n', '?']);
  leavePage();
  expect(offeredKeys().map(({ keys }) => keys)).toEqual(['?']);
  leaveShell();
});
