import { expect, test } from 'vitest';
import { Agenda } from './clock.ts';
import { carrying, delaying, doubling, type Flight, losing, overtaking, tapped, type Wire } from './wire.ts';

const flight = (number: number, sentAtMs: number, from = 'web-17'): Flight => ({
  from,
  sentAtMs,
  arrivesAtMs: sentAtMs,
  packet: Uint8Array.of(number),
});

/** A wire, what arrived at its end, and the agenda that moves it. */
function makeWire(wrap: (inner: Wire) => Wire = (inner) => inner) {
  const agenda = new Agenda(0);
  const arrived: string[] = [];
  const wire = wrap(
    carrying(agenda, ({ packet, from }) => {
      arrived.push(`${agenda.nowMs} ${from} ${packet[0]}`);
    }),
  );
  return { agenda, arrived, wire };
}

/** Draws from a list, one a packet. */
const drawing =
  (...numbers: number[]) =>
  () =>
    numbers.shift() ?? 1;
const likely = () => 0.5;

test('packets arrive by time, then sender, then the order in which that sender sent them', async () => {
  const { agenda, arrived, wire } = makeWire((inner) => delaying(inner, () => 3));

  wire.send(flight(1, 0, 'web-18'));
  wire.send(flight(2, 0, 'node1'));
  wire.send(flight(3, 0, 'web-18'));
  await agenda.runUntil(10);

  expect(arrived).toEqual(['3 node1 2', '3 web-18 1', '3 web-18 3']);
});

test('a lossy wire loses what was drawn, and says so', async () => {
  const lost: number[] = [];
  const { agenda, arrived, wire } = makeWire((inner) =>
    losing(inner, drawing(0.9, 0.1, 0.9), likely, ({ packet }) => void lost.push(packet[0] ?? 0)),
  );

  for (const number of [1, 2, 3]) wire.send(flight(number, number));
  await agenda.runUntil(10);

  expect(arrived).toEqual(['1 web-17 1', '3 web-17 3']);
  expect(lost).toEqual([2]);
});

test('a doubled packet arrives again, an overtaken one after those sent behind it', async () => {
  const { agenda, arrived, wire } = makeWire((inner) =>
    doubling(overtaking(inner, drawing(0.1, 0.9, 0.9), likely, 5), drawing(0.9, 0.1), likely, 1),
  );

  wire.send(flight(1, 0));
  wire.send(flight(2, 1));
  await agenda.runUntil(10);

  expect(arrived).toEqual(['1 web-17 2', '2 web-17 2', '5 web-17 1']);
});

test('a tap sees what a fault inside of it then loses', () => {
  const seen: number[] = [];
  const { wire } = makeWire((inner) =>
    tapped(
      losing(inner, drawing(0), likely, () => {}),
      ({ packet }) => void seen.push(packet[0] ?? 0),
    ),
  );

  wire.send(flight(7, 0));

  expect(seen).toEqual([7]);
});
