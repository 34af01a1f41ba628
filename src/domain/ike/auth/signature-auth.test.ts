/** AUTH values by every method that signs, apart from the exchange: what a key may say, and what is not believed of it. */
import { expect, test } from 'vitest';
import { parseHex } from '../../bytes/hex.ts';
import { concat, type Octets, utf8 } from '../../bytes/octets.ts';
import type { VerifyingKey } from '../../crypto/provider.ts';
import type { SignatureScheme } from '../../crypto/signature-scheme.ts';
import { type TestKeyName, testKey } from '../../crypto/testing/signing-keys.ts';
import { webProvider } from '../../crypto/web-provider.ts';
import { signingKeyOf } from '../../pki/testing/authority.ts';
import { meansOf } from '../means.ts';
import { checkSignature, chooseSigning, makeSignature, type SigningWish } from './signature-auth.ts';
import { ownHashes, readHashes } from './signature-hashes.ts';

const octets = utf8('message | nonce | prf(SK_p, ID)');
const means = meansOf(webProvider);
const modern: SigningWish = { peerHashes: ownHashes, rsaPadding: 'pss', mayUseMethod1: false };
const old: SigningWish = { ...modern, peerHashes: [] };

async function verifyingKeyOf(name: TestKeyName): Promise<VerifyingKey> {
  const key = await webProvider.verifyingKey(testKey(name).spki);
  if (!key) throw new Error(`${name} verifies`);
  return key;
}

async function signWith(name: TestKeyName, wish: SigningWish) {
  const key = await signingKeyOf(name);
  const choice = chooseSigning(key.kind, wish);
  if (!choice.ok) return choice.error.why;
  return makeSignature(means, key, choice.value, octets);
}

async function verdict(name: TestKeyName, value: { readonly method: number; readonly data: Octets }): Promise<string> {
  const checked = await checkSignature(await verifyingKeyOf(name), value, octets);
  return checked.ok ? checked.value.type : checked.error.why;
}

async function signed(name: TestKeyName, wish: SigningWish) {
  const value = await signWith(name, wish);
  if (typeof value === 'string') throw new Error(value);
  return value;
}

test.each<[TestKeyName, SigningWish, number, string]>([
  ['rsa2048', modern, 14, 'rsaPss'],
  ['rsa2048', { ...modern, rsaPadding: 'pkcs1' }, 14, 'rsaPkcs1'],
  ['rsa2048', { ...modern, peerHashes: [4] }, 14, 'rsaPss'],
  ['p256', modern, 14, 'ecdsa'],
  ['p384', { ...modern, peerHashes: [1, 2] }, 14, 'ecdsa'],
  ['ed25519', modern, 14, 'ed25519'],
  ['ed448', modern, 14, 'ed448'],
  ['p256', old, 9, 'ecdsa'],
  ['p384', old, 10, 'ecdsa'],
  ['p521', old, 11, 'ecdsa'],
  ['rsa2048', { ...old, mayUseMethod1: true }, 1, 'rsaPkcs1'],
])('%s for a peer of %j signs by method %i, and is believed', async (name, wish, method, type) => {
  const value = await signed(name, wish);
  expect(value.method).toBe(method);
  expect(await verdict(name, value)).toBe(type);
});

test('a hash is the match of its curve, as long as the peer has it', async () => {
  const { kind } = await signingKeyOf('p384');
  const hashFor = (peerHashes: readonly number[]) => {
    const choice = chooseSigning(kind, { ...modern, peerHashes });
    return choice.ok && 'hash' in choice.value.scheme ? choice.value.scheme.hash : choice.ok;
  };
  expect([hashFor([2, 3, 4]), hashFor([2, 4]), hashFor([2]), hashFor([1]), hashFor([5])]).toEqual([
    'SHA-384',
    'SHA-512',
    'SHA-256',
    false,
    false,
  ]);
});

