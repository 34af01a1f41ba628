/** Later fragments show no ports: what a policy with ports may be meant for does not leave in clear (RFC 4301 7.4). */
import { expect, test } from 'vitest';
import { type Octets, utf8 } from '../bytes/octets.ts';
import { address } from '../net/address.ts';
import { fitHeader, setU16 } from '../net/ip.ts';
import { cutUp } from '../net/testing/cut-up.ts';
import { writeUdp } from '../net/udp.ts';
import type { SpdPolicy } from '../spd/policy.ts';
import { aPolicy, aSelector } from '../spd/testing/builders.ts';
import { hostAddress, lifAddress, twoBoundaries } from './testing/two-boundaries.ts';

const protectNfs = aPolicy('nfs', hostAddress, `${lifAddress}[udp/2049]`);
const passAll: SpdPolicy = {
  ...{ name: 'all', action: 'bypass', local: [aSelector(hostAddress)], remote: [aSelector(lifAddress)] },
};

/** In pieces, as an application's host may cut it. */
function inPieces(destinationPort: number): readonly Octets[] {
  const [source, destination] = [address(hostAddress), address(lifAddress)];
  const whole = writeUdp({ source, destination, sourcePort: 700, destinationPort, payload: utf8('x'.repeat(1400)) });
  setU16(whole, 6, 0); // it may be cut
  fitHeader(whole, whole.length);
  return cutUp(whole, 512);
}

async function fatesUnder(policies: readonly SpdPolicy[], port: number) {
  const { host } = await twoBoundaries({ host: { policies } });
  const fates = inPieces(port).map((piece) => host.send(piece).fate);
  return { fates, why: host.whyDropped(), left: host.transmitted.length };
}

test('none leaves in clear that a policy with ports may be meant for, be the default to pass', async () => {
  const { fates, why, left } = await fatesUnder([protectNfs], 2049);

  expect(fates.slice(1)).toEqual(['dropped', 'dropped']);
  expect(why.slice(1)).toEqual(['fragment', 'fragment']);
  expect(left).toBe(0);
});

test('nor past a policy that lets all pass and comes later', async () => {
  expect((await fatesUnder([protectNfs, passAll], 2049)).left).toBe(0);
});

test('where what lets it pass comes first, it passes, and so does what no policy is for', async () => {
  expect((await fatesUnder([passAll, protectNfs], 2049)).fates).toEqual(['clear', 'clear', 'clear']);
  expect((await fatesUnder([aPolicy('other', hostAddress, '203.0.113.9')], 2049)).fates).toEqual([
    'clear',
    'clear',
    'clear',
  ]);
});
