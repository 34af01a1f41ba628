/** The reader of swanctl.conf: its syntax, its secrets, and what a file without a word means. */
import { expect, test } from 'vitest';
import { toHex } from '../../src/domain/bytes/hex.ts';
import { address } from '../../src/domain/net/address.ts';
import { printPrefix } from '../../src/domain/net/prefix.ts';
import { noFiles } from './charon-files.ts';
import { octetsOfSecret } from './charon-secret.ts';
import { type ConfiguredSelector, printCharonSelector, selectorsOf } from './charon-selector.ts';
import { loadSwanctl } from './swanctl.ts';
import { parseSections, sectionOf } from './swanctl-file.ts';

const hosts = { start: address('192.0.2.1'), end: address('192.0.2.1') };
const means = {
  address: address('192.0.2.1'),
  files: noFiles,
  signatures: { prefersPss: false, constrainsIke: true },
  matchesRdnsInAnyOrder: false,
  answers: false,
};

test('sections nest, on one line or on many', () => {
  const file = parseSections('a { b = 1\n c { d = 2 } }\ne = 3');
  expect(sectionOf(file, 'a').values.get('b')).toBe('1');
  expect(sectionOf(sectionOf(file, 'a'), 'c').values.get('d')).toBe('2');
  expect(file.values.get('e')).toBe('3');
});

test.each([
  ['two words', 'two words'],
  ['two \t  words', 'two words'],
  ['"two  words "', 'two  words '],
  ['"two " words', 'two  words'],
  ['"one""two"', 'one two'],
  ['"a\nb\\tc\\qd"', 'a\nb\tcqd'],
  ['a{b=c\\n', 'a{b=c\\n'],
  ['wave#crest', 'wave'],
  ['"wave#crest"', 'wave#crest'],
  ['"a\\"b{c}=d"', 'a"b{c}=d'],
  ['', undefined],
  ['""', ''],
  ['text   # said so', 'text'],
])('the value %s reads %s', (written, meant) => {
  expect(parseSections(`key = ${written}\n`).values.get('key')).toBe(meant);
});

test.each(['a {', 'a }', 'a', 'a = "b', 'a.b = 1', ', = 1'])('%s is no file', (text) => {
  expect(() => parseSections(text)).toThrow();
});

test('includes of files that are not there change nothing', () => {
  const file = parseSections('include conf.d/*.conf\na { b = 1\n  include other.conf\n }');
  expect(sectionOf(file, 'a').values.get('b')).toBe('1');
});

test('a section that is named twice is one, and the later value counts', () => {
  const file = parseSections('a { b = 1 \n c = 2 }\na {\n b = 3 \n }');
  expect(Object.fromEntries(sectionOf(file, 'a').values)).toEqual({ b: '3', c: '2' });
});

test('a section begins with what those have that it refers to, and takes away what it leaves empty', () => {
  const file = parseSections(`
    base { version = 2 # for all
      rekey_time = 1h
      children { nfs { mode = transport } } }
    quick { rekey_time = 5m }
    connections {
      a : base, quick
      { children { nfs { local_ts = dynamic } } }
      b : connections.a { rekey_time = }
      c : connections.c { mobike = no }
    }`);
  const [a, b, c] = ['a', 'b', 'c'].map((name) => sectionOf(sectionOf(file, 'connections'), name));
  expect(Object.fromEntries(a?.values ?? [])).toEqual({ version: '2', rekey_time: '5m' });
  const nfs = sectionOf(sectionOf(a ?? file, 'children'), 'nfs');
  expect(Object.fromEntries(nfs.values)).toEqual({ mode: 'transport', local_ts: 'dynamic' });
  expect(Object.fromEntries(b?.values ?? [])).toEqual({ version: '2' });
  expect(Object.fromEntries(c?.values ?? [])).toEqual({ mobike: 'no' });
});

test.each([
  ['192.0.2.8-192.0.2.11', ['192.0.2.8/30']],
  ['192.0.2.0/24, 2001:db8::1', ['192.0.2.0/24', '2001:db8::1/128']],
  ['%any4', ['0.0.0.0/0']],
  ['%any', ['0.0.0.0/0', '::/0']],
  ['localhost', ['127.0.0.1/32']],
  ['host.example.test', []],
])('remote_addrs = %s means %j', (written, prefixes) => {
  const file = parseSections(
    `connections { c { remote_addrs = ${written}\n local { auth = psk }\n remote { auth = psk } } }`,
  );
  expect(loadSwanctl(file, means).connections[0]?.remote.map(printPrefix)).toEqual(prefixes);
});

test.each([
  ['dynamic[tcp/nfs]', ['dynamic[tcp/2049]']],
  ['dynamic, 192.0.2.9 [udp/domain]', ['dynamic', '192.0.2.9/32[udp/53]']],
  ['192.0.2.9[icmp/8]', ['192.0.2.9/32[icmp/8]']],
  ['192.0.2.9[icmp/771]', ['192.0.2.9/32[icmp/3(3)]']],
  ['192.0.2.0/33,', ['192.0.2.0/32']],
  ['192.0.2.7/24[udp], 192.0.2.9', ['192.0.2.0/24[udp]', '192.0.2.9/32']],
  ['192.0.2.1 - 192.0.2.3[tcp/3260-5000]', ['192.0.2.1..192.0.2.3[tcp/3260-5000]']],
  ['2001:db8::/64[/2049]', ['2001:db8::/64[0/2049]']],
])('local_ts = %s means %j', (written, meant) => {
  const print = (each: ConfiguredSelector) =>
    'isDynamic' in each
      ? printCharonSelector({ ...hosts, ...each }).replace(/^[^[]*/, 'dynamic')
      : printCharonSelector(each);
  expect(selectorsOf(written)?.map(print)).toEqual(meant);
});

test.each([
  'childless = prefer',
  'unique = yes',
  'version = 3',
  'mobike = maybe',
  'rekey_time = soon',
  'keyingtries = %forever',
  'colour = blue',
  'elsewhere { }',
])('%s is no word of that release, and costs its connection', (line) => {
  const file = parseSections(`connections { c { ${line}\n local { auth = psk }\n remote { auth = psk } } }`);
  expect(loadSwanctl(file, means).connections).toEqual([]);
});

test('a selector that cannot be read costs its connection', () => {
  const file = parseSections('connections { c { local { auth = psk }\n children { nfs { local_ts = nonsense } } } }');
  expect(loadSwanctl(file, means)).toMatchObject({ connections: [], refused: [expect.stringContaining('c.nfs')] });
});

test.each([
  ['0x426c7565', '426c7565'],
  ['0X42:6C:75:65', '426c7565'],
  ['0xabc', '0abc'],
  ['0x42zz75', '420075'],
  ['0sQmx1', '426c75'],
  ['0sQmx1ZQ', '426c75'],
  ['0x', ''],
  ['0sQmx1ZQ==', '426c7565'],
  ['Blue', '426c7565'],
  ['ü', 'c3bc'],
])('the secret %s has the octets %s', (written, hex) => {
  expect(toHex(octetsOfSecret(written))).toBe(hex);
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
