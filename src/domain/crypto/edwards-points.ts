/**
 * Which points of Ed25519 and Ed448 are no public keys. By one of small order a signature that took no private key fits whatever
 * octets one likes, and neither OpenSSL nor WebCrypto asks for it; both read a coordinate that is not reduced, which RFC 8032 5.1.3
 * refuses, as noble does. So it is asked here, for all providers, by comparing octets: most keys differ in the first.
 */
import type { Octets } from '../bytes/octets.ts';

export type EdwardsCurve = 'ed25519' | 'ed448';

/** Of a point as it is encoded: y, little-endian, with the sign of x in the highest bit (RFC 8032 5.1.2, 5.2.2). */
export function faultOfPoint(curve: EdwardsCurve, point: Octets): 'point' | 'smallOrder' | undefined {
  const { prime, ofSmallOrder } = curves[curve];
  if (!isBelow(point, prime)) return 'point';
  return ofSmallOrder.some((y) => hasCoordinate(point, y)) ? 'smallOrder' : undefined;
}

interface Curve {
  readonly prime: Octets;
  /** The y of every point whose order divides the cofactor, 8 and 4 (RFC 7748 4.1, 4.2). */
  readonly ofSmallOrder: readonly Octets[];
}

/** `ofOrder8`: the y of points of that order, which none of Ed448 has. */
function curveOf(prime: bigint, octets: number, ofOrder8: readonly bigint[]): Curve {
  const encode = (y: bigint): Octets =>
    Uint8Array.from({ length: octets }, (_, at) => Number(BigInt.asUintN(8, y >> BigInt(8 * at))));
  const all = [0n, 1n, prime - 1n, ...ofOrder8, ...ofOrder8.map((y) => prime - y)];
  return { prime: encode(prime), ofSmallOrder: all.map(encode) };
}

const curves: Readonly<Record<EdwardsCurve, Curve>> = {
  ed25519: curveOf(2n ** 255n - 19n, 32, [0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n]),
  ed448: curveOf(2n ** 448n - 2n ** 224n - 1n, 57, []),
};

const withoutSign = (point: Octets, at: number): number => (point[at] ?? 0) & (at === point.length - 1 ? 0x7f : 0xff);

function isBelow(point: Octets, limit: Octets): boolean {
  for (let at = limit.length - 1; at >= 0; at--) {
    const difference = withoutSign(point, at) - (limit[at] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

const hasCoordinate = (point: Octets, y: Octets): boolean => y.every((octet, at) => withoutSign(point, at) === octet);
