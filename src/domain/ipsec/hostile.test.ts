import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Octets, utf8 } from '../bytes/octets.ts';
import { address } from '../net/address.ts';
import { writeUdp } from '../net/udp.ts';
import { hostAddress, lifAddress, twoBoundaries } from './testing/two-boundaries.ts';

/** What crossed the wire of an honest negotiation with traffic, plain and in UDP. */
async function honestPackets(): Promise<readonly Octets[]> {
  const packets: Octets[] = [];
  for (const forcesUdpEncapsulation of [false, true]) {
    const world = await twoBoundaries({ host: { connection: { more: { forcesUdpEncapsulation } } } });
    world.host.send(aRequest());
    await world.run();
    packets.push(...world.host.transmitted, ...world.cluster.transmitted);
  }
  return packets;
}

test('changed, cut and random packets never make the boundary throw, and none is delivered', async () => {
  const honest = await honestPackets();
  const { cluster, run } = await twoBoundaries().then((world) => ({ cluster: world.cluster, run: () => world.run() }));
  const changed = fc
    .record({
      packet: fc.constantFrom(...honest),
      places: fc.array(fc.nat(200), { maxLength: 4 }),
      octet: fc.nat(255),
      end: fc.nat(2000),
    })
    .map(({ packet, places, octet, end }) => {
      const copy = packet.slice(0, Math.max(1, end));
      for (const place of places) if (place < copy.length) copy[place] = octet;
      return copy;
    });
  const random = fc.uint8Array({ maxLength: 120 }).map((octets) => Uint8Array.from(octets));

  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(changed, random), { maxLength: 12 }), async (packets) => {
      for (const packet of packets) cluster.boundary.receiveIp(packet, 1_000_000);
      await cluster.boundary.settle();
    }),
    { seed: 1, numRuns: 250 },
  );
  await run();

  expect(cluster.delivered.filter(({ delivery }) => delivery.via === 'esp')).toEqual([]);
});

test('an SA under a hostile wire delivers every honest packet once and nothing else', async () => {
  const world = await twoBoundaries();
  const { host, cluster } = world;
  host.send(aRequest());
  await world.run();
  cluster.delivered.length = 0;
  host.transmitted.length = 0;
  world.passes = () => false;
  const requests = Array.from({ length: 40 }, (_, i) => aRequest(`request ${i}`));
  for (const request of requests) host.send(request);
  await world.run();

  for (const packet of host.transmitted) {
    for (const place of [20, 24, 27, 28, 36, packet.length - 1]) {
      cluster.boundary.receiveIp(packet.with(place, (packet[place] as number) ^ 0x11), world.nowMs);
    }
    cluster.boundary.receiveIp(packet, world.nowMs);
    cluster.boundary.receiveIp(packet, world.nowMs);
  }
  await cluster.boundary.settle();

  expect(cluster.delivered.map(({ packet }) => packet)).toEqual(requests);
});

function aRequest(text = 'a request'): Octets {
  const ends = { source: address(hostAddress), destination: address(lifAddress) };
  return writeUdp({ ...ends, sourcePort: 700, destinationPort: 2049, payload: utf8(text) });
}
