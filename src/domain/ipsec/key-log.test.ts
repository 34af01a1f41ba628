import { expect, test } from 'vitest';
import type { KeyLogEntry } from '../ike/keys/key-log.ts';
import { hostAddress, lifAddress, message, type TwoBoundaries, twoBoundaries } from './testing/two-boundaries.ts';

const isOf =
  (type: KeyLogEntry['type']) =>
  (entry: KeyLogEntry): boolean =>
    entry.type === type;

test.each(['host', 'cluster'] as const)(
  'a session begun while the log was off is never in it, whatever is rekeyed or made while it is on (%s)',
  async (name) => {
    const world = await twoBoundaries();
    await negotiate(world);
    const log = keep(world, name);
    await rekeyAll(world);
    await rekeyAll(world);

    expect(world[name].facts.filter(({ type }) => type === 'childInstalled')).toHaveLength(3);
    expect(log).toEqual([]);
  },
);

test.each(['host', 'cluster'] as const)(
  'a session begun while it was on is in it with its successors and with what they make (%s)',
  async (name) => {
    const world = await twoBoundaries();
    const log = keep(world, name);
    await negotiate(world);
    await rekeyAll(world);

    expect(log.filter(isOf('ike'))).toHaveLength(2);
    expect(log.filter(isOf('esp'))).toHaveLength(4);
    expect(new Set(log.filter(isOf('ike')).map(spisOf)).size).toBe(2);
  },
);

test('off, it takes no key of any session; on again it is another log, for those that begin from then on', async () => {
  const world = await twoBoundaries();
  const first = keep(world, 'host');
  await negotiate(world);
  const before = [...first];
  world.host.boundary.ike.setKeyLog(undefined);
  await rekeyAll(world);
  const second = keep(world, 'host');
  await rekeyAll(world);

  expect(first).toEqual(before);
  expect(second).toEqual([]);

  const [old] = world.host.boundary.ike.ikeSas();
  if (old) await world.host.boundary.ike.reauthenticate(old.initiatorSpi, world.nowMs); // a new session
  await world.run();
  expect(second.filter(isOf('ike'))).toHaveLength(1);
  expect(second.filter(isOf('esp'))).toHaveLength(2);
  expect(first).toEqual(before);
});

test('off while a session is being made, it has nothing of it', async () => {
  const world = await twoBoundaries();
  const [host, cluster] = [keep(world, 'host'), keep(world, 'cluster')];
  world.passes = () => {
    for (const end of [world.host, world.cluster]) end.boundary.ike.setKeyLog(undefined);
    return true;
  };
  await negotiate(world); // switched off with the first datagram, before any key is made

  expect(world.host.boundary.ipsecSas()).toHaveLength(1);
  expect([...host, ...cluster]).toEqual([]);
});

/** Turns the log of one end on. */
function keep(world: TwoBoundaries, name: 'host' | 'cluster'): KeyLogEntry[] {
  const log: KeyLogEntry[] = [];
  world[name].boundary.ike.setKeyLog((entry) => log.push(entry));
  return log;
}

async function negotiate(world: TwoBoundaries): Promise<void> {
  world.host.send(message(hostAddress, lifAddress));
  await world.run();
}

/** The IKE SA, then its CHILD SA. */
async function rekeyAll(world: TwoBoundaries): Promise<void> {
  const { ike } = world.host.boundary;
  for (const { initiatorSpi } of ike.ikeSas()) await ike.rekeyIke(initiatorSpi, world.nowMs);
  await world.run();
  for (const { sa } of world.host.boundary.ipsecSas()) await ike.rekeyChild(sa.inSpi, world.nowMs);
  await world.run();
}

const spisOf = ({ initiatorSpi, responderSpi }: KeyLogEntry): string => `${initiatorSpi} ${responderSpi}`;
