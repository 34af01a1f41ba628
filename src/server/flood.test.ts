/**
 * A flood of first requests from addresses that never answer (RFC 7296 2.6): what it costs, and what goes on meanwhile. Here and
 * not below, since only Node tells how much memory is in use.
 */
import { expect, test } from 'vitest';
import { emptyOctets, type Octets } from '../domain/bytes/octets.ts';
import { seededProvider } from '../domain/crypto/seeded-provider.ts';
import { defaultSettings } from '../domain/ike/settings.ts';
import { aConnection, prefix } from '../domain/ike/testing/builders.ts';
import { hostAddress, lifAddress, message, TwoBoundaries } from '../domain/ipsec/testing/two-boundaries.ts';
import { address, printAddress } from '../domain/net/address.ts';
import { destinationOf, layOut } from '../domain/net/ip-layout.ts';
import { readUdp, type UdpDatagram, writeUdp } from '../domain/net/udp.ts';
import { aPolicy } from '../domain/spd/testing/builders.ts';
import { nodeProvider } from './node-provider.ts';
import { octetsInUse } from './testing/heap.ts';

const requestCount = 100_000;
const sourceCount = 10_000;
const rounds = 10;
const newcomerAddress = '10.3.3.3';

test('100,000 first requests of 10,000 sources: memory stays flat, and meanwhile an SA rekeys and carries its traffic, and a newcomer gets in', async () => {
  const { world, newcomer } = await aServer();
  const { host, cluster } = world;
  const template = await firstRequestOf(world);
  const inUse: number[] = [];
  const rekeyed = new Set<number>();
  let requests = 0;
  let halfOpenAtMost = 0;
  const flood = async (count: number) => {
    for (let i = 0; i < count; i++) cluster.boundary.receiveIp(floodRequest(template, requests++), world.nowMs);
    await newcomer.host.boundary.settle();
    await world.run(50);
    halfOpenAtMost = Math.max(halfOpenAtMost, cluster.boundary.ike.halfOpenCount);
  };

  for (let round = 1; round <= rounds; round++) {
    const [pair] = host.boundary.ipsecSas();
    if (pair) await host.boundary.ike.rekeyChild(pair.sa.inSpi, world.nowMs);
    if (round === 4) {
      for (const { initiatorSpi } of host.boundary.ike.ikeSas())
        await host.boundary.ike.rekeyIke(initiatorSpi, world.nowMs);
    }
    if (round === 6) newcomer.host.send(message(newcomerAddress, lifAddress));
    while (requests < (round * requestCount) / rounds) {
      host.send(message(hostAddress, lifAddress));
      cluster.send(message(lifAddress, hostAddress));
      await flood(500);
    }
    await world.run(2_000);
    for (const { sa } of host.boundary.ipsecSas()) rekeyed.add(sa.inSpi);
    for (const { transmitted, transcript } of [host, cluster, newcomer.host]) {
      transmitted.length = 0;
      transcript.length = 0;
    }
    inUse.push(await octetsInUse());
  }

  const [early, late] = [inUse.slice(0, rounds / 2), inUse.slice(rounds / 2)].map((some) => Math.min(...some));
  expect((late ?? Infinity) - (early ?? 0)).toBeLessThan(1_000_000); // 20 octets a request
  expect(halfOpenAtMost).toBeLessThanOrEqual(defaultSettings.cookieThreshold + 1);
  expect(cluster.boundary.ike.counters.cookiesAsked).toBeGreaterThan(0.95 * requestCount);
  expect(rekeyed.size).toBe(rounds);
  expect(host.facts.filter(({ type }) => type === 'ikeEstablished')).toHaveLength(2);
  expect([host.delivered.length, cluster.delivered.length]).toEqual([200, 202]); // and the first of each client
  expect([...host.whyDropped(), ...cluster.whyDropped(), ...newcomer.host.whyDropped()]).toEqual([]);
  expect(newcomer.host.boundary.ipsecSas()).toHaveLength(1);

  await world.run(60_000);
  expect(cluster.boundary.ike.halfOpenCount).toBe(0);
  expect(cluster.boundary.ike.sessions()).toHaveLength(2);
}, 240_000);

/** A cluster that serves everybody, a host that has its SA, and a newcomer that has none yet. */
async function aServer(): Promise<{ readonly world: TwoBoundaries; readonly newcomer: TwoBoundaries }> {
  const provider = seededProvider(nodeProvider, 'flood');
  const everybody = { peerId: '*', remoteSubnet: '0.0.0.0/0', more: { remote: [prefix('0.0.0.0/0')] } };
  const cluster = { connection: everybody, policies: [aPolicy('nfs', lifAddress, '0.0.0.0/0')] };
  const world = new TwoBoundaries({ provider, cluster });
  await Promise.all([world.host.configure(), world.cluster.configure()]);
  const newcomer = new TwoBoundaries({ provider: seededProvider(nodeProvider, 'newcomer') });
  await newcomer.host.configure(
    [aPolicy('nfs', newcomerAddress, lifAddress)],
    [aConnection({ local: newcomerAddress, remote: lifAddress })],
  );
  newcomer.passes = (packet) => {
    world.cluster.boundary.receiveIp(packet, world.nowMs);
    return false;
  };
  world.passes = (packet) => {
    const to = destinationText(packet);
    if (to === newcomerAddress) newcomer.host.boundary.receiveIp(packet, world.nowMs);
    return to === hostAddress || to === lifAddress;
  };
  return { world, newcomer };
}

/** The host has its SA afterwards. */
async function firstRequestOf(world: TwoBoundaries): Promise<UdpDatagram> {
  world.host.send(message(hostAddress, lifAddress));
  await world.run();
  const [first] = world.host.transmitted;
  const layout = layOut(first ?? emptyOctets);
  const datagram = layout.ok ? readUdp(first ?? emptyOctets, layout.value) : undefined;
  if (!datagram) throw new Error('the host has sent nothing');
  return datagram;
}

/** The same request, from another address and with another SPI. */
function floodRequest(template: UdpDatagram, i: number): Octets {
  const payload = template.payload.slice();
  payload.set([1 + (i & 0x7f), (i >>> 7) & 0xff, (i >>> 15) & 0xff, 1], 0);
  const source = i % sourceCount;
  return writeUdp({ ...template, source: address(`10.9.${source >>> 8}.${source & 0xff}`), payload });
}

function destinationText(packet: Octets): string {
  const layout = layOut(packet);
  return layout.ok ? printAddress(destinationOf(packet, layout.value.family)) : '';
}
