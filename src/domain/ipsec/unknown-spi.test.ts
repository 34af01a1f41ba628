/** An end that has lost its SAs gets ESP for them (RFC 7296 1.5, 2.21.4). */
import { expect, test } from 'vitest';
import { utf8 } from '../bytes/octets.ts';
import { address } from '../net/address.ts';
import { tcpFlags, writeTcp } from '../net/tcp.ts';
import { hostAddress, lifAddress, twoBoundaries } from './testing/two-boundaries.ts';

const aRequest = (text: string) =>
  writeTcp({
    ...{ source: address(hostAddress), destination: address(lifAddress), sourcePort: 700, destinationPort: 2049 },
    ...{ sequence: 1, acknowledgement: 0, flags: tcpFlags.ack, window: 1000, payload: utf8(text) },
  });

test.each([
  ['plain', false],
  ['in UDP', true],
] as const)(
  '%s: it says so, the sender finds out that it is true, and its next packet negotiates anew',
  async (_, encapsulated) => {
    const world = await twoBoundaries({ both: { more: { forcesUdpEncapsulation: encapsulated } } });
    const { host, cluster } = world;
    host.send(aRequest('first'));
    await world.run();
    await cluster.boundary.ike.dropSilently(world.nowMs);
    await world.run(61_000);

    host.send(aRequest('into the void'));
    await world.run(60_000);
    expect(cluster.whyDropped()).toEqual(['unknownSpi']);
    expect(host.boundary.ipsecSas()).toEqual([]);

    host.send(aRequest('again'));
    await world.run();
    expect(cluster.delivered.map(({ packet }) => packet)).toEqual([aRequest('first'), aRequest('again')]);
  },
);
