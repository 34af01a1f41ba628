import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, type Octets } from '../bytes/octets.ts';
import { address } from './address.ts';
import { fitHeader, hasGoodHeaderChecksum, setU16 } from './ip.ts';
import { layOut } from './ip-layout.ts';
import { Reassembly } from './reassembly.ts';
import { cutUp } from './testing/cut-up.ts';
import { ecnOf, setEcn } from './traffic-class.ts';
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
        const reassembly = new Reassembly(ignore);

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
  const drops: string[] = [];
  const reassembly = new Reassembly(({ why }) => drops.push(why));
  const [first, , last] = cutUp(aPacket(4, 3000), 1000) as [Octets, Octets, Octets];
  const [, overlapping] = cutUp(aPacket(4, 3000), 800) as [Octets, Octets];

  for (const fragment of [first, overlapping, last]) expect(add(reassembly, fragment)).toBeUndefined();

  expect(drops).toEqual(['fragment']);
});

const [notCapable, ect1, ect0, congested] = [0, 1, 2, 3];
describe.each([4, 6] as const)('congestion that some fragments of IPv%i met (RFC 3168 5.3)', (family) => {
  test.each([
    [[ect0, congested, ect0], congested],
    [[congested, ect0, ect0], congested],
    [[ect0, ect1, congested], congested],
    [[congested, congested, congested], congested],
    [[ect0, ect0, ect0], ect0],
    [[notCapable, notCapable, notCapable], notCapable],
    [[ect1, ect0, ect0], ect1], // left open: the first decides, as for all that its header says
  ])('%j: the whole says it', (marks, expected) => {
    const whole = joinedOf(family, marks);
    expect(whole && ecnOf(whole)).toBe(expected);
    expect(whole && hasGoodHeaderChecksum(whole)).toBe(true);
    expect(whole).toEqual(marked(aPacket(family, 2500), expected));
  });

  test.each([[[notCapable, ect0, congested]], [[congested, notCapable, notCapable]], [[ect0, congested, notCapable]]])(
    '%j: a sender that cannot be told loses the packet',
    (marks) => {
      const drops: string[] = [];
      expect(joinedOf(family, marks, new Reassembly(({ why }) => drops.push(why)))).toBeUndefined();
      expect(drops).toEqual(['congested']);
    },
  );
});

test('what is not whole after a minute is forgotten (RFC 8200 4.5)', () => {
  const drops: unknown[] = [];
  const reassembly = new Reassembly((...drop) => drops.push(drop));
  const [first, second] = cutUp(aPacket(6, 2000), 1200) as [Octets, Octets];
  add(reassembly, first, 1000);
  expect(reassembly.nextWakeAtMs).toBe(61_000);

  reassembly.wake(60_999);
  expect(drops).toEqual([]);
  reassembly.wake(61_000);

  expect(add(reassembly, second, 61_000)).toBeUndefined();
  expect(drops).toEqual([[{ why: 'fragment', family: 6 }, 61_000]]);
});

test('a fragment that comes twice, whole and alike, is one (RFC 791 3.2, RFC 8200 4.5)', () => {
  const packet = aPacket(6, 2500);
  const [first, second, third] = cutUp(packet, 1000) as [Octets, Octets, Octets];
  const reassembly = new Reassembly(ignore);
  expect([first, third, first, third, second].map((each) => add(reassembly, each)).pop()).toEqual(packet);

  const changed = first.with(60, 99);
  const other = new Reassembly(ignore);
  expect([first, changed, second, third].map((each) => add(other, each)).pop()).toBeUndefined();
});

test('the longest packet there is is put together, and one that is longer is nobody’s exception', () => {
  const longest = aPacket(4, 65_535 - 20 - 8);
  const cut = cutUp(longest, 8192);
  const whole = new Reassembly(ignore);
  expect(cut.map((each) => add(whole, each)).pop()).toEqual(longest);

  const [first = longest, ...others] = cut;
  const withOptions = concat(first.subarray(0, 20), new Uint8Array(40), first.subarray(20));
  withOptions[0] = 0x4f;
  fitHeader(withOptions, withOptions.length);
  const drops: string[] = [];
  const tooLong = new Reassembly(({ why }) => drops.push(why));
  expect([...others, withOptions].map((each) => add(tooLong, each)).pop()).toBeUndefined();
  expect(drops).toEqual(['fragment']);
});

test('a flood of first fragments pushes out the oldest and holds no more than the limit', () => {
  const reassembly = new Reassembly(ignore, { packets: 2, fragments: 64, holdMs: 1000 });
  const packets = [1, 2, 3].map((identification) => cutUp(aPacket(4, 2000), 1200, identification) as [Octets, Octets]);
  for (const [first] of packets) add(reassembly, first);

  const made = packets.toReversed().map(([, second]) => add(reassembly, second) !== undefined);

  expect(made).toEqual([true, true, false]);
});

/** Of three fragments that bear these codepoints of ECN, given in reverse. */
function joinedOf(family: 4 | 6, marks: readonly number[], reassembly = new Reassembly(ignore)): Octets | undefined {
  const fragments = cutUp(aPacket(family, 2500), 1000).map((fragment, i) => marked(fragment, marks[i] ?? 0));
  expect(fragments).toHaveLength(3);
  return fragments.toReversed().map((fragment) => add(reassembly, fragment))[2];
}

function marked(packet: Octets, codepoint: number): Octets {
  const copy = packet.slice();
  setEcn(copy, codepoint);
  return copy;
}

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

const ignore = () => undefined;
