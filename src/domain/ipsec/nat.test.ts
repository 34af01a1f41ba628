/**
 * Transport mode through NATs (RFC 7296 2.23, RFC 3948): each end's applications see true packets between the addresses that this
 * end knows, checksums of real TCP and UDP included; a mapping that changes is followed, and forged packets lead nobody.
 */
import { describe, expect, test } from 'vitest';
import type { Octets } from '../bytes/octets.ts';
import { address, printAddress } from '../net/address.ts';
import { layOut } from '../net/ip-layout.ts';
import { readUdp, writeUdp } from '../net/udp.ts';
import { aPacket, seen } from './testing/nat-packets.ts';
import {
  clientAddresses,
  hiddenAddress,
  type NatEnd,
  NatWorld,
  natAddress,
  publicAddress,
} from './testing/nat-world.ts';

const [inner] = clientAddresses;

describe.each([
  { title: 'a NAT before the client', isClusterHidden: false, cluster: publicAddress },
  { title: 'a NAT before each end', isClusterHidden: true, cluster: hiddenAddress },
])('$title', ({ isClusterHidden, cluster: own }) => {
  test.each(['TCP', 'UDP'] as const)(
    '%s arrives whole, its checksum true for the addresses seen there',
    async (kind) => {
      const world = new NatWorld({ isClusterHidden });

      world.client.send(aPacket(kind, inner, publicAddress, 'request'));
      await world.run();
      world.cluster.send(aPacket(kind, own, natAddress, 'reply'));
      await world.run();

      expect(world.cluster.delivered.map(seen)).toEqual([[natAddress, own, 'request', true]]);
      expect(world.client.delivered.map(seen)).toEqual([[publicAddress, inner, 'reply', true]]);
      expect([...world.client.drops, ...world.cluster.drops]).toEqual([]);
    },
  );

  test('a packet whose checksum was wrong before stays wrong', async () => {
    const world = new NatWorld({ isClusterHidden });
    const packet = aPacket('TCP', inner, publicAddress, 'request');
    packet[packet.length - 1] = 0;
    world.client.send(packet);
    await world.run();
    expect(world.cluster.delivered.map(seen)).toMatchObject([[natAddress, own, expect.anything(), false]]);
  });

  test('each end’s selectors name the two as this end sees them', async () => {
    const { client, cluster } = await established({ isClusterHidden });
    expect(hostsOf(client)).toEqual([inner, publicAddress]);
    expect(hostsOf(cluster)).toEqual([own, natAddress]);
  });

  test('a rekeyed SA carries as the first one did', async () => {
    const world = await established({ isClusterHidden });
    for (const end of [world.client, world.cluster]) {
      const [pair] = end.boundary.ipsecSas();
      if (pair) await end.boundary.ike.rekeyChild(pair.sa.inSpi, world.nowMs);
      await world.run(1000);
      await expectTrafficBothWays(world, own);
    }
  });
});

describe('transport mode asked of an end that has tunnels alone', () => {
  test.each(['before any rekey', 'after the client’s', 'after the cluster’s'])(
    'the tunnel speaks of the addresses before the NAT: %s',
    async (when) => {
      const world = new NatWorld({ tunnelTo: '10.0.0.0/24' });
      world.client.send(aPacket('TCP', inner, publicAddress, 'first'));
      await world.run();
      const rekeys = when.includes('client') ? world.client : when.includes('cluster') ? world.cluster : undefined;
      const [old] = rekeys?.boundary.ipsecSas() ?? [];
      if (old) await rekeys?.boundary.ike.rekeyChild(old.sa.inSpi, world.nowMs);
      await world.run(1000);

      expect(hostsOf(world.cluster)).toEqual([publicAddress, inner]);
      for (const { boundary } of [world.client, world.cluster]) {
        expect(boundary.ipsecSas().map(({ sa }) => [sa.mode, sa.replaces !== undefined])).toEqual([
          ['tunnel', rekeys !== undefined],
        ]);
      }
      world.client.send(aPacket('TCP', inner, publicAddress, 'request'));
      world.cluster.send(aPacket('TCP', publicAddress, inner, 'reply'));
      await world.run();
      expect(world.cluster.delivered.map(seen)).toEqual([
        [inner, publicAddress, 'first', true],
        [inner, publicAddress, 'request', true],
      ]);
      expect(world.client.delivered.map(seen)).toEqual([[publicAddress, inner, 'reply', true]]);
    },
  );

  test('where its policy does not hold those addresses it refuses, and both ends know why', async () => {
    const world = new NatWorld({ tunnelTo: natAddress });
    world.client.send(aPacket('TCP', inner, publicAddress, 'first'));
    await world.run();

    expect(failuresOf(world.client)).toMatchObject([{ by: 'remote', scope: 'child', refusal: { code: 'selectors' } }]);
    const [failure] = failuresOf(world.cluster);
    expect(failure).toMatchObject({ by: 'local', scope: 'child', notify: 38, refusal: { code: 'selectors' } });
    const offered = failure?.refusal.code === 'selectors' ? failure.refusal.offered.remote : [];
    expect(offered.map(({ start }) => printAddress(start))).toContain(inner);
  });
});

