/** One suite of signatures, both providers. Keys are fixed; ECDSA and PSS are randomised, so values are verified, not compared. */
import { describe, expect, test, vi } from 'vitest';
import { toHex } from '../domain/bytes/hex.ts';
import { type Octets, utf8 } from '../domain/bytes/octets.ts';
import { Secret } from '../domain/bytes/secret.ts';
import { isSchemeOf, printKeyKind } from '../domain/crypto/asymmetric-keys.ts';
import type { CryptoProvider } from '../domain/crypto/provider.ts';
import { seededProvider } from '../domain/crypto/seeded-provider.ts';
import { printScheme, type SignatureScheme } from '../domain/crypto/signature-scheme.ts';
import { type TestKeyName, testKey, testKeyNames } from '../domain/crypto/testing/signing-keys.ts';
import { webProvider } from '../domain/crypto/web-provider.ts';
import { nodeProvider } from './node-provider.ts';
import { hex } from './testing/hex.ts';

const hashes = ['SHA-256', 'SHA-384', 'SHA-512'] as const;
const schemes: readonly SignatureScheme[] = [
  ...hashes.map((hash) => ({ type: 'rsaPkcs1', hash }) as const),
  ...hashes.map((hash) => ({ type: 'rsaPss', hash, saltOctets: Number(hash.slice(4)) / 8 }) as const),
  ...hashes.map((hash) => ({ type: 'ecdsa', hash, form: 'raw' }) as const),
  ...hashes.map((hash) => ({ type: 'ecdsa', hash, form: 'der' }) as const),
  { type: 'ed25519' },
  { type: 'ed448' },
];
const message = utf8('octets that an end signs');

const kinds: Record<TestKeyName, string> = {
  rsa2048: 'RSA 2048',
  rsa1024: 'RSA 1024',
  p256: 'ECDSA P-256',
  p384: 'ECDSA P-384',
  p521: 'ECDSA P-521',
  otherP384: 'ECDSA P-384',
  ed25519: 'Ed25519',
  ed448: 'Ed448',
};

async function keysOf(provider: CryptoProvider, name: TestKeyName) {
  const { pkcs8, spki } = testKey(name);
  const signing = await provider.signingKey(new Secret(pkcs8));
  const verifying = await provider.verifyingKey(spki);
  if (!signing || !verifying) throw new Error(`${provider.name} does not take ${name}`);
  return { signing, verifying };
}

test.each([webProvider, nodeProvider])(
  '$name: an RSA-PSS signature without its leading zero is none',
  async (provider) => {
    const pss = { type: 'rsaPss', hash: 'SHA-256', saltOctets: 32 } as const;
    const { signing } = await keysOf(nodeProvider, 'rsa1024');
    const { verifying } = await keysOf(provider, 'rsa1024');
    let signature = await signing.sign(pss, message);
    while (signature[0] !== 0) signature = await signing.sign(pss, message); // one in 256 begins so

    expect(await verifying.verify(pss, message, signature)).toBe(true);
    expect(await verifying.verify(pss, message, signature.subarray(1))).toBe(false);
  },
);

