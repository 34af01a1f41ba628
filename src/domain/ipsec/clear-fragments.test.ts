/** Later fragments show no ports: what a policy with ports may be meant for does not leave in clear (RFC 4301 7.4). */
import { describe, expect, test } from 'vitest';
import { concat, type Octets, utf8 } from '../bytes/octets.ts';
import { address } from '../net/address.ts';
import { fitHeader, setU16, writeIp } from '../net/ip.ts';
import { cutUp } from '../net/testing/cut-up.ts';
import { writeUdp } from '../net/udp.ts';
import type { SpdPolicy } from '../spd/policy.ts';
import { aPolicy, aSelector } from '../spd/testing/builders.ts';
import { hostAddress, lifAddress, twoBoundaries } from './testing/two-boundaries.ts';

const protectNfs = aPolicy('nfs', hostAddress, `${lifAddress}[udp/2049]`);
const plain = (name: string, action: 'bypass' | 'discard', remote: string): SpdPolicy => ({
  ...{ name, action, local: [aSelector(hostAddress)], remote: [aSelector(remote)] },
});
const passAll = plain('all', 'bypass', lifAddress);

const ends = { source: address(hostAddress), destination: address(lifAddress) };
const mayBeCut = (whole: Octets): readonly Octets[] => {
  setU16(whole, 6, 0);
  fitHeader(whole, whole.length);
  return cutUp(whole, 512);
};
const text = utf8('x'.repeat(1400));

/** In pieces, as an application's host may cut it. */
const inPieces = (destinationPort: number): readonly Octets[] =>
  mayBeCut(writeUdp({ ...ends, sourcePort: 700, destinationPort, payload: text }));

async function fatesOf(pieces: readonly Octets[], policies: readonly SpdPolicy[]) {
  const { host } = await twoBoundaries({ host: { policies } });
  const fates = pieces.map((piece) => host.send(piece).fate);
  return { fates, why: host.whyDropped(), left: host.transmitted.length, drops: host.drops };
}

const fatesUnder = (policies: readonly SpdPolicy[], port: number) => fatesOf(inPieces(port), policies);

test('none leaves in clear that a policy with ports may be meant for, be the default to pass', async () => {
  const { fates, why, left } = await fatesUnder([protectNfs], 2049);

  expect(fates).toEqual(['held', 'dropped', 'dropped']);
  expect(why).toEqual(['fragment', 'fragment']);
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

test('nor what one that discards by its port may be meant for', async () => {
  const { fates, drops } = await fatesUnder([plain('no-smb', 'discard', `${lifAddress}[udp/445]`)], 445);
  expect(fates).toEqual(['dropped', 'dropped', 'dropped']);
  expect(drops.map(({ why, policy }) => [why, policy])).toEqual([
    ['discarded', 'no-smb'],
    ['fragment', 'no-smb'],
    ['fragment', 'no-smb'],
  ]);
});

describe('a policy with ports', () => {
  const anyProtocol = aPolicy('any-2049', hostAddress, `${lifAddress}[any/2049]`);

  test('is for no packet of a protocol that has none: its fragments pass, the first too', async () => {
    const gre = mayBeCut(writeIp({ ...ends, protocol: 47, payload: text }));
    expect((await fatesOf(gre, [anyProtocol])).fates).toEqual(['clear', 'clear', 'clear']);
    expect((await fatesUnder([anyProtocol], 2049)).left).toBe(0);
  });

  test('may be for a fragment of IPv6 whose protocol stands in the first one alone', async () => {
    const [source, destination] = [address('2001:db8::2'), address('2001:db8::1')];
    const udp = writeUdp({ source, destination, sourcePort: 700, destinationPort: 2049, payload: text }).subarray(40);
    const options = Uint8Array.of(17, 0, 1, 4, 0, 0, 0, 0);
    const pieces = cutUp(writeIp({ source, destination, protocol: 60, payload: concat(options, udp) }), 512);
    const nfs = aPolicy('nfs', '2001:db8::2', '2001:db8::1[udp/2049]');

    const { fates, why } = await fatesOf(pieces, [nfs]);
    expect(fates).toEqual(['held', 'dropped', 'dropped']);
    expect(why).toEqual(['fragment', 'fragment']);

    const passOptions: SpdPolicy = {
      ...{ name: 'options', action: 'bypass' },
      ...{ local: [aSelector('::/0[60]')], remote: [aSelector('::/0')] },
    };
    expect((await fatesOf(pieces, [passOptions, nfs])).fates.slice(1)).toEqual(['dropped', 'dropped']);

    const others = aPolicy('others', '2001:db8::2', '2001:db8::9[udp/2049]');
    expect((await fatesOf(pieces, [others])).fates).toEqual(['clear', 'clear', 'clear']);
  });
});
