/** A change of the SPD and the SAs that stand (RFC 4301 4.4.1, 5.2). */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChildTemplate, Connection } from '../ike/connection.ts';
import { makeSpd } from '../spd/lookup.ts';
import type { PlainPolicy, SpdPolicy } from '../spd/policy.ts';
import { aPolicy, aSelector } from '../spd/testing/builders.ts';
import { message, twoBoundaries } from './testing/two-boundaries.ts';
import {
  anEnd,
  aRequest,
  clusterPolicy,
  hostAddress,
  hostPolicy,
  lifAddress,
  twoEndsOfAPair,
} from './testing/two-paths.ts';

const plain = (name: string, action: PlainPolicy['action'], local = '0.0.0.0/0', remote = '0.0.0.0/0'): SpdPolicy => ({
  ...{ name, action },
  ...{ local: [aSelector(local)], remote: [aSelector(remote)] },
});

/** A request that came by the SA of `clusterPolicy`, when these were the cluster's policies. */
async function requestUnder(policies: readonly SpdPolicy[], otherwise: 'bypass' | 'discard' = 'bypass') {
  const [host, cluster] = [anEnd({ policies: [hostPolicy] }), anEnd({ policies: [clusterPolicy] })];
  const pair = await twoEndsOfAPair();
  host.path.install(pair.host, 0);
  cluster.path.install(pair.cluster, 0);
  host.path.sendIp(aRequest(), 0);

  cluster.path.setSpd(makeSpd(policies, otherwise), 1);
  for (const packet of await host.sent()) cluster.receive(packet, 2);

  return { delivered: (await cluster.got()).length, cluster };
}

describe('what an SA brings that the database now discards is dropped and counted', () => {
  test.each([
    ['its policy has become one that discards', [plain('nfs', 'discard')]],
    [
      'a narrower one that discards has come before it',
      [plain('no', 'discard', lifAddress, hostAddress), clusterPolicy],
    ],
  ])('%s', async (_, policies) => {
    const { delivered, cluster } = await requestUnder(policies);
    const [{ name } = { name: '' }] = policies;

    expect(delivered).toBe(0);
    expect(cluster.drops).toMatchObject([
      {
        ...{ why: 'discarded', direction: 'inbound', rfcSection: 'RFC 4301 4.4.1' },
        ...{ policy: name, inSpi: 0x101, flow: { localPort: 2049 } },
      },
    ]);
    expect(cluster.path.countersOf(name)).toMatchObject({ inPackets: 0, drops: { discarded: 1 } });
  });

  test('its policy is gone, and the default discards', async () => {
    const { delivered, cluster } = await requestUnder([], 'discard');

    expect(delivered).toBe(0);
    expect(cluster.drops).toMatchObject([{ why: 'discarded', inSpi: 0x101 }]);
  });
});

test.each([
  ['is gone', nothing],
  ['has other selectors', withChild({ localSelectors: [aSelector(`${lifAddress}[tcp/445]`)] })],
  ['has another protection', withChild({ espProposals: [] })],
])('an SA whose connection %s brings nothing more, though its peer has not heard so', async (_, change) => {
  const world = await twoBoundaries();
  const { host, cluster } = world;
  host.send(message(hostAddress, lifAddress));
  await world.run();
  world.passes = (packet) => packet[19] === 1; // nothing reaches the host, no Delete either

  await cluster.configure([], change(cluster.connection));
  host.send(message(hostAddress, lifAddress));
  await world.run();

  expect(cluster.delivered).toHaveLength(1);
  expect(cluster.whyDropped()).toEqual(['unknownSpi']);
});

function nothing(_: Connection): readonly Connection[] {
  return [];
}

function withChild(change: Partial<ChildTemplate>) {
  return (connection: Connection) => [
    { ...connection, children: connection.children.map((child) => ({ ...child, ...change })) },
  ];
}

describe('what an SA was negotiated for comes in still (RFC 4301 5.2 step 4)', () => {
  test.each([
    ['its policy is gone, and the default lets all pass', []],
    ['its policy lets it pass now', [plain('nfs', 'bypass')]],
    ['another connection is to protect it now', [aPolicy('other', lifAddress, hostAddress)]],
    ['a policy that discards is for other traffic', [plain('no', 'discard', `${lifAddress}[tcp/445]`), clusterPolicy]],
  ])('%s', async (_, policies) => {
    const { delivered, cluster } = await requestUnder(policies);

    expect([delivered, cluster.drops]).toEqual([1, []]);
  });
});

test('whatever the policies, an SA brings exactly what they do not discard', () => {
  const anAction = fc.constantFrom('bypass', 'discard', 'protect');
  const aSide = (host: string) => fc.constantFrom(host, `${host}[tcp]`, '0.0.0.0/0', `${host}[tcp/445]`, '192.0.2.1');
  const policies = fc.array(fc.tuple(anAction, aSide(lifAddress), aSide(hostAddress)), { maxLength: 4 });
  return fc.assert(
    fc.asyncProperty(policies, fc.constantFrom('bypass', 'discard'), async (drawn, otherwise) => {
      const list = drawn.map(([action, local, remote], i) =>
        action === 'protect' ? aPolicy(`p${i}`, local, remote) : plain(`p${i}`, action, local, remote),
      );

      const { delivered, cluster } = await requestUnder(list, otherwise);

      const { action } = makeSpd(list, otherwise).lookUp({
        ...{ local: aSelector(lifAddress).start, remote: aSelector(hostAddress).start },
        ...{ protocol: 6, localPort: 2049, remotePort: 700 },
      });
      expect(delivered).toBe(action === 'discard' ? 0 : 1);
      expect(cluster.whyDropped()).toEqual(action === 'discard' ? ['discarded'] : []);
    }),
    { seed: 1, numRuns: 200 },
  );
});
