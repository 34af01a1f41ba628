/**
 * What a Diffie-Hellman group is, apart from the arithmetic: lengths, curve names, primes, and how long a private value is.
 * Most MODP primes are computed as RFC 2409 and RFC 3526 define them, from the binary digits of pi; the vectors prove the digits.
 * More is computed than negotiated: crypto/transforms.ts says what may be chosen.
 */
import { primeOrderSubgroups } from './prime-order-subgroups.ts';
import type { GroupNumber } from './provider.ts';

export type ModpNumber = 1 | 2 | 5 | 14 | 15 | 16 | 17 | 18 | 22 | 23 | 24;
export type EcpNumber = 19 | 20 | 21;

export interface ModpGroup {
  readonly octets: number;
  /** Twice the group's strength and more (RFC 3526 8): longer exponents cost time and add nothing. */
  readonly exponentOctets: number;
  /** The addend that makes the number prime (RFC 2409 6, RFC 3526 2 to 7), or the prime itself (RFC 5114). */
  readonly prime: { readonly addend: bigint } | bigint;
  readonly generator: bigint;
  /** Of the subgroup that public values belong to; absent: all below the prime but its edges (RFC 6989 2.1, 2.2). */
  readonly order?: bigint;
}

export const modpGroups: Readonly<Record<ModpNumber, ModpGroup>> = {
  1: ofPi(96, 24, 149686n),
  2: ofPi(128, 24, 129093n),
  5: ofPi(192, 32, 741804n),
  14: ofPi(256, 32, 124476n),
  15: ofPi(384, 40, 1690314n),
  16: ofPi(512, 48, 240904n),
  17: ofPi(768, 52, 929484n),
  18: ofPi(1024, 56, 4743158n),
  22: { octets: 128, exponentOctets: 20, ...primeOrderSubgroups[22] },
  23: { octets: 256, exponentOctets: 28, ...primeOrderSubgroups[23] },
  24: { octets: 256, exponentOctets: 32, ...primeOrderSubgroups[24] },
};

function ofPi(octets: number, exponentOctets: number, addend: bigint): ModpGroup {
  return { octets, exponentOctets, prime: { addend }, generator: 2n };
}

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

export function primeOf(group: ModpNumber): bigint {
  const known = primes.get(group);
  if (known !== undefined) return known;
  const { octets, prime: given } = modpGroups[group];
  const prime = typeof given === 'bigint' ? given : primeOfPi(BigInt(8 * octets), given.addend);
  primes.set(group, prime);
  return prime;
}

/** 2^n - 2^(n-64) - 1 + 2^64 * ( [2^(n-130) pi] + addend ). */
function primeOfPi(bits: bigint, addend: bigint): bigint {
  return (1n << bits) - (1n << (bits - 64n)) - 1n + ((scaledPi(bits - 130n) + addend) << 64n);
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
