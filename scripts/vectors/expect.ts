/** How a case says that engine and vector disagree. */
import { toHex } from '../../src/domain/bytes/hex.ts';
import type { Octets } from '../../src/domain/bytes/octets.ts';

export class Disagreement extends Error {}

export function disagree(what: string): never {
  throw new Disagreement(what);
}

export function expectThat(condition: unknown, claim: string): asserts condition {
  if (!condition) disagree(claim);
}

export function expectOctets(what: string, got: Octets | undefined, expected: Octets): asserts got is Octets {
  if (got === undefined) disagree(`${what}: refused, expected ${brief(toHex(expected))}`);
  const [gotHex, expectedHex] = [toHex(got), toHex(expected)];
  if (gotHex !== expectedHex) disagree(`${what}: got ${brief(gotHex)}, expected ${brief(expectedHex)}`);
}

export function expectEqual(what: string, got: unknown, expected: unknown): void {
  if (got !== expected) disagree(`${what}: got ${String(got)}, expected ${String(expected)}`);
}

const brief = (text: string): string =>
  text.length <= 64 ? text || 'nothing' : `${text.slice(0, 64)}… (${text.length / 2})`;