describe('a mapping that changes', () => {
  test('the next authentic message of IKE leads the cluster to the new port, and its ESP follows', async () => {
    const world = await established();
    const before = portSeen(world.cluster);

    world.nat.forget();
    const [pair] = world.client.boundary.ipsecSas();
    if (pair) await world.client.boundary.ike.rekeyChild(pair.sa.inSpi, world.nowMs);
    await world.run(1000);

    expect(portSeen(world.cluster)).not.toBe(before);
    expect(world.cluster.facts.some(({ type }) => type === 'childMoved')).toBe(true);
    await expectTrafficBothWays(world);
  });

  test('the next ESP leads the cluster too, and an older copy of it does not lead back', async () => {
    const world = await established();
    const before = portSeen(world.cluster);
    const old = world.client.transmitted.at(-1);

    world.nat.forget();
    world.client.send(aPacket('UDP', inner, publicAddress, 'from another port'));
    await world.run();

    const after = portSeen(world.cluster);
    expect(after).not.toBe(before);
    expect(world.cluster.facts.filter(({ type }) => type === 'childMoved')).toHaveLength(1);
    if (old) world.cluster.boundary.receiveIp(from(before ?? 0, old), world.nowMs);
    await world.run();
    expect(portSeen(world.cluster)).toBe(after);
    await expectTrafficBothWays(world);
  });

  test('a packet that somebody else sends from another port leads nobody', async () => {
    const world = await established();
    const before = portSeen(world.cluster);
    const ike = world.client.transmitted.find((packet) => portsOf(packet)?.destinationPort === 4500);
    if (ike) world.cluster.boundary.receiveIp(from(6666, ike), world.nowMs); // a copy of IKE_AUTH
    if (ike) world.cluster.boundary.receiveIp(from(6667, ike, damaged), world.nowMs);
    await world.run(1000);
    expect(portSeen(world.cluster)).toBe(before);
    await expectTrafficBothWays(world);
  });
});

test('the client behind the NAT keeps its mapping open while nothing else goes out; the cluster sends no such octets', async () => {
  const world = await established();
  const before = [world.client, world.cluster].map(({ transmitted }) => transmitted.length);
  await world.run(65_000);
  const later = [world.client, world.cluster].map(({ transmitted }, i) => transmitted.slice(before[i]));
  expect(later[0]?.filter(isKeepalive)).toHaveLength(3);
  expect(later[1]?.filter(isKeepalive)).toEqual([]);
});

async function established(wish: ConstructorParameters<typeof NatWorld>[0] = {}): Promise<NatWorld> {
  const world = new NatWorld(wish);
  world.client.send(aPacket('UDP', inner, publicAddress, 'first'));
  await world.run();
  expect(world.cluster.delivered).toHaveLength(1);
  return world;
}

async function expectTrafficBothWays(world: NatWorld, own = publicAddress): Promise<void> {
  const before = [world.client.delivered.length, world.cluster.delivered.length];
  world.client.send(aPacket('TCP', inner, publicAddress, 'request'));
  world.cluster.send(aPacket('TCP', own, natAddress, 'reply'));
  await world.run();
  expect(world.client.delivered.slice(before[0]).map(seen)).toEqual([[publicAddress, inner, 'reply', true]]);
  expect(world.cluster.delivered.slice(before[1]).map(seen)).toEqual([[natAddress, own, 'request', true]]);
}

function hostsOf({ boundary }: NatEnd): readonly (string | undefined)[] {
  const [pair] = boundary.ipsecSas();
  return [pair?.localSelectors, pair?.remoteSelectors].map(
    (selectors) => selectors?.[0] && printAddress(selectors[0].start),
  );
}

const failuresOf = ({ facts }: NatEnd) => facts.flatMap((fact) => (fact.type === 'failed' ? [fact.failure] : []));

const portSeen = ({ boundary }: NatEnd): number | undefined => boundary.ike.ikeSas()[0]?.remote.port;

function portsOf(packet: Octets) {
  const layout = layOut(packet);
  return layout.ok ? readUdp(packet, layout.value) : undefined;
}

const isKeepalive = (packet: Octets): boolean => {
  const payload = portsOf(packet)?.payload;
  return payload?.length === 1 && payload[0] === 0xff;
};

/** The same datagram from another port of the NAT's address. */
function from(sourcePort: number, packet: Octets, change = (payload: Octets) => payload): Octets {
  const udp = portsOf(packet);
  if (!udp) throw new Error('no datagram');
  return writeUdp({ ...udp, source: address(natAddress), sourcePort, payload: change(udp.payload) });
}

const damaged = (payload: Octets): Octets => payload.with(payload.length - 1, (payload.at(-1) ?? 0) ^ 1);
