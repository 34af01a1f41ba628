/**
 * MODP groups in BigInt (RFC 3526), for where the platform has none. A group's generator is always the same, so its powers
 * come from a table (Lim and Lee's comb) and a fresh pair costs a fifth of a derivation.
 *
 * BigInt does not promise constant time. What could be learnt is a private value that serves one exchange and is not used
 * again; the Node host has OpenSSL's arithmetic instead (src/server/node-provider.ts).
 */
import { parseHex, toHex } from '../bytes/hex.ts';
import type { Octets } from '../bytes/octets.ts';
import { invariant } from '../bytes/result.ts';
import { Secret } from '../bytes/secret.ts';
import { type ModpNumber, modpGroups, primeOf } from './groups.ts';
import type { KeyPair } from './provider.ts';

export function modpKeyPair(group: ModpNumber, privateValue: Octets): KeyPair {
  const { octets } = modpGroups[group];
  const prime = primeOf(group);
  const exponent = toInteger(privateValue);
  return {
    group,
    publicValue: toOctets(powerOfGenerator(group, exponent), octets),
    derive(peer) {
      if (!isModpPublicValue(group, peer)) return undefined;
      return new Secret(toOctets(power(toInteger(peer), exponent, prime), octets));
    },
  };
}

/** As long as the prime, 1 < r < p - 1, and in the subgroup where there is one (RFC 6989 2.1, 2.2, RFC 7296 3.4). */
export function isModpPublicValue(group: ModpNumber, value: Octets): boolean {
  const { octets, order } = modpGroups[group];
  if (value.length !== octets) return false;
  const integer = toInteger(value);
  const prime = primeOf(group);
  if (integer <= 1n || integer >= prime - 1n) return false;
  return order === undefined || power(integer, order, prime) === 1n;
}

/** base^exponent mod prime, four bits of the exponent at a time. */
export function power(base: bigint, exponent: bigint, prime: bigint): bigint {
  const powers = [1n, base];
  for (let i = 2; i < 16; i++) powers.push(((powers[i - 1] ?? 1n) * base) % prime);
  let result = 1n;
  for (const digit of exponent.toString(16)) {
    for (let i = 0; i < 4; i++) result = (result * result) % prime;
    result = (result * (powers[Number.parseInt(digit, 16)] ?? 1n)) % prime;
  }
  return result;
}

const teeth = 8;

/** One column of the comb holds bits i, i + columns, i + 2 columns, …; `powers[t]` is the generator to the sum of the set bits of t. */
interface Comb {
  readonly columns: number;
  readonly powers: readonly bigint[];
}

const combs = new Map<ModpNumber, Comb>();

function powerOfGenerator(group: ModpNumber, exponent: bigint): bigint {
  const prime = primeOf(group);
  const { columns, powers } = combOf(group);
  if (exponent >> BigInt(teeth * columns) !== 0n) return power(modpGroups[group].generator, exponent, prime);
  const bits = exponent.toString(2).padStart(teeth * columns, '0');
  let result = 1n;
  for (let column = 0; column < columns; column++) {
    let row = 0;
    for (let tooth = 0; tooth < teeth; tooth++) row = 2 * row + (bits[tooth * columns + column] === '1' ? 1 : 0);
    result = (((result * result) % prime) * (powers[row] ?? 1n)) % prime;
  }
  return result;
}

function combOf(group: ModpNumber): Comb {
  const known = combs.get(group);
  if (known !== undefined) return known;
  const prime = primeOf(group);
  const { exponentOctets: columns, generator } = modpGroups[group]; // eight teeth, eight bits an octet
  const powers = [1n];
  let tooth = generator; // generator^(2^(t * columns))
  for (let t = 0; t < teeth; t++) {
    for (const other of powers.slice()) powers.push((other * tooth) % prime);
    for (let i = 0; i < columns; i++) tooth = (tooth * tooth) % prime;
  }
  const comb = { columns, powers };
  combs.set(group, comb);
  return comb;
}

export const toInteger = (octets: Octets): bigint => (octets.length === 0 ? 0n : BigInt(`0x${toHex(octets)}`));

export function toOctets(integer: bigint, count: number): Octets {
  const octets = parseHex(integer.toString(16).padStart(2 * count, '0'));
  invariant(octets?.length === count, 'a number below the prime has as many octets at most');
  return octets;
}
