/** "Populate from packet" (RFC 4301 4.4.1.2, 4.4.2.2). */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { address } from '../net/address.ts';
import { protocols } from '../net/protocol.ts';
import type { Flow } from './flow.ts';
import { type FromPacket, packetIn, populate } from './from-packet.ts';
import { areWithin } from './narrow.ts';
import { carries, printSelector } from './selector.ts';
import { aFlow, anySelector, aSelector } from './testing/builders.ts';

const some = (text: string) => text.split(' ').map(aSelector);
const everything: FromPacket = ['local', 'remote', 'protocol', 'localPort', 'remotePort'];
const policy = { local: some('10.1.0.0/16'), remote: some('10.2.0.0/16') };
const packet = aFlow('10.1.1.1', '10.2.2.2', 2049, 700);

function populated(sides: typeof policy, of: Partial<Flow>, from: FromPacket): readonly string[] | undefined {
  const cut = populate(sides, of, from);
  return cut && [cut.local, cut.remote].map((side) => side.map(printSelector).join(' '));
}

test.each<[FromPacket, string, string]>([
  [[], '10.1.0.0/16', '10.2.0.0/16'],
  [['local', 'remote'], '10.1.1.1/32', '10.2.2.2/32'],
  [['remote'], '10.1.0.0/16', '10.2.2.2/32'],
  [['protocol'], '10.1.0.0/16[tcp]', '10.2.0.0/16[tcp]'],
  [['localPort'], '10.1.0.0/16[any/2049]', '10.2.0.0/16'],
  [['protocol', 'remotePort'], '10.1.0.0/16[tcp]', '10.2.0.0/16[tcp/700]'],
  [everything, '10.1.1.1/32[tcp/2049]', '10.2.2.2/32[tcp/700]'],
])('each selector is asked for by itself: %j', (from, local, remote) => {
  expect(populated(policy, packet, from)).toEqual([local, remote]);
});

test('of several selectors those stay that have the value', () => {
  const services = { ...policy, local: some('10.1.0.0/16[tcp/2049] 10.1.0.0/16[tcp/445] 10.1.1.0/24[udp]') };
  expect(populated(services, packet, ['protocol'])).toEqual([
    '10.1.0.0/16[tcp/2049] 10.1.0.0/16[tcp/445]',
    '10.2.0.0/16[tcp]',
  ]);
  expect(populated(services, packet, ['local', 'localPort'])?.[0]).toBe('10.1.1.1/32[tcp/2049] 10.1.1.1/32[udp/2049]');
});

describe('what the packet does not show', () => {
  test.each<[string, Partial<Flow>, FromPacket]>([
    ['an address', { protocol: 6 }, ['remote']],
    ['a protocol', { local: packet.local }, ['protocol']],
    ['a port', { ...packet, localPort: undefined }, ['localPort']],
    ['an address that no selector has', { ...packet, remote: address('10.3.3.3') }, ['remote']],
  ])('%s: nothing, where the selectors allow several', (_, of, from) => {
    expect(populated(policy, of, from)).toBeUndefined();
  });

  test('and of which the selectors have but one value stays', () => {
    const one = { local: some('10.1.1.1[tcp/2049]'), remote: some('10.2.2.2[tcp] 10.2.2.2[udp]') };
    expect(populated(one, {}, ['local', 'remote', 'localPort'])).toEqual([
      '10.1.1.1/32[tcp/2049]',
      '10.2.2.2/32[tcp] 10.2.2.2/32[udp]',
    ]);
    expect(populated(one, {}, ['protocol'])).toBeUndefined();
  });

  test('is no port, where its protocol has none', () => {
    const gre: Flow = { ...packet, protocol: 47, localPort: undefined, remotePort: undefined };
    expect(populated(policy, gre, everything)).toEqual(['10.1.1.1/32[gre]', '10.2.2.2/32[gre]']);
  });

  test('type and code of ICMP stand where ports do', () => {
    const echo: Flow = { ...packet, protocol: protocols.icmp, localPort: 0x0800, remotePort: 0x0800 };
    expect(populated(policy, echo, everything)).toEqual(['10.1.1.1/32[icmp/2048]', '10.2.2.2/32[icmp/2048]']);
  });
});

test.each([
  ['10.1.1.1[tcp/2049] 10.1.0.0/16', '10.2.2.2[tcp/700] 10.2.0.0/16', packet],
  ['10.1.1.1 10.1.0.0/16', '10.2.2.2[tcp]', { local: packet.local, remote: packet.remote, protocol: 6 }],
  ['10.1.0.0/16', '10.2.0.0/16', {}],
  ['10.1.1.1[udp/opaque]', '10.2.2.0/24[udp/1-9]', { local: packet.local, protocol: 17 }],
])('an offer of %s and %s tells of the packet what its first selectors say', (local, remote, shown) => {
  expect(packetIn({ local: some(local), remote: some(remote) })).toEqual({ ...nothing, ...shown });
});

const nothing = {
  local: undefined,
  remote: undefined,
  protocol: undefined,
  localPort: undefined,
  remotePort: undefined,
};
const anySides = fc.record({
  local: fc.array(anySelector, { minLength: 1, maxLength: 3 }),
  remote: fc.array(anySelector, { minLength: 1, maxLength: 3 }),
});
const anHost = fc.nat(31).map((last) => address(`10.0.0.${last}`));
const aPort = fc.nat(7);
const anyFlow: fc.Arbitrary<Flow> = fc.record({
  ...{ local: anHost, remote: anHost, protocol: fc.constantFrom(6, 17), localPort: aPort, remotePort: aPort },
});
const anyFields = fc.subarray([...everything]);

test('what is left lies within what was allowed, and carries the packet wherever that did', () =>
  fc.assert(
    fc.property(anySides, anyFlow, anyFields, (sides, flow, from) => {
      const left = populate(sides, flow, from);

      if (left) {
        expect(areWithin(left.local, sides.local) && areWithin(left.remote, sides.remote)).toBe(true);
        expect(populate(left, flow, from)).toEqual(left);
      }
      const carried = (each: Parameters<typeof populate>[0]) =>
        carries({ localSelectors: each.local, remoteSelectors: each.remote }, flow);
      if (carried(sides)) expect(left && carried(left)).toBe(true);
    }),
    { seed: 1, numRuns: 2000 },
  ));

test('what is left of a policy that holds the packet carries no other packet, in the fields that are named', () =>
  fc.assert(
    fc.property(anyFlow, anyFlow, anyFields, (flow, other, from) => {
      const left = populate({ local: some('10.0.0.0/8'), remote: some('10.0.0.0/8') }, flow, from);
      const sa = { localSelectors: left?.local ?? [], remoteSelectors: left?.remote ?? [] };

      const isAlike = from.every((field) => JSON.stringify(flow[field]) === JSON.stringify(other[field]));
      expect(carries(sa, other)).toBe(isAlike);
    }),
    { seed: 2, numRuns: 2000 },
  ));