test.each<[TestKeyName, SigningWish, string]>([
  ['rsa2048', old, 'noCommonHash'],
  ['ed25519', old, 'noCommonHash'],
  ['ed25519', { ...modern, peerHashes: [2, 3, 4] }, 'noCommonHash'],
  ['rsa1024', modern, 'weakKey'],
  ['p256', { ...old, hashes: ['SHA-512'] }, 'noCommonHash'],
  ['rsa2048', { ...old, mayUseMethod1: true, hashes: ['SHA-512'] }, 'noCommonHash'],
])('%s for a peer of %j does not sign: %s', async (name, wish, why) => {
  expect(await signWith(name, wish)).toBe(why);
});

test.each([
  [2048, 'SHA-256'],
  [3072, 'SHA-256'],
  [4096, 'SHA-384'],
  [8192, 'SHA-512'],
])('an RSA key of %i bits signs with %s, as strong as itself', (bits, hash) => {
  expect(chooseSigning({ type: 'rsa', bits }, modern)).toMatchObject({ ok: true, value: { scheme: { hash } } });
});

test('a method binds its curve: a signature by P-384 is none of method 9', async () => {
  const raw: SignatureScheme = { type: 'ecdsa', hash: 'SHA-256', form: 'raw' };
  const data = await (await signingKeyOf('p384')).sign(raw, octets);
  expect(await verdict('p384', { method: 9, data })).toBe('otherKind');
});

test('method 1 with SHA-1, as its first peers made it, is refused; with SHA-2 it is believed', async () => {
  const data = await rsaSignature('SHA-1');
  expect(await verdict('rsa2048', { method: 1, data })).toBe('method1');
  expect(await verdict('rsa2048', { method: 1, data: await rsaSignature('SHA-512') })).toBe('rsaPkcs1');
});

test('method 14 with SHA-1, RSA or PSS by default, is refused before anything is computed', async () => {
  const key = await verifyingKeyOf('rsa2048');
  const untouched: VerifyingKey = { kind: key.kind, verify: () => Promise.reject(new Error('computed')) };
  for (const [name, why] of [
    ['300d06092a864886f70d0101050500', 'sha1'],
    ['300d06092a864886f70d01010a3000', 'sha1'],
    ['300906072a8648ce3d0401', 'sha1'],
    ['3000', 'algorithm'],
    ['', 'algorithm'],
  ] as const) {
    const identifier = parseHex(name) ?? utf8('');
    const data = concat(Uint8Array.of(identifier.length), identifier, new Uint8Array(256));
    const checked = await checkSignature(untouched, { method: 14, data }, octets);
    expect(checked).toEqual({ ok: false, error: { why } });
  }
});

test('what the identifier says is held against the key, and the key against its length', async () => {
  const value = await signed('p256', modern);
  expect(await verdict('rsa2048', value)).toBe('otherKind');
  expect(await verdict('rsa1024', value)).toBe('weakKey');
  expect(await verdict('p384', value)).toBe('mismatch');
});

test('a value that is cut anywhere is refused, never thrown', async () => {
  for (const name of ['rsa2048', 'p256', 'ed25519', 'ed448'] as const) {
    const { method, data } = await signed(name, modern);
    const key = await verifyingKeyOf(name);
    for (let length = 0; length < data.length; length += 3) {
      expect((await checkSignature(key, { method, data: data.slice(0, length) }, octets)).ok).toBe(false);
    }
  }
});

test('hashes are read as they come, unknown ones too; an odd length says nothing', () => {
  const announce = (data: Octets) =>
    readHashes([{ type: 'NOTIFY', protocol: 0, spi: new Uint8Array(0), notify: 16431, data }]);
  expect(announce(Uint8Array.of(0, 2, 0, 5, 1, 0))).toEqual([2, 5, 256]);
  expect([announce(Uint8Array.of(0, 2, 0)), readHashes([])]).toEqual([[], []]);
});

async function rsaSignature(hash: 'SHA-1' | 'SHA-512'): Promise<Octets> {
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash };
  const key = await crypto.subtle.importKey('pkcs8', testKey('rsa2048').pkcs8, algorithm, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign(algorithm.name, key, octets));
}
