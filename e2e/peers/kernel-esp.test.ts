/**
 * Our ESP against the Linux kernel's, keyed by hand: each cipher both ways, transport and tunnel, IPv4 and IPv6, in UDP or plain, extended
 * sequence numbers across 2^32, a cable that loses, doubles and reorders. The witness is a ping of any length whose octets come
 * back, and what both ends counted: 10,000 packets each way of every cipher, and 1,000 of every way in which packets travel.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missingFor } from '../../scripts/debian.ts';
import { streamEchoes } from './echo-stream.ts';
import { soundCable } from './ethernet-link.ts';
import type { Faults } from './faulty-cable.ts';
import { Guest, guestAddress, guestAddress6, guestInner, ownAddress, ownAddress6, ownInner } from './guest.ts';
import { type KernelCounters, kernelCounters, printCounters, readCounters } from './kernel-counters.ts';
import {
  guestCommands,
  guestWindow,
  type HandKeyed,
  type KernelSuiteName,
  kernelSuites,
  ownWindow,
  takeEspOutOfUdp,
  toGuestSpi,
  toUsSpi,
} from './kernel-esp.ts';
import { KeyedEnd } from './keyed-end.ts';
import { describeUnless } from './needs.ts';

const suiteNames = Object.keys(kernelSuites) as KernelSuiteName[];
const v4 = { own: ownAddress, guest: guestAddress };
const v6 = { own: ownAddress6, guest: guestAddress6 };
const tunnel = { mode: 'tunnel', ...v4, ownInner, guestInner } as const;

const two32 = 2 ** 32;
const manyPackets = 10_000;
const somePackets = 1_000;
const chaos: Faults = { lost: 0.05, doubled: 0.05, overtaken: 0.1 };
/** So that half of the packets lie before 2^32. */
const across = { hasEsn: true, sequence: two32 - manyPackets / 2 } as const;

type Counts = Readonly<Record<string, number>>;

