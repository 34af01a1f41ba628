import { expect, test } from 'vitest';
import { formatDuration, formatOctets, formatRate, plural } from './format.ts';

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1024, '1.0 KiB'],
  [1_503_238_553, '1.4 GiB'],
  [222_298_112, '212 MiB'],
])('%d octets are %s: powers of 1024, one decimal below a hundred', (octets, text) => {
  expect(formatOctets(octets)).toBe(text);
});

test('a rate is octets a second', () => {
  expect(formatRate(12 * 1024 * 1024)).toBe('12.0 MiB/s');
});

test.each([
  [-5_000, '0 s'],
  [47_000, '47 s'],
  [59_600, '1 m 00 s'],
  [3_840_000, '1 h 04 m'],
  [187_200_000, '2 d 04 h'],
])('%d ms are %s: the two largest units', (durationMs, text) => {
  expect(formatDuration(durationMs)).toBe(text);
});

test('counts stand in full, and one is singular', () => {
  expect([plural(1, 'host'), plural(5012, 'host'), plural(2, 'policy', 'policies')]).toEqual([
    '1 host',
    '5,012 hosts',
    '2 policies',
  ]);
});
