/** SAs that take their selectors from the packet that asks for them (RFC 4301 4.4.1.2, 4.4.2.2), from packet to packet. */
import { describe, expect, test } from 'vitest';
import { printSelector } from '../spd/selector.ts';
import { aSelector } from '../spd/testing/builders.ts';
import {
  type BoundaryEnd,
  hostAddress,
  lifAddress,
  type TwoBoundaries,
  twoBoundaries,
} from './testing/two-boundaries.ts';
import { segment } from './testing/two-paths.ts';

const perService = { fromPacket: ['protocol', 'remotePort'] } as const;
const perClient = { fromPacket: ['protocol', 'localPort'] } as const;

test.each([
  ['who begins does so', { host: { connection: { child: perService } } }],
  ['who answers does so', { cluster: { connection: { child: perClient } } }],
])('each service has an SA of its own, and its packets go in that: %s', async (_, wish) => {
  const world = await twoBoundaries(wish);
  for (const port of [2049, 445, 2049, 445]) sendTo(world, port);
  await world.run(100);

  expect(world.host.drops).toEqual([]);
  expect(selectorsOf(world.host)).toEqual([`${lifAddress}/32[tcp/2049]`, `${lifAddress}/32[tcp/445]`]);
  expect(selectorsOf(world.cluster).map((each) => each.replace(/^.*\[/, '['))).toEqual(['[tcp]', '[tcp]']);
  expect(world.cluster.boundary.ipsecSas().map(({ inbound }) => inbound.counters.packets)).toEqual([2, 2]);
  expect(world.cluster.delivered).toHaveLength(4);
});

describe('a service that the peer does not protect', () => {
  const nfsAlone = { localSelectors: [aSelector(`${lifAddress}[tcp/2049]`)] };

  test('is refused by itself: the others of the same two addresses have their SAs', async () => {
    const world = await twoBoundaries({
      host: { connection: { child: perService } },
      cluster: { connection: { child: nfsAlone } },
    });
    for (const port of [445, 2049, 445, 2049]) sendTo(world, port);
    await world.run(100);

    expect(world.host.whyDropped()).toEqual(['noSa', 'noSa']);
    expect(world.host.drops.map(({ flow }) => flow?.remotePort)).toEqual([445, 445]);
    expect(world.cluster.delivered).toHaveLength(2);
  });
});

test('a rekey keeps what the packet gave, whoever begins it', async () => {
  for (const begins of ['host', 'cluster'] as const) {
    const world = await twoBoundaries({ host: { connection: { child: perService } } });
    sendTo(world, 2049);
    await world.run(100);
    const [before] = world[begins].boundary.ipsecSas();

    await world[begins].boundary.ike.rekeyChild(before?.sa.inSpi ?? expect.unreachable('an SA stands'), world.nowMs);
    await world.run(100);

    expect(world[begins].boundary.ipsecSas()[0]?.sa.inSpi).not.toBe(before?.sa.inSpi);
    expect(selectorsOf(world.host)).toEqual([`${lifAddress}/32[tcp/2049]`]);
  }
});

function sendTo({ host }: TwoBoundaries, port: number): void {
  host.send(segment(hostAddress, lifAddress, 700, port, 'x', 1));
}

const selectorsOf = ({ boundary }: BoundaryEnd): readonly string[] =>
  boundary.ipsecSas().map(({ remoteSelectors }) => remoteSelectors.map(printSelector).join(' '));
