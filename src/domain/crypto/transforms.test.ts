import { expect, test } from 'vitest';
import {
  encryptionTransforms,
  esnTransforms,
  integrityTransforms,
  isNegotiable,
  keyExchangeTransforms,
  prfTransforms,
  shortNameOf,
} from './transforms.ts';

const everyRow = [
  ...encryptionTransforms,
  ...prfTransforms,
  ...integrityTransforms,
  ...keyExchangeTransforms,
  ...esnTransforms,
];

test('no two rows of a type share a number or a name', () => {
  for (const key of ['id', 'name', 'short'] as const) {
    const seen = everyRow.map((row) => `${row.type} ${row[key]}`);
    expect(new Set(seen).size).toBe(seen.length);
  }
});

test('nothing broken is ever negotiable (RFC 8247 2, RFC 8221 4)', () => {
  const broken = /DES|MD5|SHA1|IDEA|RC5|BLOWFISH|CAST/;
  for (const row of everyRow.filter(({ short }) => broken.test(short))) expect(row.negotiable).toBe(false);
  for (const id of [1, 2, 5, 22, 23, 24]) expect(isNegotiable({ type: 4, id })).toBe(false);
  for (const id of [14, 15]) expect(isNegotiable({ type: 1, id, keyBits: 256 })).toBe(false); // AES-CCM with a short ICV
  for (const id of [14, 15, 16, 17, 18, 19, 20, 21, 31]) expect(isNegotiable({ type: 4, id })).toBe(true);
});

test('ML-KEM is negotiable after another key exchange and never as the first (RFC 9370 2.2.1)', () => {
  for (const id of [35, 36, 37]) {
    expect(isNegotiable({ type: 4, id })).toBe(false);
    for (let type = 6; type <= 12; type++) expect(isNegotiable({ type, id })).toBe(true);
  }
});

test('the Key Length attribute is there for AES, with a length that AES has, and absent elsewhere (RFC 7296 3.3.5)', () => {
  expect(isNegotiable({ type: 1, id: 12, keyBits: 256 })).toBe(true);
  expect(isNegotiable({ type: 1, id: 12 })).toBe(false);
  expect(isNegotiable({ type: 1, id: 12, keyBits: 512 })).toBe(false);
  expect(isNegotiable({ type: 1, id: 28 })).toBe(true);
  expect(isNegotiable({ type: 1, id: 28, keyBits: 256 })).toBe(false);
  expect(isNegotiable({ type: 2, id: 5, keyBits: 256 })).toBe(false);
});

test('every transform can be said, known or not', () => {
  expect(shortNameOf({ type: 1, id: 12, keyBits: 256 })).toBe('AES_CBC_256');
  expect(shortNameOf({ type: 4, id: 31 })).toBe('CURVE_25519');
  expect(shortNameOf({ type: 6, id: 36 })).toBe('ML_KEM_768');
  expect(shortNameOf({ type: 1, id: 4711 })).toBe('transform 4711');
  expect(shortNameOf({ type: 99, id: 1 })).toBe('transform 1');
});
