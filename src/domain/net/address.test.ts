import { expect, test } from 'vitest';
import { address, compareAddresses, parseAddress, printAddress } from './address.ts';

test.each([
  ['10.1.4.7', '10.1.4.7'],
  ['0.0.0.0', '0.0.0.0'],
  ['2001:DB8:0:0:0:0:0:7', '2001:db8::7'],
  ['2001:db8:0:1:0:0:0:1', '2001:db8:0:1::1'],
  ['::ffff:10.1.4.7', '::ffff:a01:407'],
  ['::', '::'],
])('%s is read and printed in its one short form', (text, printed) => {
  expect(printAddress(address(text))).toBe(printed);
});

test.each([
  '',
  '10.1',
  '10.1.4.256',
  '010.1.4.7',
  '0x0a.1.4.7',
  '10.1.4.7 ',
  '10.1.4.7/32',
  'fe80::1%eth0',
  '1::2::3',
  'nfs',
])('"%s" is no address', (text) => {
  expect(parseAddress(text)).toEqual({ ok: false, error: { code: 'notAnAddress', text } });
});

test('addresses sort by family, then by value', () => {
  const sorted = ['2001:db8::1', '10.0.0.10', '10.0.0.9', '::1'].map(address).toSorted(compareAddresses);
  expect(sorted.map(printAddress)).toEqual(['10.0.0.9', '10.0.0.10', '::1', '2001:db8::1']);
});
