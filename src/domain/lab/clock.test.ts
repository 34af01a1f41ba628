import { expect, test } from 'vitest';
import { Agenda, labMsAt, type Pace, realMsUntil, repace } from './clock.ts';

test('events of one instant go by owner, then by the order of booking, whoever booked first', async () => {
  const agenda = new Agenda(0);
  const seen: string[] = [];
  const note = (what: string) => () => {
    seen.push(what);
  };

  agenda.at(5, 'web-18', note('web-18 first'));
  agenda.at(5, 'node1', note('node1 first'));
  agenda.at(5, 'web-18', note('web-18 second'));
  agenda.at(4, 'web-18', note('earlier'));
  await agenda.runUntil(5);

  expect(seen).toEqual(['earlier', 'node1 first', 'web-18 first', 'web-18 second']);
});

test('the clock jumps to each event and ends where it was told to', async () => {
  const agenda = new Agenda(100);
  const instants: number[] = [];
  agenda.at(86_400_000, 'a', () => void instants.push(agenda.nowMs));
  agenda.at(200, 'a', () => void agenda.at(300, 'a', () => void instants.push(agenda.nowMs)));

  await agenda.runUntil(90_000_000);

  expect(instants).toEqual([300, 86_400_000]);
  expect(agenda.nowMs).toBe(90_000_000);
});

test('an event ends before the next begins, however long its promises take', async () => {
  const agenda = new Agenda(0);
  const seen: string[] = [];
  agenda.at(1, 'a', async () => {
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    seen.push('slow');
  });
  agenda.at(2, 'a', () => void seen.push('quick'));

  await agenda.runUntil(2);

  expect(seen).toEqual(['slow', 'quick']);
});

test('what is cancelled does not happen, and what is booked for the past happens now', async () => {
  const agenda = new Agenda(50);
  const seen: string[] = [];
  const cancelled = agenda.at(60, 'a', () => void seen.push('cancelled'));
  agenda.at(10, 'a', () => void seen.push(`at ${agenda.nowMs}`));

  agenda.cancel(cancelled);
  agenda.cancel(cancelled);
  await agenda.runUntil(100);

  expect(seen).toEqual(['at 50']);
  expect(agenda.nextAtMs).toBeUndefined();
});

test('lab time follows real time at its rate, stands still when paused, and never jumps when either changes', () => {
  const single: Pace = { realMs: 1_000, labMs: 0, rate: 1, isPaused: false };
  const tenfold = repace(single, 2_000, { rate: 10, isPaused: false });
  const paused = repace(tenfold, 3_000, { rate: 10, isPaused: true });
  const again = repace(paused, 9_000, { rate: 1, isPaused: false });

  expect([labMsAt(tenfold, 2_000), labMsAt(tenfold, 3_000), labMsAt(paused, 8_000), labMsAt(again, 9_500)]).toEqual([
    1_000, 11_000, 11_000, 11_500,
  ]);
  expect(realMsUntil(tenfold, 6_000, 2_000)).toBe(500);
  expect(realMsUntil(paused, 12_000, 8_000)).toBeUndefined();
});
