import { expect, test } from 'vitest';
import { printAddress } from './address.ts';
import { firstAddress, lastAddress, parsePrefix, printPrefix } from './prefix.ts';

test.each([
  ['10.1.4.0/24', '10.1.4.0/24', '10.1.4.0', '10.1.4.255'],
  ['10.1.4.7', '10.1.4.7/32', '10.1.4.7', '10.1.4.7'],
  ['0.0.0.0/0', '0.0.0.0/0', '0.0.0.0', '255.255.255.255'],
  ['10.1.4.128/25', '10.1.4.128/25', '10.1.4.128', '10.1.4.255'],
  ['2001:db8:7::/48', '2001:db8:7::/48', '2001:db8:7::', '2001:db8:7:ffff:ffff:ffff:ffff:ffff'],
  ['::/0', '::/0', '::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
])('%s spans its addresses', (text, printed, first, last) => {
  const prefix = parsePrefix(text);
  if (!prefix.ok) throw new Error(prefix.error.code);
  expect(printPrefix(prefix.value)).toBe(printed);
  expect(printAddress(firstAddress(prefix.value))).toBe(first);
  expect(printAddress(lastAddress(prefix.value))).toBe(last);
});

test.each([
  ['10.1.4.0/33', { code: 'notALength', text: '33', atMost: 32 }],
  ['10.1.4.0/', { code: 'notALength', text: '', atMost: 32 }],
  ['10.1.4.0/08', { code: 'notALength', text: '08', atMost: 32 }],
  ['10.1.4.0/24/8', { code: 'notALength', text: '24/8', atMost: 32 }],
  ['2001:db8::/129', { code: 'notALength', text: '129', atMost: 128 }],
  ['10.1.4/24', { code: 'notAnAddress', text: '10.1.4' }],
])('%s is refused with what is wrong', (text, error) => {
  expect(parsePrefix(text)).toEqual({ ok: false, error });
});

test('host bits that are set are refused, and the prefix that may have been meant is named', () => {
  const prefix = parsePrefix('10.1.4.7/24');
  if (prefix.ok || prefix.error.code !== 'hostBitsSet') throw new Error('not refused');
  expect(printPrefix(prefix.error.meant)).toBe('10.1.4.0/24');
});
