/** What published vectors (scripts/vectors) leave open of both providers: empty input, lengths, fresh pairs, each against the other. */
import { describe, expect, test } from 'vitest';
import { inOnePiece } from '../domain/bytes/gathered.ts';
import { toHex } from '../domain/bytes/hex.ts';
import { concat, type Octets } from '../domain/bytes/octets.ts';
import { keyExchangeTransforms } from '../domain/crypto/transforms.ts';
import { webProvider } from '../domain/crypto/web-provider.ts';
import { nodeProvider } from './node-provider.ts';
import { hex } from './testing/hex.ts';

const groups = [1, 2, 5, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 31] as const;

describe.each([webProvider, nodeProvider])('$name', (provider) => {
  test('HMAC takes an empty key, and data in parts', async () => {
    const mac = await provider.hmac('SHA-256', hex(''));
    const whole = await mac.sign(hex('010203'));
    expect(await mac.sign(hex('01'), hex(''), hex('0203'))).toEqual(whole);
    expect(toHex(await mac.sign())).toBe('b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad');
  });

  test.each([5, 20_000])(
    'HMACs of %i octets under way at once cover what was given when they were asked for',
    async (octets) => {
      const mac = await provider.hmac('SHA-256', hex('0b0b'));
      const texts = [1, 2, 3].map((value) => new Uint8Array(octets).fill(value));
      const alone: Octets[] = [];
      for (const text of texts) alone.push(await mac.sign(text));

      const together = texts.map((text) => mac.sign(text.subarray(0, 2), text.subarray(2)));
      for (const text of texts) text.fill(0);
      expect(await Promise.all(together)).toEqual(alone);
      expect(new Set(alone.map(toHex)).size).toBe(3);
    },
  );

  test('AES-CTR counts blocks as RFC 3686 does (vector 2 of its section 6)', async () => {
    const aes = await provider.aesCtr(hex('7e24067817fae0d743d6ce1f32539163'));
    const block = hex('006cb6dbc0543b59da48d90b00000001');
    const plain = hex('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f');
    const cipher = await aes.apply(block, plain);
    expect(toHex(cipher)).toBe('5104a106168a72d9790d41ee8edad388eb2e1efc46da57c8fce630df9141be28');
    expect(await aes.apply(block, cipher)).toEqual(plain);
  });

  test.each(groups)(
    'group %i: fresh pairs differ and agree, and no value is taken at another length',
    async (group) => {
      const [one, other] = [await provider.keyPair(group), await provider.keyPair(group)];
      const row = keyExchangeTransforms.find(({ id }) => id === group);
      expect(one.publicValue).not.toEqual(other.publicValue);
      expect(one.publicValue.length).toBe(row?.publicOctets);
      const secret = (await one.derive(other.publicValue))?.reveal();
      expect(secret?.length).toBe(row?.secretOctets);
      expect((await other.derive(one.publicValue))?.reveal()).toEqual(secret);
      expect(await one.derive(other.publicValue.subarray(1))).toBeUndefined();
      expect(await one.derive(concat(hex('00'), other.publicValue))).toBeUndefined();
    },
  );
});

test('what one provider seals the other opens, pairs of one agree with pairs of the other', async () => {
  for (const group of [14, 19, 20, 21, 31] as const) {
    const [web, node] = [await webProvider.keyPair(group), await nodeProvider.keyPair(group)];
    const secrets = [await web.derive(node.publicValue), await node.derive(web.publicValue)];
    expect(secrets[0]?.reveal()).toEqual(secrets[1]?.reveal());
  }
  const key: Octets = hex('00'.repeat(32));
  const [node, web] = [await nodeProvider.chacha20Poly1305(key), await webProvider.chacha20Poly1305(key)];
  const sealed = inOnePiece(await node.seal(hex('00'.repeat(12)), hex('01'), hex('0203'), hex('')));
  const opened = await web.open(hex('00'.repeat(12)), hex('01'), sealed, 0, (plain) => plain);
  expect(opened).toEqual(hex('0203'));
});
