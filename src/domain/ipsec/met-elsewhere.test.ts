/** Which packet leads us to where a NAT has moved the peer. */
import { expect, test } from 'vitest';
import { ReplayWindow } from '../esp/replay-window.ts';
import type { SaPair } from '../esp/sad.ts';
import { address } from '../net/address.ts';
import { isNewest } from './met-elsewhere.ts';

const end = { address: address('192.0.2.7'), port: 40_000 };

/** An SA pair of which only the window is asked for. */
function pairWith(size: number, ...noted: readonly number[]): SaPair {
  const window = new ReplayWindow(size);
  for (const sequence of noted) window.note(sequence);
  return { inbound: { window } } as SaPair;
}

test('the newest of all that came, and no older one: a copy from where the peer was would lead back', () => {
  const pair = pairWith(64, 1, 2, 5);

  expect([2, 4, 5].map((sequence) => isNewest(pair, { end, sequence }))).toEqual([false, false, true]);
});

test('of an extended number its low half is in the packet', () => {
  const pair = pairWith(64, 2 ** 32 + 7);

  expect(isNewest(pair, { end, sequence: 7 })).toBe(true);
});

test('none where no replays are checked: any copy would do', () => {
  expect(isNewest(pairWith(0, 5), { end, sequence: 5 })).toBe(false);
});
