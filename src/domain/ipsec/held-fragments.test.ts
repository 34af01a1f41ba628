/** Fragments of our own that find no SA (RFC 4301 7): a tunnel carries them, transport mode does not. */
import { expect, test } from 'vitest';
import { type Octets, utf8 } from '../bytes/octets.ts';
import { address } from '../net/address.ts';
import { fitHeader, setU16 } from '../net/ip.ts';
import { cutUp } from '../net/testing/cut-up.ts';
import { writeUdp } from '../net/udp.ts';
import { hostAddress, lifAddress, twoBoundaries } from './testing/two-boundaries.ts';

test('the first one asks for an SA, and a tunnel carries all of the next datagram', async () => {
  const world = await twoBoundaries({ both: { child: { mode: { want: 'tunnel', strictness: 'require' } } } });
  const { host, cluster } = world;
  for (const piece of inPieces()) host.send(piece);
  await world.run();
  expect(cluster.delivered).toHaveLength(1);

  for (const piece of inPieces()) host.send(piece);
  await world.run();

  expect(cluster.delivered.slice(1).map(({ packet }) => packet)).toEqual(inPieces());
  expect(host.whyDropped()).toEqual(['fragment', 'fragment']);
});

test('transport mode drops the one that asked, too, and every one behind it', async () => {
  const world = await twoBoundaries();
  const { host, cluster } = world;
  for (const piece of [...inPieces(), ...inPieces()]) host.send(piece);
  await world.run();
  for (const piece of inPieces()) host.send(piece);
  await world.run();

  expect(host.boundary.ipsecSas()).toHaveLength(1);
  expect(host.whyDropped()).toEqual(Array(9).fill('fragment'));
  expect(cluster.delivered).toEqual([]);
});

/** A datagram in three, as an application's host may cut it. */
function inPieces(): readonly Octets[] {
  const ends = { source: address(hostAddress), destination: address(lifAddress) };
  const whole = writeUdp({ ...ends, sourcePort: 700, destinationPort: 2049, payload: utf8('x'.repeat(1400)) });
  setU16(whole, 6, 0);
  fitHeader(whole, whole.length);
  return cutUp(whole, 512);
}
