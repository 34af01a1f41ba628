/** Which SA of our own asking is one too many (RFC 7296 2.9). */
import { expect, test } from 'vitest';
import { webProvider } from '../crypto/web-provider.ts';
import type { ChildSa } from '../ike/child/child-sa.ts';
import { meansOf } from '../ike/means.ts';
import { clusterAddress, identity } from '../ike/testing/builders.ts';
import { makePair } from '../ike/testing/pair.ts';
import { address } from '../net/address.ts';
import { aSelector } from '../spd/testing/builders.ts';
import { isSuperfluous, pairOf } from './child-pair.ts';

const { host } = await makePair().establish();
const behindNat = { encapsulation: { localPort: 4500, remotePort: 4500 }, hiddenPeer: identity('a.test') };
const aPair = (sa: Partial<ChildSa> = {}) => pairOf({ ...host.child, ...sa }, meansOf(webProvider), 0);
const forPort = (port: number) => ({ remoteSelectors: [aSelector(`${clusterAddress}[tcp/${port}]`)] });

test('one that carries no more than another with the same peer', () => {
  expect(isSuperfluous(aPair(forPort(2049)), [aPair()])).toBe(true);
});

test('one for something else, if nothing passes on that one either', () => {
  const [used, unused] = [aPair(forPort(445)), aPair(forPort(445))];
  used.outbound.counters.packets = 1;

  expect(isSuperfluous(aPair(forPort(2049)), [unused])).toBe(true);
  expect(isSuperfluous(aPair(forPort(2049)), [used])).toBe(false);
});

test.each<[string, Partial<ChildSa>]>([
  ['another peer behind the same NAT, met at another port', { encapsulation: { localPort: 4500, remotePort: 1027 } }],
  ['another peer behind the same NAT, by its name', { hiddenPeer: identity('b.test') }],
  ['the other address of this end', { local: address('192.0.2.77') }],
  ['another child', { child: 'smb' }],
])('not for the sake of one with %s', (_, other) => {
  expect(isSuperfluous(aPair(behindNat), [aPair(behindNat)])).toBe(true);
  expect(isSuperfluous(aPair(behindNat), [aPair({ ...behindNat, ...other })])).toBe(false);
});
