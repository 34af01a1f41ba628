import { expect, test } from 'vitest';
import { inOnePiece } from '../bytes/gathered.ts';
import { laidOut } from '../esp/testing/sa-pair.ts';
import { aConnection } from '../ike/testing/builders.ts';
import { aPolicy, aSelector } from '../spd/testing/builders.ts';
import {
  type BoundaryEnd,
  hostAddress,
  lifAddress,
  type TwoBoundaries,
  twoBoundaries,
} from './testing/two-boundaries.ts';
import { segment } from './testing/two-paths.ts';

const services = { nfs: 2049, log: 514 } as const;
const informational = 37;

test('nothing heard on one CHILD SA is no silence while the peer is heard on another of the same IKE SA', async () => {
  const world = await twoServices();
  for (let seconds = 0; seconds < 120; seconds++) {
    sendLog(world);
    world.host.send(segment(hostAddress, lifAddress, 700, services.nfs, 'ask', seconds));
    await world.run();
    world.cluster.send(segment(lifAddress, hostAddress, services.nfs, 700, 'answer', seconds));
    await world.run(1000);
  }
  expect(world.host.boundary.ipsecSas()).toHaveLength(2);
  expect(world.host.boundary.ike.ikeSas()).toHaveLength(1);
  expect(probesOf(world.host)).toBe(0);

  for (let seconds = 0; seconds < 120; seconds++) {
    sendLog(world);
    await world.run(1000);
  }
  expect(probesOf(world.host), 'once it is heard on none').toBeGreaterThan(1);
});

test('who answered need not ask whether the peer has the SA, though the first packet on it was not one for it', async () => {
  const world = await twoServices();
  const { host, cluster } = world;
  await host.boundary.ike.initiate('nfs', { child: 'nfs' }, world.nowMs);
  await world.run();
  const [pair] = host.boundary.ipsecSas();
  const stray = segment(hostAddress, lifAddress, 700, 445, 'not for this SA', 1);
  const sealed = pair?.outbound.seal(stray, laidOut(stray), world.nowMs);
  if (sealed?.ok) cluster.boundary.receiveIp(inOnePiece(await sealed.value), world.nowMs);
  host.send(segment(hostAddress, lifAddress, 700, services.nfs, 'for it', 1));
  await world.run(60_000);

  expect(cluster.whyDropped()).toEqual(['wrongSelectors']);
  expect(cluster.delivered).toHaveLength(1);
  expect(probesOf(cluster)).toBe(0);
});

/** Two CHILD SAs, one for each service. */
function twoServices(): Promise<TwoBoundaries> {
  const names = ['nfs', 'log'] as const;
  const end = (own: string, peer: string, serves: boolean) => {
    const sides = (name: (typeof names)[number]) => {
      const [service, any] = [`tcp/${services[name]}`, 'tcp'];
      return { local: `${own}[${serves ? service : any}]`, remote: `${peer}[${serves ? any : service}]` };
    };
    const children = aConnection({ local: own, remote: peer }).children.flatMap((child) =>
      names.map((name) => {
        const { local, remote } = sides(name);
        return { ...child, name, localSelectors: [aSelector(local)], remoteSelectors: [aSelector(remote)] };
      }),
    );
    const policies = names.map((name) => {
      const { local, remote } = sides(name);
      return { ...aPolicy(name, local, remote), connection: 'nfs', child: name };
    });
    return { connection: { more: { children } }, policies };
  };
  return twoBoundaries({ host: end(hostAddress, lifAddress, false), cluster: end(lifAddress, hostAddress, true) });
}

function sendLog({ host }: TwoBoundaries): void {
  host.send(segment(hostAddress, lifAddress, 700, services.log, 'one way', 1));
}

const probesOf = ({ transcript }: BoundaryEnd): number =>
  transcript.filter(({ direction, header }) => direction === 'out' && header?.exchange === informational).length;
