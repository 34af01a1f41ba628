import { expect, test } from 'vitest';
import { hexRows } from './hex-dump.ts';

test('octets stand in rows of sixteen, printable ones beside them, the rest as dots', () => {
  expect(hexRows('4500006c00010000400600000a0104110a010014c0de')).toEqual([
    { offset: '0000', hex: '45 00 00 6c 00 01 00 00  40 06 00 00 0a 01 04 11', text: 'E..l....@.......' },
    { offset: '0010', hex: '0a 01 00 14 c0 de', text: '......' },
  ]);
});

test('no octets make no rows', () => {
  expect(hexRows('')).toEqual([]);
});
