import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contains, describeSubnet, printSubnet, readAddress, subnetOf } from './address-input.ts';

const subnetText = (text: string) => {
  const reading = readAddress(text);
  return reading.kind === 'subnet' ? printSubnet(reading.subnet) : reading.kind;
};

test.each([
  ['10.1.4.7', '10.1.4.7/32'],
  ['10.1.4.0/24', '10.1.4.0/24'],
  ['10.1.4.0 255.255.255.0', '10.1.4.0/24'],
  ['10.1.4.0/255.255.252.0', '10.1.4.0/22'],
  ['2001:DB8:0::/64', '2001:db8::/64'],
  ['2001:db8::20', '2001:db8::20/128'],
  ['10.1.4.8-15', '10.1.4.8/29'],
  ['10.1.4.8-10.1.4.15', '10.1.4.8/29'],
  ['10.1.4.8, 10.1.4.9\n10.1.4.10;10.1.4.11', '10.1.4.8/30'],
  ['0.0.0.0/0', '0.0.0.0/0'],
  ['::/0', '::/0'],
  ['  10.1.4.7  ', '10.1.4.7/32'],
  ['', 'empty'],
])('%j reads as %s', (text, expected) => {
  expect(subnetText(text)).toBe(expected);
});

test('a host inside a subnet is a question, never rounded', () => {
  expect(readAddress('10.1.4.7/24')).toEqual({
    kind: 'hostBits',
    given: '10.1.4.7/24',
    subnet: { family: 'ipv4', address: '10.1.4.0', length: 24 },
    host: { family: 'ipv4', address: '10.1.4.7', length: 32 },
  });
});

test('several addresses give the smallest subnet around them and how many others it holds', () => {
  expect(readAddress('10.1.0.20 10.1.0.23')).toEqual({
    kind: 'several',
    count: 2,
    covering: { family: 'ipv4', address: '10.1.0.20', length: 30 },
    foreignCount: 2n,
  });
  expect(readAddress('10.1.4.10-20')).toMatchObject({
    covering: { address: '10.1.4.0', length: 27 },
    foreignCount: 21n,
  });
});

describe('what is refused names what is wrong', () => {
  test.each([
    ['10.1.4.300', '10.1.4.300 is not an IPv4 address: 300 is above 255. Each part goes from 0 to 255.'],
    ['10.1.4', '10.1.4 is not an IPv4 address: it has 3 of 4 parts.'],
    ['10.1..4', '10.1..4 is not an IPv4 address: a part between the dots is empty.'],
    ['10.1.4.0/33', '/33 is not an IPv4 subnet: the length goes from 0 to 32.'],
    ['10.1.4.0/', 'After the slash comes the length of the subnet, for example /24.'],
    ['10.1.4.0/255.0.255.0', '/255.0.255.0 is not an IPv4 subnet: the length goes from 0 to 32.'],
    ['2001:db8::/129', '/129 is not an IPv6 subnet: the length goes from 0 to 128.'],
    ['fe80::1%eth0', 'fe80::1%eth0 names an interface; a policy takes the address alone.'],
    ['10.1.4.20-10', '10.1.4.20-10 ends before it begins.'],
    ['10.1.4.7 2001:db8::1', 'A policy holds addresses of one family; these are IPv4 and IPv6.'],
    ['web-44', 'web-44 is a name or a word; a policy takes addresses, for example 10.1.4.7 or 10.1.4.0/24.'],
  ])('%s', (text, because) => {
    expect(readAddress(text)).toEqual({ kind: 'refused', because });
  });
});

test('whatever is typed is read without a throw, and what is read as a subnet reads the same again', () => {
  const typed = fc.oneof(fc.string(), fc.ipV4Extended(), fc.ipV6(), fc.stringMatching(/^[0-9./:, -]{0,30}$/));
  fc.assert(
    fc.property(typed, (text) => {
      const reading = readAddress(text);
      if (reading.kind !== 'subnet') return;
      expect(readAddress(printSubnet(reading.subnet))).toEqual(reading);
    }),
  );
});

test('the covering subnet holds every address that was given', () => {
  fc.assert(
    fc.property(fc.array(fc.ipV4(), { minLength: 1, maxLength: 5 }), (addresses) => {
      const reading = readAddress(addresses.join(' '));
      const around =
        reading.kind === 'several' ? reading.covering : reading.kind === 'subnet' ? reading.subnet : undefined;
      expect(around).toBeDefined();
      for (const address of addresses) {
        const host = subnetOf({ address });
        expect(around && host && contains(around, host)).toBe(true);
      }
    }),
  );
});

test('a subnet says how many addresses it holds and which', () => {
  const say = (text: string) => {
    const reading = readAddress(text);
    return reading.kind === 'subnet' ? describeSubnet(reading.subnet, 'en') : reading.kind;
  };
  expect(say('10.1.4.0/24')).toBe('256 addresses, 10.1.4.0–10.1.4.255');
  expect(say('10.1.4.7')).toBe('one host');
  expect(say('0.0.0.0/0')).toBe('every IPv4 address');
  expect(say('2001:db8::/64')).toBe('2001:db8::–2001:db8::ffff:ffff:ffff:ffff');
});