describeUnless(missingFor('kernel'), 'the Linux kernel', () => {
  let guest: Guest;
  beforeAll(async () => {
    guest = await Guest.start('esp', { ports: { own: 17202, guest: 17201 } });
  });
  afterAll(() => guest?.stop());

  describe('10,000 packets each way, one in twenty lost on the way: all others arrive as they were sent', () => {
    test.each(suiteNames)('%s in transport mode, IPv4', async (suite) => {
      await expectAllButTheLost({ suite, ...v4 });
    });

    test.each(suiteNames)('%s with extended sequence numbers, which cross 2^32', async (suite) => {
      const { kernel } = await expectAllButTheLost({ suite, ...across, ...v4 });
      expect(kernel.sas[toGuestSpi]?.lastReceived).toBeGreaterThan(two32);
      expect(kernel.sas[toUsSpi]?.lastSent).toBeGreaterThan(two32);
    });
  });

  test.each(['AES-256-GCM-16', 'AES-256-CBC, SHA-384', 'ChaCha20-Poly1305'] as const)(
    '%s in transport mode, IPv6',
    async (suite) => {
      await expectTrafficBothWays({ suite, ...v6 });
    },
  );

  test.each(['AES-256-GCM-16', 'AES-256-CBC, SHA-256'] as const)('%s in tunnel mode', async (suite) => {
    await expectTrafficBothWays({ suite, ...tunnel });
  });

  describe('in UDP', () => {
    beforeAll(() => guest.exec(takeEspOutOfUdp));
    test.each([
      ['transport mode, IPv4', { ...v4, inUdp: true }],
      ['transport mode, IPv6, with a checksum', { ...v6, inUdp: true }],
      ['tunnel mode, IPv4', { ...tunnel, inUdp: true }],
    ] as const)('%s: a cipher of each kind', async (_, wish) => {
      for (const suite of ['AES-256-GCM-16', 'AES-256-CBC, SHA-256'] as const) {
        await expectTrafficBothWays({ suite, ...wish });
      }
    });
  });

  test('10,000 packets each way, lost, overtaken and doubled: copies are replays to both ends, and nothing else is missed', async () => {
    const { echoes, faulty, end, errors, kernel } = await stream({ suite: 'AES-256-GCM-16', ...v4 }, chaos);
    const [ours, theirs] = [judge(faulty.guest.arrived, ownWindow), judge(faulty.own.arrived, guestWindow.short)];

    expect(theirs.seen).toBeGreaterThan(50);
    expect(theirs.tooOld).toBeGreaterThan(50);
    expect(kernel.sas[toGuestSpi]).toMatchObject({ packets: theirs.fresh, seen: theirs.seen, tooOld: theirs.tooOld });
    expect(errors).toEqual({ XfrmInStateSeqError: theirs.seen + theirs.tooOld });
    expect(end.pair.inbound.counters.packets).toBe(ours.fresh);
    expect(echoes).toMatchObject({ answered: ours.fresh, answeredWrongly: 0 });
    expect(end.pair.inbound.drops).toEqual({ replay: ours.seen + ours.tooOld, icv: 0, malformed: 0, selectors: 0 });
  });

  test('the same with extended sequence numbers, across 2^32: a copy from behind the window is taken for a number to come, whose ICV is wrong', async () => {
    const keyed = { suite: 'AES-256-CBC, SHA-256', ...across, ...v4 } as const;
    const { echoes, faulty, end, errors, kernel } = await stream(keyed, chaos);
    const [ours, theirs] = [faulty.guest, faulty.own].map(({ arrived }) =>
      judge(arrived.map(extended), guestWindow.extended),
    );

    expect(kernel.sas[toGuestSpi]).toMatchObject({ packets: theirs?.fresh, seen: theirs?.seen, tooOld: 0 });
    expect(errors).toEqual({ XfrmInStateSeqError: theirs?.seen, XfrmInStateProtoError: theirs?.tooOld });
    expect(end.pair.inbound.counters.packets).toBe(ours?.fresh);
    expect(echoes).toMatchObject({ answered: ours?.fresh, answeredWrongly: 0 });
    expect(end.pair.inbound.drops).toEqual({ replay: ours?.seen, icv: ours?.tooOld, malformed: 0, selectors: 0 });
  });

  test('numbers of 32 bits end at both ends: none comes twice, and we ask for another SA', async () => {
    const { end, before } = await meet({ suite: 'AES-256-GCM-16', sequence: two32 - 4, ...v4 });
    for (const octets of [0, 56, 700]) await end.pinger.ping(guestAddress, octets);
    end.pinger.knock(guestAddress);
    const printed = await guest.exec(`ping -c 1 -W 1 ${ownAddress} || true; ${printCounters}`);

    expect(printed).toContain('1 packets transmitted, 0 received');
    const kernel = readCounters(printed);
    expect(kernel.sas[toUsSpi]?.lastSent).toBe(two32 - 1);
    expect(grown(before.errors, kernel.errors)).toEqual({ XfrmOutStateSeqError: 1 });
    expect(end.pair.outbound.sequence).toBe(two32 - 1);
    expect(end.asked).toBe(1);
    expectNoDrops(end);
  });

  /** Asked for by either end, then as many as a cable lets through. */
  async function expectTrafficBothWays(keyed: HandKeyed): Promise<void> {
    await expectPingsBothWays(keyed);
    await expectAllButTheLost(keyed, somePackets);
  }

  async function expectPingsBothWays(keyed: HandKeyed): Promise<void> {
    const { end, before } = await meet(keyed);
    const { own, guest: theirs, ownInner: from = own, guestInner: to = theirs } = keyed;

    for (const octets of [0, 1, 56, 333, 1200]) await end.pinger.ping(to, octets);
    expect(await guest.ping(from, { count: 5, from: to })).toBe(5);
    expect(end.pinger.answered).toBe(5);
    expect(end.pair.inbound.counters.packets).toBe(10);
    expect(end.pair.outbound.counters.packets).toBe(10);
    expectNoDrops(end);
    expect(grown(before.errors, (await kernelCounters(guest)).errors)).toEqual({});
  }

  async function expectAllButTheLost(keyed: HandKeyed, count = manyPackets): Promise<{ kernel: KernelCounters }> {
    const { end, echoes, faulty, kernel, errors, icmp } = await stream(keyed, { lost: 0.05 }, count);
    const { own, guest: theirs } = faulty;

    for (const { sent, lost } of [own, theirs]) {
      expect(sent).toBeGreaterThanOrEqual(count);
      expect(lost / sent).toBeGreaterThan(0.05 - 0.5 / Math.sqrt(count));
    }
    expect(end.pair.outbound.counters.packets).toBe(own.sent);
    expect(kernel.sas[toGuestSpi]).toMatchObject({ packets: own.sent - own.lost, tooOld: 0, seen: 0, icvErrors: 0 });
    expect(icmp).toEqual(
      keyed.guest.includes(':')
        ? { Icmp6InEchos: theirs.sent, Icmp6OutEchoReplies: theirs.sent }
        : { InMsgs: theirs.sent, InEchos: theirs.sent, OutMsgs: theirs.sent, OutEchoReps: theirs.sent },
    );
    expect(kernel.sas[toUsSpi]?.packets).toBe(theirs.sent);
    expect(end.pair.inbound.counters.packets).toBe(theirs.sent - theirs.lost);
    expect(echoes).toMatchObject({ sent: own.sent, answered: theirs.sent - theirs.lost, answeredWrongly: 0 });
    expect(errors).toEqual({});
    expectNoDrops(end);
    return { kernel };
  }

  /** Echo requests of ours and the kernel's replies over a cable with these faults; errors and ICMP of the kernel since then. */
  async function stream(keyed: HandKeyed, faults: Faults, count = manyPackets) {
    const { end, before } = await meet(keyed);
    const { suite: seed, guest: outer, guestInner: to = outer } = keyed;
    const { echoes, faulty } = await streamEchoes(end, to, { seed, count, faults });
    const kernel = await kernelCounters(guest);
    const [errors, icmp] = [grown(before.errors, kernel.errors), grown(before.icmp, kernel.icmp)];
    return { end, echoes, faulty, kernel, errors, icmp };
  }

  async function meet(keyed: HandKeyed): Promise<{ end: KeyedEnd; before: KernelCounters }> {
    guest.link.cable = soundCable;
    const end = await KeyedEnd.open(guest.link, keyed);
    return { end, before: readCounters(await guest.exec(`${guestCommands(keyed)}\n${printCounters}`)) };
  }
});

function expectNoDrops({ path, pair }: KeyedEnd): void {
  expect(Object.values(path.drops).every((count) => count === 0)).toBe(true);
  expect(pair.inbound.drops).toEqual({ replay: 0, icv: 0, malformed: 0, selectors: 0 });
}

/** The counters that are no longer what they were, and by how much. */
function grown(before: Counts, after: Counts): Counts {
  const growth = Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)] as const);
  return Object.fromEntries(growth.filter(([, by]) => by !== 0));
}

/** What a replay window makes of these numbers, by a set of everything that came. */
function judge(arrived: readonly number[], window: number): { fresh: number; seen: number; tooOld: number } {
  const came = new Set<number>();
  const judged = { fresh: 0, seen: 0, tooOld: 0 };
  let highest = 0;
  for (const sequence of arrived) {
    if (sequence + window <= highest) judged.tooOld += 1;
    else if (came.has(sequence)) judged.seen += 1;
    else judged.fresh += 1;
    came.add(sequence);
    highest = Math.max(highest, sequence);
  }
  return judged;
}

/** Around 2^32, of which the low half is sent. */
const extended = (low: number): number => (low < two32 / 2 ? two32 + low : low);
