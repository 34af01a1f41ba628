import { expect, test } from 'vitest';
import { address } from '../net/address.ts';
import type { ProtectPolicy } from '../spd/policy.ts';
import { aPolicy, aSelector } from '../spd/testing/builders.ts';
import {
  type BoundariesWish,
  hostAddress,
  lifAddress,
  type TwoBoundaries,
  twoBoundaries,
} from './testing/two-boundaries.ts';
import { segment } from './testing/two-paths.ts';

/** Longer than any of these negotiations, and shorter than a packet may wait. */
const aWhileMs = 5000;

test.each([
  ['the keys differ', { connection: { psk: 'another key altogether' } }],
  ['the ciphers of ESP do', { connection: { esp: ['aes128gcm16-noesn'] } }],
])('what joined a negotiation with a gateway is dropped with it: %s', async (_, cluster) => {
  const world = await behindGateway({ cluster });
  for (const last of [1, 2, 3]) sendTo(world, `10.9.1.${last}`);
  await world.run(aWhileMs);

  expect(world.host.whyDropped()).toEqual(['noSa', 'noSa', 'noSa']);
  expect(world.host.boundary.waiting()).toEqual([]);
  expect(failuresOf(world)).toHaveLength(1);
});

test('an end that answers where one that begins is silent gives up what joined its negotiation, too', async () => {
  const world = await behindGateway();
  await world.host.boundary.ike.initiateIke('nfs', {}, world.nowMs);
  await world.run();
  world.passes = () => false;
  for (const last of [1, 2]) world.cluster.send(segment(`10.9.1.${last}`, '10.8.1.1', 2049, 700, 'x', 1));
  await world.run(100_000);

  expect(world.cluster.whyDropped()).toEqual(['noSa', 'noSa']);
});

test('of pairs that each want an SA of their own, one that is refused takes none of the others with it', async () => {
  const child = { localSelectors: [aSelector('10.9.1.0/24')] };
  const world = await behindGateway({
    host: { child: { fromPacket: ['local', 'remote'] } },
    cluster: { connection: { child } },
  });
  for (const to of ['10.9.2.1', '10.9.1.1', '10.9.2.2', '10.9.1.2']) sendTo(world, to);
  await world.run(aWhileMs);

  expect(world.host.drops.map(({ flow }) => flow?.remote)).toEqual([address('10.9.2.1'), address('10.9.2.2')]);
  expect(world.cluster.delivered).toHaveLength(2);
});

test('another child of the same connection is negotiated still', async () => {
  const world = await twoChildren();
  sendTo(world, '10.9.1.1');
  sendTo(world, '10.9.2.1');
  await world.run(aWhileMs);

  expect(world.host.drops.map(({ flow }) => flow?.remote)).toEqual([address('10.9.1.1')]);
  expect(world.cluster.delivered).toHaveLength(1);
});

test('who waits for another peer of the same connection waits on', async () => {
  const prefixes = [{ address: address('10.1.0.0'), length: 16 }];
  const world = await twoBoundaries({
    host: {
      connection: { psk: 'another key altogether', remoteSubnet: '10.1.0.0/16', more: { remote: prefixes } },
      policies: [aPolicy('nfs', hostAddress, '10.1.0.0/16')],
    },
  });
  const { remoteAddress: _, ...anyPeer } = world.host.connection;
  await world.host.configure(world.host.policies, [anyPeer]);
  world.passes = (packet) => packet[19] !== 9;
  world.host.send(segment(hostAddress, '10.1.1.9', 700, 2049, 'x', 1));
  await world.host.boundary.ike.initiateIke(
    'nfs',
    { local: address(hostAddress), remote: address(lifAddress) },
    world.nowMs,
  );
  await world.run(aWhileMs);

  expect(failuresOf(world)).toMatchObject([{ scope: 'ike', remote: address(lifAddress) }]);
  expect(world.host.boundary.waiting()).toMatchObject([{ trigger: { remote: address('10.1.1.9') } }]);
});

test('what had joined a packet that cannot even be offered has its SA none the later', async () => {
  const world = await twoBoundaries({
    host: { policies: [aPolicy('nfs', '10.2.2.0/24', lifAddress)] },
    cluster: { policies: [aPolicy('nfs', lifAddress, '10.2.2.0/24')] },
  });
  for (const from of ['10.2.2.3', hostAddress]) world.host.send(segment(from, lifAddress, 700, 2049, 'x', 1));
  await world.run(aWhileMs);

  expect(world.host.drops.map(({ flow }) => flow?.local)).toEqual([address('10.2.2.3')]);
  expect(world.cluster.delivered).toHaveLength(1);
});

interface GatewayWish {
  readonly host?: BoundariesWish['both'];
  readonly cluster?: BoundariesWish['cluster'];
}

/** The LIF is a gateway before 10.9.0.0/16, the host one before 10.8.0.0/16. */
function behindGateway({ host = {}, cluster = {} }: GatewayWish = {}): Promise<TwoBoundaries> {
  const mode = { want: 'tunnel', strictness: 'require' } as const;
  const [here, there] = ['10.8.0.0/16', '10.9.0.0/16'] as const;
  return twoBoundaries({
    host: {
      connection: { localSubnet: here, remoteSubnet: there, ...host, child: { mode, ...host.child } },
      policies: [aPolicy('nfs', here, there)],
    },
    cluster: {
      connection: {
        localSubnet: there,
        remoteSubnet: here,
        ...cluster.connection,
        child: { mode, ...cluster.connection?.child },
      },
      policies: [aPolicy('nfs', there, here)],
    },
  });
}

/** 10.9.1.0/24 is refused, 10.9.2.0/24 is not. */
async function twoChildren(): Promise<TwoBoundaries> {
  const world = await behindGateway({
    cluster: { connection: { remoteSubnet: '10.8.0.0/16', localSubnet: '10.9.2.0/24' } },
  });
  const [template] = world.host.connection.children;
  if (!template) throw new Error('no child');
  const ofChild = (child: string, remote: string): ProtectPolicy => ({
    ...{ name: child, action: 'protect', connection: 'nfs', child },
    ...{ local: [aSelector('10.8.0.0/16')], remote: [aSelector(remote)] },
  });
  const children = [
    { ...template, name: 'one', remoteSelectors: [aSelector('10.9.1.0/24')] },
    { ...template, name: 'two', remoteSelectors: [aSelector('10.9.2.0/24')] },
  ];
  await world.host.configure(
    [ofChild('one', '10.9.1.0/24'), ofChild('two', '10.9.2.0/24')],
    [{ ...world.host.connection, children }],
  );
  return world;
}

function sendTo({ host }: TwoBoundaries, to: string): void {
  host.send(segment('10.8.1.1', to, 700, 2049, 'x', 1));
}

const failuresOf = ({ host }: TwoBoundaries) =>
  host.facts.flatMap((fact) => (fact.type === 'failed' ? [fact.failure] : []));
