/** The reader of swanctl.conf: its syntax, its secrets, and what a file without a word means. */
import { expect, test } from 'vitest';
import { toHex } from '../../src/domain/bytes/hex.ts';
import { textOf } from '../../src/domain/bytes/octets.ts';
import { address } from '../../src/domain/net/address.ts';
import { noFiles } from './charon-files.ts';
import { octetsOfSecret } from './charon-secret.ts';
import { loadSwanctl } from './swanctl.ts';
import { parseSections, sectionOf } from './swanctl-file.ts';

const means = { address: address('192.0.2.1'), files: noFiles, prefersPss: false };

test('sections nest, on one line or on many', () => {
  const file = parseSections('a { b = 1\n c { d = 2 } }\ne = 3');
  expect(sectionOf(file, 'a').values.get('b')).toBe('1');
  expect(sectionOf(sectionOf(file, 'a'), 'c').values.get('d')).toBe('2');
  expect(file.values.get('e')).toBe('3');
});

test.each([
  ['two words', 'two words'],
  ['"two  words "', 'two  words '],
  ['wave#crest', 'wave'],
  ['"wave#crest"', 'wave#crest'],
  ['"a\\"b{c}=d"', 'a"b{c}=d'],
  ['', ''],
  ['text   # said so', 'text'],
])('the value %s reads %s', (written, meant) => {
  expect(parseSections(`key = ${written}\n`).values.get('key')).toBe(meant);
});

test.each(['a {', 'a }', 'a', 'include other.conf'])('%s is no file', (text) => {
  expect(() => parseSections(text)).toThrow();
});

test.each([
  ['0x426c7565', '426c7565'],
  ['0sQmx1ZQ==', '426c7565'],
  ['Blue', '426c7565'],
  ['ü', 'c3bc'],
])('the secret %s has the octets %s', (written, hex) => {
  expect(toHex(octetsOfSecret(written))).toBe(hex);
});

test('what only looks like hex is text', () => {
  expect(textOf(octetsOfSecret('0xzz-not-hex'))).toBe('0xzz-not-hex');
});

test('a connection without a word takes everybody, with the default proposals, its address and dynamic selectors', () => {
  const file = parseSections(
    'connections { c { local { auth = psk }\n remote { auth = psk }\n children { nfs { } } } }',
  );
  const [connection] = loadSwanctl(file, means).connections;
  expect(connection?.remote.map(({ length }) => length)).toEqual([0, 0]);
  expect(connection?.ikeProposals).toHaveLength(2);
  expect(connection?.identity.data).toEqual(Uint8Array.of(192, 0, 2, 1));
  expect(connection?.peerIdentity).toEqual({ kind: 'any' });
  expect(connection?.children[0]?.localSelectors).toMatchObject([{ isDynamic: true }]);
  expect(connection?.children[0]?.mode.want).toBe('tunnel');
});

test('an AEAD without a PRF is refused, and the connection with it', () => {
  const file = parseSections('connections { c { proposals = aes256gcm16-ecp384 } }');
  expect(loadSwanctl(file, means)).toMatchObject({
    connections: [],
    refused: ['c.proposals: aes256gcm16-ecp384: lacks'],
  });
});
