import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Octets } from '../bytes/octets.ts';
import { address } from './address.ts';
import { fitHeader, setU16 } from './ip.ts';
import { layOut } from './ip-layout.ts';
import { Reassembly } from './reassembly.ts';
import { cutUp } from './testing/cut-up.ts';
import { writeUdp } from './udp.ts';

test.each([4, 6] as const)('IPv%i fragments in any order make the packet that was cut up', (family) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 64, max: 4000 }),
      fc.integer({ min: 1, max: 90 }),
      fc.infiniteStream(fc.nat()),
      (octets, eighths, chance) => {
        const packet = aPacket(family, octets);
        const fragments = cutUp(packet, 8 * eighths).slice(0, 64);
        if (fragments.length < 2 || fragments.length === 64) return; // no fragments, or more than one packet may have
        const order = shuffled(fragments, chance);
        const reassembly = new Reassembly();

        const made = order.map((fragment) => add(reassembly, fragment));

        expect(made.pop()).toEqual(packet);
        expect(made.every((each) => each === undefined)).toBe(true);
        expect(reassembly.nextWakeAtMs).toBeUndefined();
      },
    ),
    { seed: 1, numRuns: 60 },
  );
});

test('fragments that overlap end their packet', () => {
  const reassembly = new Reassembly();
  const [first, , last] = cutUp(aPacket(4, 3000), 1000) as [Octets, Octets, Octets];
  const [, overlapping] = cutUp(aPacket(4, 3000), 800) as [Octets, Octets];

  for (const fragment of [first, overlapping, last]) expect(add(reassembly, fragment)).toBeUndefined();

  expect(reassembly.dropped).toBe(1);
});

test('what is not whole in time is forgotten', () => {
  const reassembly = new Reassembly();
  const [first, second] = cutUp(aPacket(6, 2000), 1200) as [Octets, Octets];
  add(reassembly, first, 1000);
  expect(reassembly.nextWakeAtMs).toBe(31_000);

  reassembly.wake(31_000);

  expect(add(reassembly, second, 31_000)).toBeUndefined();
  expect(reassembly.dropped).toBe(1);
});

test('a flood of first fragments pushes out the oldest and holds no more than the limit', () => {
  const reassembly = new Reassembly({ packets: 2, fragments: 64, holdMs: 1000 });
  const packets = [1, 2, 3].map((identification) => cutUp(aPacket(4, 2000), 1200, identification) as [Octets, Octets]);
  for (const [first] of packets) add(reassembly, first);

  const made = packets.toReversed().map(([, second]) => add(reassembly, second) !== undefined);

  expect(made).toEqual([true, true, false]);
});

function add(reassembly: Reassembly, fragment: Octets, nowMs = 0): Octets | undefined {
  const layout = layOut(fragment);
  if (!layout.ok) throw new Error(layout.error.code);
  return reassembly.add(fragment, layout.value, nowMs);
}

function aPacket(family: 4 | 6, octets: number): Octets {
  const [source, destination] =
    family === 4 ? [address('10.0.0.1'), address('10.0.0.2')] : [address('fd00::1'), address('fd00::2')];
  const payload = Uint8Array.from({ length: octets }, (_, i) => i * 7);
  const packet = writeUdp({ source, destination, sourcePort: 1, destinationPort: 2, payload });
  if (family === 6) return packet;
  setU16(packet, 4, 1); // as the fragments bear it
  setU16(packet, 6, 0); // may be fragmented
  fitHeader(packet, packet.length);
  return packet;
}

/** In an order by chance. */
function shuffled(fragments: readonly Octets[], chance: Iterable<number>): readonly Octets[] {
  const order: Octets[] = [];
  const left = [...fragments];
  for (const number of chance) {
    order.push(...left.splice(number % left.length, 1));
    if (left.length === 0) return order;
  }
  return order;
}
