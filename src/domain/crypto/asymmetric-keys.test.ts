/** Keys that are no use, or that a peer could make us work for without end, are no keys. */
import { expect, test } from 'vitest';
import { derNull, tags, writeDer } from '../bytes/der.ts';
import { parseHex } from '../bytes/hex.ts';
import { concat, emptyOctets, type Octets } from '../bytes/octets.ts';
import { readPublicKey } from './asymmetric-keys.ts';

function rsaKey(bits: number, ...exponent: readonly number[]): Octets {
  const modulus = concat(Uint8Array.of(0), new Uint8Array(bits / 8).fill(0xff));
  const key = writeDer(
    tags.sequence,
    writeDer(tags.integer, modulus),
    writeDer(tags.integer, Uint8Array.from(exponent)),
  );
  const algorithm = writeDer(tags.sequence, writeDer(tags.oid, parseHex('2a864886f70d010101') ?? emptyOctets), derNull);
  return writeDer(tags.sequence, algorithm, writeDer(tags.bitString, concat(Uint8Array.of(0), key)));
}

test.each([
  ['1, by which every octet string is its own signature', [1]],
  ['an even number', [1, 0, 0]],
  ['a number of 72 bits', [0, 0x80, 0, 0, 0, 0, 0, 0, 0, 1]],
])('RSA with a public exponent that is %s is no key', (_, exponent) => {
  expect(readPublicKey(rsaKey(2048, ...exponent))).toBeUndefined();
});
