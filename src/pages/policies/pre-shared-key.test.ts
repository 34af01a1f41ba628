import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { preSharedKeyLength as keyLength } from '../../domain/cluster/limits.ts';
import { parsePreSharedKey, typedSecret } from '../../domain/cluster/pre-shared-key.ts';
import { generateKey, guessBits, keyFault, keyWarnings, weakBelowBits } from './pre-shared-key.ts';

const printable = (min: number, max: number) =>
  fc
    .array(fc.integer({ min: 0x20, max: 0x7e }), { minLength: min, maxLength: max })
    .map((codes) => String.fromCharCode(...codes))
    .filter((key) => !/^0[xs]/.test(key));

test('every printable ASCII text of 18 to 128 characters without a prefix is a key', () => {
  fc.assert(
    fc.property(printable(keyLength.min, keyLength.max), (key) => {
      expect(keyFault(key)).toBeUndefined();
    }),
  );
});

test('a shorter or a longer text is none, and the sentence says how long it is', () => {
  fc.assert(
    fc.property(fc.oneof(printable(0, 17), printable(129, 200)), (key) => {
      expect(keyFault(key)).toContain(`this one has ${key.length}`);
    }),
  );
});

test('one character outside printable ASCII, wherever it stands, refuses the key', () => {
  const foreign = fc.constantFrom('é', '\n', '\t', '\x7f', '€', '漢');
  fc.assert(
    fc.property(printable(18, 60), foreign, fc.nat({ max: 60 }), (key, character, at) => {
      expect(keyFault(key.slice(0, at) + character + key.slice(at))).toMatch(/^A key takes ASCII/);
    }),
  );
});

describe('a prefix binds what follows', () => {
  test('0x takes pairs of hex digits', () => {
    const octets = fc.uint8Array({ minLength: 8, maxLength: 63 });
    fc.assert(
      fc.property(octets, (key) => {
        expect(keyFault(`0x${Buffer.from(key).toString('hex')}`)).toBeUndefined();
      }),
    );
    expect(keyFault('0x0123456789abcdef0')).toMatch(/^0x announces/);
    expect(keyFault('0xnothexatall-nothex')).toMatch(/^0x announces/);
  });

  test('0s takes Base64', () => {
    const octets = fc.uint8Array({ minLength: 12, maxLength: 90 });
    fc.assert(
      fc.property(octets, (key) => {
        expect(keyFault(`0s${Buffer.from(key).toString('base64')}`)).toBeUndefined();
      }),
    );
    expect(keyFault('0sAAAAAAAAAAAAAAAAAAA=A')).toMatch(/^0s announces/);
    expect(keyFault('0sAAAAAAAAAAAAAAAAA')).toMatch(/^0s announces/);
  });
});

test('the form and the cluster agree on every key', () => {
  const hex = fc
    .uint8Array({ minLength: 6, maxLength: 70 })
    .map((octets) => `0x${Buffer.from(octets).toString('hex')}`);
  const base64 = fc.base64String({ minLength: 12, maxLength: 140 }).map((text) => `0s${text}`);
  const spoiled = fc.tuple(fc.oneof(hex, base64), fc.string({ maxLength: 2 })).map(([key, tail]) => key + tail);
  fc.assert(
    fc.property(fc.oneof(printable(0, 140), fc.string({ maxLength: 140 }), hex, base64, spoiled), (key) => {
      expect(keyFault(key) === undefined).toBe(parsePreSharedKey(typedSecret(key)).ok);
    }),
  );
});

test('a weak key warns and does not block', () => {
  for (const key of [
    'passwordpassword12',
    'aaaaaaaaaaaaaaaaaaaaaaaa',
    '012345678901234567',
    'netapp-ontap-ipsec-secret',
  ]) {
    expect(keyFault(key)).toBeUndefined();
    expect(keyWarnings(key)[0]).toMatch(/bits of guesswork/);
  }
});

test('a key that an editor or a shell would spoil says so', () => {
  expect(keyWarnings(`${'k7Q!vB2p'.repeat(3)} `).join()).toContain('ends with a space');
  expect(keyWarnings('mX"4kP9vQz7LrT2bWn8c').join()).toContain('quote');
});

describe('a generated key', () => {
  const random = (seed: number) => {
    let state = seed;
    const draw = () => {
      state = (state * 1103515245 + 12345) & 0x7fffffff;
      return state >> 16;
    };
    return (count: number) => Uint8Array.from({ length: count }, draw);
  };

  test('is a key that ONTAP takes, strong, and needs no quoting, whatever the random octets are', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 30 }), (seed) => {
        const key = generateKey(random(seed));
        expect(key).toMatch(/^[A-Za-z0-9]{43}$/);
        expect(keyFault(key)).toBeUndefined();
        expect(guessBits(key)).toBeGreaterThan(weakBelowBits);
        expect(keyWarnings(key)).toEqual([]);
      }),
    );
  });

  test('never begins with a prefix: it is drawn again', () => {
    const script = ['0x', 'Ab'].map((start) => start + 'k7Qv'.repeat(16));
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
    const octets = (text: string) => Uint8Array.from(text.slice(0, 64), (letter) => alphabet.indexOf(letter));
    let drawn = 0;
    const key = generateKey(() => octets(script[drawn++] ?? 'AbAb'.repeat(16)));
    expect(key.startsWith('Ab')).toBe(true);
  });
});
