import { expect, test } from 'vitest';
import { portOf, readPort } from './port-input.ts';

test.each([
  ['2049', 2049],
  ['nfs', 2049],
  [' SMB ', 445],
  ['', 0],
  ['any', 0],
])('%j is port %d', (text, port) => {
  expect(readPort(text)).toEqual({ ok: true, value: port });
});

test.each([
  ['0', '0 is not a port: ports go from 1 to 65535.'],
  ['65536', '65536 is not a port: ports go from 1 to 65535.'],
  ['111, 2049', 'A policy holds one port; 111, 2049 names several.'],
  ['2049-2050', 'A policy holds one port; 2049-2050 names several.'],
  ['nfsd', 'nfsd is not a port: a number from 1 to 65535, or a name such as nfs.'],
])('%j is refused: %s', (text, error) => {
  expect(readPort(text)).toEqual({ ok: false, error });
});

test('a port comes back out of the range that ONTAP answers', () => {
  expect([portOf('2049-2049'), portOf('0-0'), portOf(undefined)]).toEqual([2049, 0, 0]);
});
