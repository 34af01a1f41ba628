import { expect, test } from 'vitest';
import { TestTimers } from '../testing/open-test-lab.ts';
import { Pacer } from './pacer.ts';

/** A lab in which something happens every `everyMs` of its time. */
function makePaced(everyMs: number, clock = { rate: 1, isPaused: false }) {
  const timers = new TestTimers();
  const lab = {
    nowMs: timers.nowMs(),
    nextAtMs: timers.nowMs() + everyMs,
    runs: [] as number[],
    events: 0,
    async runUntil(untilMs: number) {
      lab.runs.push(untilMs - lab.nowMs);
      for (; lab.nextAtMs <= untilMs; lab.nextAtMs += everyMs) lab.events += 1;
      lab.nowMs = Math.max(lab.nowMs, untilMs);
    },
    skipTo(untilMs: number) {
      lab.nowMs = Math.max(lab.nowMs, Math.min(untilMs, lab.nextAtMs));
    },
  };
  const pacer = new Pacer(lab, timers, clock, () => {});
  return { lab, timers, pacer, pass: (seconds: number) => timers.pass(seconds, () => pacer.settle()) };
}

test('what is due happens in its time, and at most 25 wakings a second are spent on it', async () => {
  const { lab, pass } = makePaced(1);

  await pass(2);

  expect(lab.events).toBeGreaterThanOrEqual(1_950);
  expect(lab.events).toBeLessThanOrEqual(2_000);
  expect(lab.runs.length).toBeLessThanOrEqual(50);
});

test('an hour of lab time passes in a minute at sixty to one', async () => {
  const { lab, pass } = makePaced(1_000, { rate: 60, isPaused: false });

  await pass(60);

  expect(lab.events).toBeGreaterThanOrEqual(3_595);
  expect(lab.events).toBeLessThanOrEqual(3_600);
});

test('nothing happens while the clock stands still, and it goes on from where it stood', async () => {
  const { lab, pacer, pass } = makePaced(100);
  await pass(1);
  const { events } = lab;

  pacer.setClock({ rate: 1, isPaused: true });
  await pass(100);
  expect(lab.events).toBe(events);

  pacer.setClock({ rate: 1, isPaused: false });
  await pass(1);
  expect(lab.events - events).toBeLessThanOrEqual(11);
});

test('a machine that slept makes lab time late: two seconds are made up for, in pieces, and no more', async () => {
  const { lab, timers, pass } = makePaced(10);
  await pass(1);
  const { events } = lab;

  timers.sleep(3_600);
  await pass(1);

  expect(lab.events - events).toBeLessThanOrEqual(310);
  expect(Math.max(...lab.runs)).toBeLessThanOrEqual(250);
});

test('a quiet lab is not woken before something is due', async () => {
  const { lab, pass } = makePaced(3_600_000);

  await pass(3_599);

  expect(lab.runs).toEqual([]);
});
