/**
 * What a Diffie-Hellman group is, apart from the arithmetic: lengths, curve names, primes, and how long a private value is.
 * The MODP primes are computed as RFC 3526 defines them, from the binary digits of pi; the vectors prove the digits.
 */
import type { GroupNumber } from './provider.ts';

export type ModpNumber = 14 | 15 | 16;
export type EcpNumber = 19 | 20 | 21;

export interface ModpGroup {
  readonly octets: number;
  /** Twice the group's strength and more (RFC 3526 8): longer exponents cost time and add nothing. */
  readonly exponentOctets: number;
  /** The addend that makes the number prime (RFC 3526 3 to 5). */
  readonly addend: bigint;
}

export const modpGroups: Readonly<Record<ModpNumber, ModpGroup>> = {
  14: { octets: 256, exponentOctets: 32, addend: 124476n },
  15: { octets: 384, exponentOctets: 40, addend: 1690314n },
  16: { octets: 512, exponentOctets: 48, addend: 240904n },
};

export interface EcpGroup {
  /** WebCrypto's name of the curve. */
  readonly curve: 'P-256' | 'P-384' | 'P-521';
  /** Octets of one coordinate, of the private value, and of the shared secret. */
  readonly octets: number;
}

export const ecpGroups: Readonly<Record<EcpNumber, EcpGroup>> = {
  19: { curve: 'P-256', octets: 32 },
  20: { curve: 'P-384', octets: 48 },
  21: { curve: 'P-521', octets: 66 },
};

export const isModp = (group: GroupNumber): group is ModpNumber => group in modpGroups;
export const isEcp = (group: GroupNumber): group is EcpNumber => group in ecpGroups;

/** Is this transform number a group that a provider computes? */
export const isGroup = (id: number): id is GroupNumber => id in modpGroups || id in ecpGroups || id === 31;

const primes = new Map<ModpNumber, bigint>();

/** 2^n - 2^(n-64) - 1 + 2^64 * ( [2^(n-130) pi] + addend ). */
export function primeOf(group: ModpNumber): bigint {
  const known = primes.get(group);
  if (known !== undefined) return known;
  const { octets, addend } = modpGroups[group];
  const bits = BigInt(8 * octets);
  const prime = (1n << bits) - (1n << (bits - 64n)) - 1n + ((scaledPi(bits - 130n) + addend) << 64n);
  primes.set(group, prime);
  return prime;
}

/** [2^bits pi], by Machin's formula with 64 bits to spare. */
function scaledPi(bits: bigint): bigint {
  const one = 1n << (bits + 64n);
  return (4n * (4n * arctanOfInverse(5n, one) - arctanOfInverse(239n, one))) >> 64n;
}

function arctanOfInverse(x: bigint, one: bigint): bigint {
  let sum = 0n;
  let sign = 1n;
  let power = one / x;
  for (let n = 1n; power > 0n; n += 2n) {
    sum += (sign * power) / n;
    power /= x * x;
    sign = -sign;
  }
  return sum;
}
