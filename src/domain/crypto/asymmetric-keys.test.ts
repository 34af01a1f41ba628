/** What a key may be used for, and what is none: of no use, or for a peer to make us work without end. */
import { describe, expect, test } from 'vitest';
import { bitsIn, derNull, sequenceIn, tags, writeDer } from '../bytes/der.ts';
import { parseHex } from '../bytes/hex.ts';
import { concat, emptyOctets, type Octets } from '../bytes/octets.ts';
import { isSchemeOf, readPublicKey } from './asymmetric-keys.ts';
import { type SigningHash, writeAlgorithmIdentifier } from './signature-scheme.ts';
import { testKey } from './testing/signing-keys.ts';

const plainRsa = writeDer(tags.sequence, writeDer(tags.oid, parseHex('2a864886f70d010101') ?? emptyOctets), derNull);

function rsaKey(bits: number, exponent: readonly number[], algorithm = plainRsa): Octets {
  const modulus = concat(Uint8Array.of(0), new Uint8Array(bits / 8).fill(0xff));
  const key = writeDer(
    tags.sequence,
    writeDer(tags.integer, modulus),
    writeDer(tags.integer, Uint8Array.from(exponent)),
  );
  return writeDer(tags.sequence, algorithm, writeDer(tags.bitString, concat(Uint8Array.of(0), key)));
}

test.each([
  ['1, by which every octet string is its own signature', [1]],
  ['an even number', [1, 0, 0]],
  ['a number of 72 bits', [0, 0x80, 0, 0, 0, 0, 0, 0, 0, 1]],
])('RSA with a public exponent that is %s is no key', (_, exponent) => {
  expect(readPublicKey(rsaKey(2048, exponent))).toEqual({ ok: false, error: 'exponent' });
});

describe('a key for RSASSA-PSS alone (RFC 4055 1.2, 3.3)', () => {
  const pss = (hash: SigningHash, saltOctets: number) => ({ type: 'rsaPss', hash, saltOctets }) as const;
  const pkcs1 = { type: 'rsaPkcs1', hash: 'SHA-512' } as const;
  const bare = writeDer(tags.sequence, writeDer(tags.oid, parseHex('2a864886f70d01010a') ?? emptyOctets));
  const usesOf = (algorithm: Octets) => {
    const read = readPublicKey(rsaKey(2048, [1, 0, 1], algorithm));
    if (!read.ok) return read.error;
    const schemes = [pkcs1, pss('SHA-256', 0), pss('SHA-512', 32), pss('SHA-512', 64)];
    return schemes.map((each) => isSchemeOf(read.value.kind, each));
  };

  test('signs by PSS however it likes, if it has no parameters', () => {
    expect(usesOf(bare)).toEqual([false, true, true, true]);
  });

  test('signs with its hash and at least its salt, if it has', () => {
    expect(usesOf(writeAlgorithmIdentifier(pss('SHA-512', 64)))).toEqual([false, false, false, true]);
  });

  test('whose parameters are left at SHA-1 is none for us', () => {
    const sha1 = writeDer(
      tags.sequence,
      ...(sequenceIn(bare) ?? []).map(({ whole }) => whole),
      writeDer(tags.sequence),
    );

    expect(usesOf(sha1)).toBe('kind');
  });
});

test.each([
  ['00', 'infinity: whoever liked could sign, and Node falls over some of what they sign'],
  ['06', 'the hybrid form, even'],
  ['07', 'the hybrid form, odd'],
  ['05', 'no form'],
] as const)('a point of P-256 that begins with %s is no key: %s (RFC 5480 2.2)', (first, _) => {
  const { spki } = testKey('p256');
  const [algorithm, bits] = sequenceIn(spki) ?? [];
  const point = bitsIn(bits) ?? emptyOctets;
  const withPoint = (...octets: readonly Octets[]) =>
    readPublicKey(
      writeDer(tags.sequence, algorithm?.whole ?? emptyOctets, writeDer(tags.bitString, Uint8Array.of(0), ...octets)),
    );
  const form = parseHex(first) ?? emptyOctets;
  const x = point.subarray(1, 33);

  expect(
    [emptyOctets, form, concat(form, x), concat(form, point.subarray(1))].map((octets) => withPoint(octets)),
  ).toEqual(Array(4).fill({ ok: false, error: 'point' }));
  expect(withPoint(Uint8Array.of(4), x)).toEqual({ ok: false, error: 'point' });
  expect(withPoint(Uint8Array.of(2), point.subarray(1))).toEqual({ ok: false, error: 'point' });
  expect([withPoint(point), withPoint(Uint8Array.of(3), x)].map(({ ok }) => ok)).toEqual([true, true]);
});

test('a key of RSA with a third number is none', () => {
  const three = Array.from({ length: 3 }, () => writeDer(tags.integer, new Uint8Array(256).fill(0x7f)));
  const key = writeDer(tags.bitString, Uint8Array.of(0), writeDer(tags.sequence, ...three));

  expect(readPublicKey(writeDer(tags.sequence, plainRsa, key))).toEqual({ ok: false, error: 'encoding' });
});

test.each([
  ['300506032b6570', 'ed25519', undefined],
  ['300706032b65700500', 'ed25519', 'parameters'],
  ['300706032b65710500', 'ed448', 'parameters'],
  ['300b06092a864886f70d010101', 'rsa2048', undefined], // without the NULL that it should have, as some forget
  ['300e06092a864886f70d01010102010a', 'rsa2048', 'parameters'],
  ['300e06092a864886f70d010101050100', 'rsa2048', 'parameters'],
  ['300f06092a864886f70d01010105000500', 'rsa2048', 'encoding'],
  ['301f06092a864886f70d0101010500', 'rsa2048', 'encoding'],
  ['300906072a8648ce3d0201', 'p256', 'parameters'],
  ['301006072a8648ce3d020106052b8104000a', 'p256', 'kind'],
  ['300506032b656e', 'ed25519', 'kind'],
] as const)('a key whose algorithm is named %s, with the bits of %s: %s', (algorithm, name, fault) => {
  const [, bits] = sequenceIn(testKey(name).spki) ?? [];
  const read = readPublicKey(writeDer(tags.sequence, parseHex(algorithm) ?? emptyOctets, bits?.whole ?? emptyOctets));

  expect(read.ok ? undefined : read.error).toBe(fault);
});
