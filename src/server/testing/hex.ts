/** Octets of a test's own hex digits; anything else is the test's mistake. */
import { parseHex } from '../../domain/bytes/hex.ts';
import type { Octets } from '../../domain/bytes/octets.ts';
import { invariant } from '../../domain/bytes/result.ts';

export function hex(text: string): Octets {
  const octets = parseHex(text);
  invariant(octets, `'${text}' is hex`);
  return octets;
}
