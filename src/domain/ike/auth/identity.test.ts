import { expect, test } from 'vitest';
import table from '../../../../vectors/id-matching.json' with { type: 'json' };
import { address } from '../../net/address.ts';
import { hostPrefix } from '../../net/prefix.ts';
import {
  addressIdentity,
  claimOf,
  equalIdentities,
  matchesIdentity,
  parseIdentity,
  parseIdentityPattern,
  printIdentity,
  subnetIdentity,
} from './identity.ts';

const named = table.vectors.filter(({ id, pattern }) => !`${id}${pattern}`.includes('='));

test.each(named)('$id against $pattern: $match', ({ id, pattern, match }) => {
  const identity = parseIdentity(id);
  const expected = parseIdentityPattern(pattern);

  expect(identity !== undefined && expected !== undefined && matchesIdentity(identity, expected)).toBe(match);
});

test.each([
  ['vpn.example.com', 2],
  ['@vpn.example.com', 2],
  ['@10.1.2.3', 2],
  ['admin@example.com', 3],
  ['10.1.2.3', 1],
  ['10.1.2.0/24', 4],
  ['2001:db8::1', 5],
  ['2001:db8::/64', 6],
  ['10.1.2.3-10.1.2.9', 7],
  ['10.1.2.9-10.1.2.3', 2],
  ['2001:db8::1-2001:db8::9', 8],
  ['@#00ff', 11],
  ['no=name', 11],
  ['2001:db8:', 11],
  ['/C=CH/CN=moon', 9],
])('%s is an identity of type %d', (text, type) => {
  expect(parseIdentity(text)?.type).toBe(type);
});

test.each([
  'vpn.example.com',
  'admin@example.com',
  '10.1.2.3',
  '10.1.2.0/24',
  '2001:db8::/64',
  '10.1.2.3-10.1.2.9',
  '@#00ff',
])('%s is printed as it was written', (text) => {
  const identity = parseIdentity(text);

  expect(identity && printIdentity(identity)).toBe(text);
});

test('types never mix: a name that reads like an address is no address', () => {
  const name = parseIdentity('@10.1.2.3');

  expect(name && equalIdentities(name, addressIdentity(address('10.1.2.3')))).toBe(false);
});

test('a subnet as identity fits the pattern of the same subnet and of a wider one, and no narrower one', () => {
  const subnet = parseIdentity('10.1.2.0/24');
  const fits = (text: string) => {
    const pattern = parseIdentityPattern(text);
    return subnet !== undefined && pattern !== undefined && matchesIdentity(subnet, pattern);
  };

  expect(['10.1.2.0/24', '10.1.0.0/16', '10.1.2.0/25', '10.1.2.1'].map(fits)).toEqual([true, true, false, false]);
});

test.each([
  ['10.1.2.3', '10.1.2.3/32', true],
  ['10.1.2.3/32', '10.1.2.3', true],
  ['10.1.2.3-10.1.2.3', '10.1.2.3', true],
  ['10.1.2.3-10.1.2.9', '10.1.2.3', false],
  ['10.1.2.1-10.1.2.3', '10.1.2.3', false],
  ['10.1.2.0-10.1.2.255', '10.1.2.0/24', true],
  ['10.1.2.0/24', '10.1.2.0-10.1.2.255', true],
  ['10.1.2.0-10.1.2.255', '10.1.2.0-10.1.2.254', false],
  ['10.1.2.3', '@10.1.2.3', false],
  ['2001:db8::1-2001:db8::9', '2001:db8::/124', true],
  ['2001:db8::1-2001:db8::9', '0.0.0.0/0', false],
  ['no=name', 'no=name', true],
  ['no=name', '*=name', false],
  ['/C=CH/CN=moon', 'C=CH, CN=*', true],
])(
  'addresses, the subnet and the range of the same ones are the same to a policy: %s against %s',
  (text, policy, isMatch) => {
    const [identity, pattern] = [parseIdentity(text), parseIdentityPattern(policy)];
    expect(identity && pattern ? matchesIdentity(identity, pattern) : false).toBe(isMatch);
  },
);

test('a range that ends before it begins covers nothing', () => {
  const data = Uint8Array.of(10, 1, 2, 9, 10, 1, 2, 3);
  expect(
    matchesIdentity({ type: 7, data }, { kind: 'range', start: address('0.0.0.0'), end: address('255.255.255.255') }),
  ).toBe(false);
});

test('the subnet of one host is not the address of that host', () => {
  expect(subnetIdentity(hostPrefix(address('10.1.2.3'))).type).toBe(4);
});

test.each([
  ['an octet that is no text', 2, [0xff, 0x61], [0xfe, 0x61]],
  ['a sign before it that nobody sees', 2, [0xef, 0xbb, 0xbf, 0x61], [0x61]],
  ['a letter of another alphabet that folds to it', 3, [0xe2, 0x84, 0xaa], [0x6b]],
])('names are the same octets but for the case of ASCII: %s makes another', (_, type, one, other) => {
  expect(equalIdentities({ type, data: new Uint8Array(one) }, { type, data: new Uint8Array(other) })).toBe(false);
});

test.each([
  ['ID_IPV4_ADDR of 16 octets', 1, 16, '::/0'],
  ['ID_IPV6_ADDR of 4 octets', 5, 4, '0.0.0.0/0'],
  ['ID_IPV4_ADDR_SUBNET of 32 octets', 4, 32, '::/0'],
  ['ID_IPV6_ADDR_SUBNET of 8 octets', 6, 8, '0.0.0.0/0'],
])(
  '%s is of no address (RFC 7296 3.5): it fits no range, and no certificate speaks for it',
  (_, type, octets, range) => {
    const identity = { type, data: new Uint8Array(octets) };
    const pattern = parseIdentityPattern(range);

    expect(pattern?.kind).toBe('range');
    expect(pattern && matchesIdentity(identity, pattern)).toBe(false);
    expect(claimOf(identity)).toBeUndefined();
  },
);