describe.each([
  [webProvider, nodeProvider],
  [nodeProvider, webProvider],
])('$name', (provider, other) => {
  test.each(testKeyNames)('%s: what it signs, both providers verify, and nothing else', async (name) => {
    const { signing, verifying } = await keysOf(provider, name);
    const { verifying: others } = await keysOf(other, name);
    expect(printKeyKind(signing.kind)).toBe(kinds[name]);
    expect(verifying.kind).toEqual(signing.kind);
    const own = schemes.filter((scheme) => isSchemeOf(signing.kind, scheme));
    expect(own.length).toBeGreaterThan(0);
    for (const scheme of own) {
      if (name === 'rsa1024' && scheme.type === 'rsaPss' && scheme.hash === 'SHA-512') continue; // the salt does not fit
      const signature = await signing.sign(scheme, message);
      const said = `${printScheme(scheme)}: `;
      expect(said + (await verifying.verify(scheme, message, signature))).toBe(`${said}true`);
      expect(said + (await others.verify(scheme, message, signature))).toBe(`${said}true`);
      const spoiled = signature.slice();
      spoiled[spoiled.length - 1] = (spoiled.at(-1) ?? 0) ^ 1;
      expect(await verifying.verify(scheme, message, spoiled)).toBe(false);
      expect(await verifying.verify(scheme, utf8('others'), signature)).toBe(false);
      expect(await verifying.verify(scheme, message, signature.subarray(1))).toBe(false);
      for (const wrong of schemes.filter((each) => printScheme(each) !== printScheme(scheme))) {
        expect(await verifying.verify(wrong, message, signature)).toBe(false);
      }
    }
  });

  test.each(testKeyNames)('%s from a seed: every run signs the same, and it is verified', async (name) => {
    const { pkcs8, spki } = testKey(name);
    const verifying = await provider.verifyingKey(spki);
    const keyOf = (seed: string) => seededProvider(provider, seed).signingKey(new Secret(pkcs8.slice()));
    const [first, again, differing] = [await keyOf('one'), await keyOf('one'), await keyOf('other')];
    if (!verifying || !first || !again || !differing) throw new Error(`${provider.name} does not take ${name}`);
    for (const scheme of schemes.filter((each) => isSchemeOf(first.kind, each))) {
      if (name === 'rsa1024' && scheme.type === 'rsaPss' && scheme.hash === 'SHA-512') continue;
      const signature = await first.sign(scheme, message);
      expect(await again.sign(scheme, message)).toEqual(signature);
      expect(await verifying.verify(scheme, message, signature)).toBe(true);
      if (scheme.type === 'rsaPss') expect(await differing.sign(scheme, message)).not.toEqual(signature);
    }
  });

  test('a PSS signature with another length of salt than said is refused', async () => {
    const { signing, verifying } = await keysOf(provider, 'rsa2048');
    const signature = await signing.sign({ type: 'rsaPss', hash: 'SHA-256', saltOctets: 20 }, message);
    expect(await verifying.verify({ type: 'rsaPss', hash: 'SHA-256', saltOctets: 32 }, message, signature)).toBe(false);
    expect(await verifying.verify({ type: 'rsaPss', hash: 'SHA-256', saltOctets: 20 }, message, signature)).toBe(true);
  });

  test('an ECDSA signature in lax DER is refused', async () => {
    const { signing, verifying } = await keysOf(provider, 'p256');
    const scheme = { type: 'ecdsa', hash: 'SHA-256', form: 'der' } as const;
    const signature = toHex(await signing.sign(scheme, message));
    const [length, rest] = [signature.slice(2, 4), signature.slice(4)];
    for (const lax of [`3081${length}${rest}`, `${signature}00`, `31${signature.slice(2)}`]) {
      expect(await verifying.verify(scheme, message, hex(lax))).toBe(false);
    }
  });

  test.each([
    ['ed25519', 'of which (0, 1) verifies whoever signs with it', '01'],
    ['ed25519', 'of small order', '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85'],
    ['ed25519', 'whose coordinate is no remainder', 'f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'],
    ['ed448', 'of which (0, 1) verifies whoever signs with it', '01'],
  ] as const)('a public key of %s %s gives none', async (name, _, point) => {
    const { spki } = testKey(name);
    const octets = { ed25519: 32, ed448: 57 }[name];
    const changed = spki.slice();
    changed.set(hex(point.padEnd(2 * octets, '0')), spki.length - octets);

    expect(await provider.verifyingKey(spki)).toBeDefined();
    expect(await provider.verifyingKey(changed)).toBeUndefined();
  });

  test('a public key at infinity gives none: by it Node believes a signature of anybody, or falls over it', async () => {
    const { spki } = testKey('p256');
    const header = toHex(spki.subarray(2, 23));

    expect(await provider.verifyingKey(hex(`3059${header}034200${toHex(spki.subarray(-65))}`))).toBeDefined();
    expect(await provider.verifyingKey(hex(`3019${header}03020000`))).toBeUndefined();
  });

  test('a key of an Edwards curve that has parameters gives none, public or private', async () => {
    const withNull = (octets: Octets) => {
      const [text, name] = [toHex(octets), '06032b6570'];
      const lengthened = text.replace(`3005${name}`, `3007${name}0500`);
      const [length = 0] = hex(text.slice(2, 4));
      return hex(`30${toHex(Uint8Array.of(length + 2))}${lengthened.slice(4)}`);
    };
    const { pkcs8, spki } = testKey('ed25519');

    expect(await provider.verifyingKey(withNull(spki))).toBeUndefined();
    expect(await provider.signingKey(new Secret(withNull(pkcs8)))).toBeUndefined();
  });

  test('what is no key gives none', async () => {
    const { pkcs8, spki } = testKey('p256');
    const offCurve = spki.slice();
    offCurve[offCurve.length - 1] = (offCurve.at(-1) ?? 0) ^ 1;
    expect(await provider.verifyingKey(offCurve)).toBeUndefined();
    for (let length = 0; length < spki.length; length += 7) {
      expect(await provider.verifyingKey(spki.slice(0, length))).toBeUndefined();
    }
    expect(await provider.signingKey(new Secret(pkcs8.slice(0, 40)))).toBeUndefined();
    expect(await provider.signingKey(new Secret(spki))).toBeUndefined();
  });
});

test('where the platform has no Ed25519, noble signs and verifies the same', async () => {
  const { signing: native, verifying: nativelyVerifying } = await keysOf(webProvider, 'ed25519');
  const { importKey } = crypto.subtle;
  const without = vi.spyOn(crypto.subtle, 'importKey').mockImplementation(function (
    this: SubtleCrypto,
    ...given: unknown[]
  ) {
    const [, , algorithm] = given as Parameters<SubtleCrypto['importKey']>;
    const isEd25519 = typeof algorithm === 'object' && 'name' in algorithm && algorithm.name === 'Ed25519';
    if (isEd25519) return Promise.reject(new DOMException('unknown', 'NotSupportedError'));
    return importKey.apply(this, given as Parameters<SubtleCrypto['importKey']>);
  } as SubtleCrypto['importKey']);
  const { signing, verifying } = await keysOf(webProvider, 'ed25519').finally(() => without.mockRestore());

  const signature = await signing.sign({ type: 'ed25519' }, message);
  expect(signature).toEqual(await native.sign({ type: 'ed25519' }, message)); // it is deterministic (RFC 8032)
  expect(await verifying.verify({ type: 'ed25519' }, message, signature)).toBe(true);
  expect(await nativelyVerifying.verify({ type: 'ed25519' }, message, signature)).toBe(true);
  expect(await verifying.verify({ type: 'ed25519' }, utf8('others'), signature)).toBe(false);
});
