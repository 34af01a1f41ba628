/**
 * Transport mode through NATs (RFC 7296 2.23, RFC 3948): each end's applications see true packets between the addresses that this
 * end knows, checksums of real TCP and UDP included; a mapping that changes is followed, and forged packets lead nobody.
 */
import { describe, expect, test } from 'vitest';
import { type Octets, textOf, utf8 } from '../bytes/octets.ts';
import { address, printAddress } from '../net/address.ts';
import { checksumOf, pseudoHeaderSum, sumOf } from '../net/checksum.ts';
import { destinationOf, layOut, sourceOf } from '../net/ip-layout.ts';
import { protocols } from '../net/protocol.ts';
import { tcpFlags, writeTcp } from '../net/tcp.ts';
import { readUdp, writeUdp } from '../net/udp.ts';
import {
  clientAddresses,
  hiddenAddress,
  type NatEnd,
  NatWorld,
  natAddress,
  publicAddress,
} from './testing/nat-world.ts';

const [inner, secondInner] = clientAddresses;

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

describe('two clients behind one NAT', () => {
  test('the second is told that the first has the traffic, and the first goes on', async () => {
    const world = await established();

    world.clients[1].send(aPacket('UDP', secondInner, publicAddress, 'second'));
    await world.run();

    expect(failuresOf(world.cluster)).toMatchObject([{ notify: 38, refusal: { code: 'sharedAddress' } }]);
    expect(failuresOf(world.clients[1])).toMatchObject([{ by: 'remote', scope: 'child', notify: 38 }]);
    expect(world.clients[1].boundary.ipsecSas()).toEqual([]);
    await expectTrafficBothWays(world);
  });

  test('with ports of their own both have their SAs, and each gets what is its own', async () => {
    const world = new NatWorld({ ports: [51_034, 51_035] });
    world.clients[0].send(aPacket('UDP', inner, publicAddress, 'one', 51_034));
    world.clients[1].send(aPacket('UDP', secondInner, publicAddress, 'two', 51_035));
    await world.run();
    world.cluster.send(aPacket('UDP', publicAddress, natAddress, 'for two', 51_035));
    world.cluster.send(aPacket('UDP', publicAddress, natAddress, 'for one', 51_034));
    await world.run();
    expect(world.cluster.delivered.map((packet) => seen(packet)[2]).sort()).toEqual(['one', 'two']);
    expect(world.clients[0].delivered.map(seen)).toEqual([[publicAddress, inner, 'for one', true]]);
    expect(world.clients[1].delivered.map(seen)).toEqual([[publicAddress, secondInner, 'for two', true]]);
  });

  test('a client that lost everything comes back under its own identity, and is let in', async () => {
    const world = await established();
    await world.client.boundary.ike.dropSilently(world.nowMs);
    world.nat.forget();
    world.client.send(aPacket('UDP', inner, publicAddress, 'again'));
    await world.run();
    expect(failuresOf(world.cluster)).toEqual([]);
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

function aPacket(kind: 'TCP' | 'UDP', source: string, destination: string, text: string, port = 51_034): Octets {
  const isRequest = destination === publicAddress;
  const ports = isRequest ? { sourcePort: port, destinationPort: 2049 } : { sourcePort: 2049, destinationPort: port };
  const fields = { source: address(source), destination: address(destination), ...ports, payload: utf8(text) };
  if (kind === 'UDP') return writeUdp(fields);
  return writeTcp({ ...fields, sequence: 1, acknowledgement: 0, flags: tcpFlags.ack, window: 1000 });
}

/** From whom to whom, what it says, and whether its checksum is that of these very addresses. */
function seen(packet: Octets): readonly [string, string, string, boolean] {
  const layout = layOut(packet);
  if (!layout.ok) throw new Error('no packet');
  const { family, protocol, upperAt, length } = layout.value;
  const [source, destination] = [sourceOf(packet, family), destinationOf(packet, family)];
  const upper = packet.subarray(upperAt, length);
  const isTrue = checksumOf(pseudoHeaderSum(source, destination, protocol, upper.length) + sumOf(upper)) === 0;
  const text = textOf(upper.subarray(protocol === protocols.udp ? 8 : 20));
  return [printAddress(source), printAddress(destination), text, isTrue];
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
