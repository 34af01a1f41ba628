/**
 * One suite of published vectors, both providers: HMAC-SHA-2, AES-CBC, AEADs as IKE and ESP use them, Diffie-Hellman.
 */
import { describe, expect, test } from 'vitest';
import aeadVectors from '../../vectors/aead-ike-esp.json';
import cbcVectors from '../../vectors/aes-cbc.json';
import dhVectors from '../../vectors/dh.json';
import primeVectors from '../../vectors/dh-modp-primes.json';
import refusedVectors from '../../vectors/dh-refuse.json';
import hmacVectors from '../../vectors/hmac-sha2.json';
import { toHex } from '../domain/bytes/hex.ts';
import { concat, type Octets } from '../domain/bytes/octets.ts';
import { Secret } from '../domain/bytes/secret.ts';
import { isGroup, isModp, primeOf } from '../domain/crypto/groups.ts';
import { computePrf } from '../domain/crypto/prf.ts';
import { makeProtection } from '../domain/crypto/protection.ts';
import {
  encryptionTransforms,
  integrityTransforms,
  isNegotiable,
  keyExchangeTransforms,
  prfTransforms,
} from '../domain/crypto/transforms.ts';
import { webProvider } from '../domain/crypto/web-provider.ts';
import { nodeProvider } from './node-provider.ts';
import { hex } from './testing/hex.ts';

