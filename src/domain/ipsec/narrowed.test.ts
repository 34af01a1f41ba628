import { describe, expect, test } from 'vitest';
import type { SelectorPair } from '../ike/refusal.ts';
import { printSelector } from '../spd/selector.ts';
import { aPolicy, aSelector } from '../spd/testing/builders.ts';
import { hostAddress, lifAddress, type TwoBoundaries, twoBoundaries } from './testing/two-boundaries.ts';
import { segment } from './testing/two-paths.ts';

const narrow = { localSelectors: [aSelector(`${lifAddress}[tcp/2049]`)] };

describe('the peer makes an SA that leaves out the packet that asked for it', () => {
  test.each([
    ['IKE_AUTH', 35],
    ['CREATE_CHILD_SA', 36],
  ])('in %s: one negotiation, and the reason names both', async (name, exchange) => {
    const world = await twoBoundaries({ cluster: { connection: { child: narrow } } });
    if (name === 'CREATE_CHILD_SA') await world.host.boundary.ike.initiateIke('nfs', {}, world.nowMs);
    await world.run();
    expect(world.host.boundary.ipsecSas()).toEqual([]);

    sendTo(world, 445);
    await boundedRun(world);

    expect(world.host.boundary.ipsecSas()).toHaveLength(1);
    expect(world.host.whyDropped()).toEqual(['noSa']);
    const [failure] = failuresOf(world);
    expect(failure).toMatchObject({ by: 'remote', scope: 'child', decidedAt: { exchange, message: 'response' } });
    const { refusal } = failure ?? {};
    expect(refusal?.code === 'selectors' && [refusal.offered, refusal.allowed].map(printed)).toEqual([
      [`${hostAddress}/32[tcp/700]`, `${lifAddress}/32[tcp/445]`],
      [`${hostAddress}/32`, `${lifAddress}/32[tcp/2049]`],
    ]);
  });

  test('what it carries goes out, although it waited behind that packet', async () => {
    const world = await twoBoundaries({ cluster: { connection: { child: narrow } } });
    for (const port of [445, 2049, 139]) sendTo(world, port);
    await boundedRun(world);

    expect(world.cluster.delivered).toHaveLength(1);
    expect(world.host.whyDropped()).toEqual(['noSa', 'noSa']);
    expect(world.host.facts.filter(({ type }) => type === 'childInstalled')).toHaveLength(1);
  });

  test.each([
    ['as many CHILD SAs as one likes', 100],
    ['one CHILD SA for each IKE SA', 1],
  ])('an application that insists costs a negotiation every few seconds, and no SAs pile up: %s', async (_, most) => {
    const settings = { ike: { childrenPerIkeSa: most } };
    const world = await twoBoundaries({ cluster: { connection: { child: narrow }, settings } });
    for (let seconds = 0; seconds < 60; seconds++) {
      sendTo(world, 445);
      sendTo(world, 2049);
      await boundedRun(world, 1000);
    }

    expect(world.host.facts.filter(({ type }) => type === 'childInstalled').length).toBeLessThanOrEqual(12);
    for (const { boundary } of [world.host, world.cluster]) {
      expect(boundary.ipsecSas()).toHaveLength(1);
      expect(boundary.ike.ikeSas().length).toBeLessThanOrEqual(2);
    }
    expect(world.cluster.delivered).toHaveLength(60);
  });
});

test('a peer that narrows to something else each time: one SA that nothing passes on is kept, and each that something does', async () => {
  const mode = { want: 'tunnel', strictness: 'require' } as const;
  const [local, remote] = ['10.2.2.0/24', '10.1.1.0/24'] as const;
  const onePair = {
    mode,
    fromPacket: ['local', 'remote'],
    localSelectors: [aSelector(`${remote}[tcp/2049]`)],
  } as const;
  const world = await twoBoundaries({
    host: {
      connection: { localSubnet: local, remoteSubnet: remote, child: { mode } },
      policies: [aPolicy('nfs', local, remote)],
    },
    cluster: {
      connection: { localSubnet: remote, remoteSubnet: local, child: onePair },
      policies: [aPolicy('nfs', remote, local)],
    },
  });
  for (let i = 1; i <= 20; i++) {
    world.host.send(segment(hostAddress, `10.1.1.${i}`, 700, 445, 'x', 1));
    await boundedRun(world, 6_000);
    if (i % 10 === 0) world.host.send(segment(hostAddress, `10.1.1.${i}`, 700, 2049, 'x', 1));
    await boundedRun(world);
  }

  expect(world.cluster.delivered).toHaveLength(2);
  for (const { boundary } of [world.host, world.cluster]) {
    expect(boundary.ipsecSas()).toHaveLength(3);
  }
  expect(failuresOf(world)).toHaveLength(20);
  for (const { refusal } of failuresOf(world))
    expect(refusal).toMatchObject({ code: 'selectors', isWithoutPacket: true });
});

test('SAs for one pair each: every pair that waits gets its own, one after another', async () => {
  const mode = { want: 'tunnel', strictness: 'require' } as const;
  const [local, remote] = ['10.2.2.0/24', '10.1.1.0/24'] as const;
  const subnets = { localSubnet: local, remoteSubnet: remote };
  const world = await twoBoundaries({
    host: {
      connection: { ...subnets, child: { fromPacket: ['local', 'remote'], mode } },
      policies: [aPolicy('nfs', local, remote)],
    },
    cluster: {
      connection: { localSubnet: remote, remoteSubnet: local, child: { mode } },
      policies: [aPolicy('nfs', remote, local)],
    },
  });
  for (let i = 1; i <= 5; i++) world.host.send(segment(hostAddress, `10.1.1.${i}`, 700, 2049, 'x', 1));
  await boundedRun(world);

  expect(world.host.boundary.ipsecSas()).toHaveLength(5);
  expect(world.cluster.delivered).toHaveLength(5);
  expect(world.host.drops).toEqual([]);
});

function sendTo({ host }: TwoBoundaries, port: number): void {
  host.send(segment(hostAddress, lifAddress, 700, port, 'x', 1));
}

/** A storm is to fail the test, not to hang it. */
async function boundedRun(world: TwoBoundaries, withinMs = 0): Promise<void> {
  let left = 200;
  world.passes = () => --left > 0;
  await world.run(withinMs);
  expect(left).toBeGreaterThan(0);
}

const failuresOf = ({ host }: TwoBoundaries) =>
  host.facts.flatMap((fact) => (fact.type === 'failed' ? [fact.failure] : []));

const printed = ({ local = [], remote = [] }: Partial<SelectorPair> = {}): readonly string[] =>
  [...local, ...remote].map(printSelector);
