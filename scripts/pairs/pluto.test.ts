/** The reader of ipsec.conf and ipsec.secrets: their syntax, pluto's words for proposals, and what a conn without a word means. */
import { expect, test } from 'vitest';
import { printIdentity } from '../../src/domain/ike/auth/identity.ts';
import { noFiles } from './charon-files.ts';
import { printIkeTransforms } from './observe.ts';
import { loadPluto, plutoSettings } from './pluto.ts';
import { parseConn, parseSecrets } from './pluto-file.ts';
import { espProposalsOf, ikeProposalsOf } from './pluto-proposals.ts';

test('a conn has its own lines, over those that it also has, over those of %default', () => {
  const conn = parseConn([
    ...[
      'conn %default',
      '  type=tunnel',
      '  ikev2=insist',
      'conn base',
      '\tesp = aes_gcm256 # best',
      '  type="transport"',
    ],
    ...['conn nfs', '  also=base', '  ikev2=never'],
  ]);
  expect(conn.name).toBe('base');
  expect(parseConn(['conn nfs', 'also=base', 'ikev2=never', 'conn base', 'type=transport', 'ikev2=yes'])).toEqual({
    name: 'nfs',
    values: new Map([
      ['type', 'transport'],
      ['ikev2', 'never'],
      ['also', 'base'],
    ]),
  });
  expect(Object.fromEntries(conn.values)).toEqual({ type: 'transport', ikev2: 'insist', esp: 'aes_gcm256' });
});

test('secrets are for those who stand before them, or for anybody', () => {
  expect(parseSecrets(['@a @b : PSK "two words"', '%any: PSK 0x00', ': PPKS "id" "key"', ': RSA x', ''])).toEqual([
    { kind: 'PSK', owners: ['@a', '@b'], secret: 'two words' },
    { kind: 'PSK', owners: [], secret: '0x00' },
    { kind: 'PPKS', owners: [], id: 'id', secret: 'key' },
  ]);
});

test.each([
  ['aes_gcm256-sha2_384;dh20', ['AES_GCM_16_256/PRF_HMAC_SHA2_384/ECP_384']],
  ['aes_gcm_c_128-sha2_256;dh31', ['AES_GCM_16_128/PRF_HMAC_SHA2_256/CURVE_25519']],
  [
    'aes256-sha2_512+sha2_256;dh19+dh14',
    ['AES_CBC_256/HMAC_SHA2_512_256/HMAC_SHA2_256_128/PRF_HMAC_SHA2_512/PRF_HMAC_SHA2_256/ECP_256/MODP_2048'],
  ],
  [
    'chacha20_poly1305-sha2;dh14, aes128-sha2-modp3072',
    ['CHACHA20_POLY1305/PRF_HMAC_SHA2_256/MODP_2048', 'AES_CBC_128/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/MODP_3072'],
  ],
])('ike=%s means %j', (written, meant) => {
  const parsed = ikeProposalsOf(written);
  expect(parsed.ok && parsed.value.map(({ transforms }) => printIkeTransforms(transforms))).toEqual(meant);
});

test('ESP without a word about ESN leaves it open', () => {
  const parsed = espProposalsOf('aes_gcm256', '', []);
  expect(parsed.ok && parsed.value[0]?.transforms.filter(({ type }) => type === 5).map(({ id }) => id)).toEqual([1, 0]);
});

test('our side is the one with our address, a name without @ that nobody resolves is none, and MOBIKE is off', () => {
  const lines = [
    'conn t',
    'left=192.0.2.9',
    'leftid=name.test',
    'right=192.0.2.1',
    'rightid=@own.test',
    'authby=secret',
  ];
  const [connection] = loadPluto({ address: '192.0.2.1', 'ipsec.conf': lines }, noFiles).connections;
  expect(connection && printIdentity(connection.identity)).toBe('own.test');
  expect(connection?.peerIdentity).toMatchObject({ kind: 'exactly', identity: { data: Uint8Array.of(192, 0, 2, 9) } });
  expect(connection?.mobike).toBe('never');
  expect(connection?.children[0]?.mode.want).toBe('tunnel');
});

test('a busy pluto asks for a cookie at once', () => {
  expect(plutoSettings({ address: '192.0.2.1', setup: ['  ddos-mode=busy'] }).cookieThreshold).toBe(0);
  expect(plutoSettings({ address: '192.0.2.1' }).cookieThreshold).toBeUndefined();
});
