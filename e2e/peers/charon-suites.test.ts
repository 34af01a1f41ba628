/** Every cipher and every group that both charon and we have, in IKE and in ESP, begun by either: the keys that charon installed are ours. */
import { describe, expect, test } from 'vitest';
import {
  encryptionTransforms,
  integrityTransforms,
  keyExchangeTransforms,
  prfTransforms,
  transformOf,
} from '../../src/domain/crypto/transforms.ts';
import { CharonPair, portsOf, roles } from './charon-pair.ts';
import { proposals } from './own-end.ts';

const pair = new CharonPair(portsOf(150));

const suites: readonly (readonly [ike: string, esp: string])[] = [
  ['aes256-sha384-ecp384', 'aes256gcm16'],
  ['aes128-sha256-ecp256', 'aes128-sha256'],
  ['aes256-sha384-x25519', 'aes256-sha384'],
  ['aes256-sha512-ecp521', 'aes256-sha512'],
  ['aes256gcm16-prfsha384-ecp384', 'aes256gcm16'],
  ['chacha20poly1305-prfsha256-x25519', 'chacha20poly1305'],
  ['aes256-sha256-modp2048', 'aes128gcm16'],
  ['aes128gcm16-prfsha256-modp3072', 'aes256gmac'],
  ['aes256-sha384-modp4096', 'aes256gcm16'],
  ['aes192-sha256-prfaesxcbc-ecp256', 'aes192gcm16'],
  ['aes256-sha256-prfaescmac-x25519', 'aes192-sha256'],
  ['aes256ctr-sha256-ecp256', 'aes256ctr-sha256'],
  ['aes192gcm16-prfsha512-ecp256', 'aes128gmac'],
  ['aes256ccm16-prfsha256-modp6144', 'aes256ccm16'],
  ['aes256-sha512-modp8192', 'aes128ccm16'],
  ['aes256gcm8-prfsha256-ecp256', 'aes256gcm8'],
  ['aes128gcm12-prfsha384-x25519', 'aes128gcm12'],
  ['aes256-sha256-ecp256', 'null-sha256'],
  ['aes128ctr-sha256-ecp256', 'aes128ctr-sha256'],
  ['aes192ctr-sha256-x25519', 'aes192gmac'],
  ['aes192ccm16-prfsha256-ecp256', 'aes192ccm16'],
  ['aes128ccm16-prfsha256-x25519', 'aes192ctr-sha256'],
];

describe.each(suites)('%s with %s', (ike, esp) => {
  test.each(roles)('%s initiate(s): both ends hold the same SA', async (who) => {
    const end = await pair.meet({ ike, esp }, { ike, esp });

    await pair.begin(who, end);

    await pair.expectSameKeys(end);
  });
});

test('nothing that we may negotiate is missing above, but for ML-KEM, which this charon has not', () => {
  const proposed = suites.flatMap(([ike, esp]) => [...proposals('IKE', ike), ...proposals('ESP', esp)]);
  const met = new Set(proposed.flatMap(({ transforms }) => transforms).map(transformOf));
  const ours = [encryptionTransforms, prfTransforms, integrityTransforms, keyExchangeTransforms].flat();

  const missing = ours.filter((row) => row.negotiable && row.id !== 0 && !met.has(row)).map(({ name }) => name);

  expect(missing.filter((name) => !name.startsWith('ml-kem'))).toEqual([]);
});