describe.each([webProvider, nodeProvider])('$name', (provider) => {
  describe('HMAC-SHA-2', () => {
    test.each(hmacVectors.vectors)('$id: $alg', async ({ alg, key, data, out }) => {
      const prf = prfTransforms.find((row) => row.name === alg);
      if (prf !== undefined) {
        const secret = await computePrf(provider, prf.id, new Secret(hex(key)), hex(data));
        expect(toHex(secret.reveal())).toBe(out);
        return;
      }
      const integ = integrityTransforms.find((row) => row.name === alg);
      const keys = { encr: new Secret(hex('')), integ: new Secret(hex(key)) };
      const protection = await makeProtection(provider, { encr: { id: 11 }, integ: { id: integ?.id ?? -1 } }, keys);
      const sealed = await protection.seal(hex(''), hex(''), hex(data));
      expect(toHex(sealed)).toBe(data + out);
    });

    test('takes an empty key, and data in parts', async () => {
      const mac = await provider.hmac('SHA-256', hex(''));
      const whole = await mac.sign(hex('010203'));
      expect(await mac.sign(hex('01'), hex(''), hex('0203'))).toEqual(whole);
      expect(toHex(await mac.sign())).toBe('b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad');
    });
  });

  describe('AES-CBC', () => {
    test.each(cbcVectors.vectors)('$id', async ({ key, iv, plain, cipher }) => {
      const aes = await provider.aesCbc(hex(key));
      expect(toHex(await aes.encrypt(hex(iv), hex(plain)))).toBe(cipher);
      expect(toHex(await aes.decrypt(hex(iv), hex(cipher)))).toBe(plain);
    });
  });

  test('AES-CTR counts blocks as RFC 3686 does (vector 2 of its section 6)', async () => {
    const aes = await provider.aesCtr(hex('7e24067817fae0d743d6ce1f32539163'));
    const block = hex('006cb6dbc0543b59da48d90b00000001');
    const plain = hex('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f');
    const cipher = await aes.apply(block, plain);
    expect(toHex(cipher)).toBe('5104a106168a72d9790d41ee8edad388eb2e1efc46da57c8fce630df9141be28');
    expect(await aes.apply(block, cipher)).toEqual(plain);
  });

  describe('AEAD as in IKE and ESP', () => {
    test.each(aeadVectors.vectors)('$id: $alg', async ({ alg, key, salt, iv, aad, plain, cipherAndIcv }) => {
      const row = encryptionTransforms.find(({ name }) => name === alg.replace('_ICV', '_'));
      const keyBits = row?.keyBits.length === 0 ? {} : { keyBits: 4 * key.length };
      const keys = { encr: new Secret(hex(key + salt)), integ: new Secret(hex('')) };
      const protection = await makeProtection(provider, { encr: { id: row?.id ?? -1, ...keyBits } }, keys);

      expect(toHex(await protection.seal(hex(iv), hex(aad), hex(plain)))).toBe(cipherAndIcv);
      expect(await protection.open(hex(iv), hex(aad), hex(cipherAndIcv))).toEqual(hex(plain));
      const spoiled = hex(cipherAndIcv);
      spoiled[0] = (spoiled[0] ?? 0) ^ 1;
      expect(await protection.open(hex(iv), hex(aad), spoiled)).toBeUndefined();
    });
  });

  describe('Diffie-Hellman', () => {
    test.each(dhVectors.vectors)('$id', async ({ group, privI, privR, pubI, pubR, shared }) => {
      const id = groupOf(group);
      if (!isGroup(id)) {
        expect(isNegotiable({ type: 4, id })).toBe(false); // known, and computed by nobody
        return;
      }
      const initiator = await provider.keyPair(id, hex(privI));
      const responder = await provider.keyPair(id, hex(privR));
      expect([toHex(initiator.publicValue), toHex(responder.publicValue)]).toEqual([pubI, pubR]);
      expect((await initiator.derive(hex(pubR)))?.reveal()).toEqual(hex(shared));
      expect((await responder.derive(hex(pubI)))?.reveal()).toEqual(hex(shared));
    });

    test.each(refusedVectors.vectors)('$id: $expect', async ({ group, ke, expect: verdict }) => {
      const id = groupOf(group);
      if (!isGroup(id)) throw new Error(`${group} is computed`);
      const pair = await provider.keyPair(id);
      const secret = await pair.derive(hex(ke));
      expect(secret !== undefined).toBe(verdict === 'accept');
    });

    test.each(primeVectors.vectors.filter(({ group }) => isGroup(group)))(
      'group $group: the prime of RFC 3526, and no value outside 1 < r < p - 1',
      async ({ group, bits, p, refusePublic }) => {
        if (!isGroup(group) || !isModp(group)) throw new Error('a MODP group');
        expect(primeOf(group).toString(16)).toBe(p);
        const pair = await provider.keyPair(group);
        const prime = primeOf(group);
        for (const text of refusePublic) {
          const value = text.startsWith('p') ? prime + BigInt(text.slice(1) || '0') : BigInt(text);
          expect(await pair.derive(hex(value.toString(16).padStart(bits / 4, '0')))).toBeUndefined();
        }
        expect(await pair.derive(hex('02'))).toBeUndefined();
        expect(await pair.derive(concat(hex('00'), pair.publicValue))).toBeUndefined();
        expect(await pair.derive(pair.publicValue)).toBeDefined();
      },
    );

    test.each([14, 15, 16, 19, 20, 21, 31] as const)('group %i: fresh pairs differ and agree', async (group) => {
      const [one, other] = [await provider.keyPair(group), await provider.keyPair(group)];
      const row = keyExchangeTransforms.find(({ id }) => id === group);
      expect(one.publicValue).not.toEqual(other.publicValue);
      expect(one.publicValue.length).toBe(row?.publicOctets);
      const secret = (await one.derive(other.publicValue))?.reveal();
      expect(secret?.length).toBe(row?.secretOctets);
      expect((await other.derive(one.publicValue))?.reveal()).toEqual(secret);
    });
  });
});

test('what one provider seals the other opens, pairs of one agree with pairs of the other', async () => {
  for (const group of [14, 19, 20, 21, 31] as const) {
    const [web, node] = [await webProvider.keyPair(group), await nodeProvider.keyPair(group)];
    const secrets = [await web.derive(node.publicValue), await node.derive(web.publicValue)];
    expect(secrets[0]?.reveal()).toEqual(secrets[1]?.reveal());
  }
  const key: Octets = hex('00'.repeat(32));
  const sealed = await (await nodeProvider.chacha20Poly1305(key)).seal(hex('00'.repeat(12)), hex('01'), hex('0203'));
  const opened = await (await webProvider.chacha20Poly1305(key)).open(hex('00'.repeat(12)), hex('01'), sealed);
  expect(opened).toEqual(hex('0203'));
});

function groupOf(name: string): number {
  const row = keyExchangeTransforms.find(({ short }) => short === name.replace('_BIT', ''));
  if (row === undefined) throw new Error(`${name} is in the table`);
  return row.id;
}
