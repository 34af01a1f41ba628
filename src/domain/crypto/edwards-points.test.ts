/** noble counts the points of small order, so that our list of them is known to be whole. */
import { ed448 } from '@noble/curves/ed448.js';
import { ed25519 } from '@noble/curves/ed25519.js';
import { expect, test } from 'vitest';
import { type Octets, octetsOf } from '../bytes/octets.ts';
import { type EdwardsCurve, faultOfPoint } from './edwards-points.ts';

const curves = { ed25519, ed448 } as const;
const points = [
  ['ed25519', 8],
  ['ed448', 4],
] as const;

/** The multiples of a point that is of the order of all of them: any point, freed of its part in the large subgroup. */
function smallPoints(curve: EdwardsCurve, count: number): readonly Octets[] {
  const { Point } = curves[curve];
  const order = Point.Fn.ORDER;
  for (let y = 2n; ; y++) {
    const any = pointAt(curve, y);
    const rest = any?.multiplyUnsafe(order - 1n).add(any);
    if (!rest || rest.multiplyUnsafe(BigInt(count / 2)).is0()) continue;
    return Array.from({ length: count }, (_, i) => octetsOf(rest.multiplyUnsafe(BigInt(i)).toBytes()));
  }
}

function pointAt(curve: EdwardsCurve, y: bigint) {
  try {
    return curves[curve].Point.fromBytes(encoded(curve, y));
  } catch {
    return undefined; // about every other y belongs to no point
  }
}

function encoded(curve: EdwardsCurve, y: bigint): Octets {
  const octets = new Uint8Array(curve === 'ed25519' ? 32 : 57);
  for (let at = 0; at < octets.length; at++) octets[at] = Number((y >> BigInt(8 * at)) & 0xffn);
  return octets;
}

const withSign = (point: Octets): Octets => point.with(-1, (point.at(-1) ?? 0) ^ 0x80) as Octets;

test.each(points)('%s: all %i points of small order are refused, whatever their sign says', (curve, count) => {
  const small = smallPoints(curve, count);

  expect(new Set(small.map(String)).size).toBe(count);
  expect(small.filter((point) => faultOfPoint(curve, point) !== 'smallOrder')).toEqual([]);
  expect(small.map(withSign).filter((point) => faultOfPoint(curve, point) !== 'smallOrder')).toEqual([]);
});

test.each(points)('%s: the points of the large subgroup are not', (curve) => {
  const { BASE } = curves[curve].Point;
  const large = Array.from({ length: 50 }, (_, i) => octetsOf(BASE.multiplyUnsafe(BigInt(i + 1)).toBytes()));

  expect(large.filter((point) => faultOfPoint(curve, point) !== undefined)).toEqual([]);
});

test.each(points)('%s: a coordinate of the prime or more is a second encoding, and refused', (curve) => {
  const prime = curves[curve].Point.Fp.ORDER;
  const faults = [-3n, -2n, -1n, 0n, 1n, 2n, 18n].map((more) => faultOfPoint(curve, encoded(curve, prime + more)));

  expect(faults).toEqual([undefined, undefined, 'smallOrder', 'point', 'point', 'point', 'point']);
});
