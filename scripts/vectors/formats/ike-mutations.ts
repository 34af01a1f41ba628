/**
 * Damaged IKE_SA_INIT messages and what a receiver does about each. "As the original" is checked among the mutations of one
 * message: whatever was changed in bits that say nothing, the payloads that we know are the same.
 */
import { z } from 'zod';
import { toHex } from '../../../src/domain/bytes/hex.ts';
import type { Octets } from '../../../src/domain/bytes/octets.ts';
import { parseMessage } from '../../../src/domain/ike/message/parse.ts';
import { writePayloads } from '../../../src/domain/ike/message/write.ts';
import { disagree, expectEqual } from '../expect.ts';
import { hex } from '../fields.ts';
import { casesOf, type Format, listOf } from '../format.ts';

const fields = z.object({ id: z.string(), kind: z.string().default(''), expect: z.string(), hex });

export const ikeMutations: Format = {
  name: 'ike-mutations',
  fields,
  cases(file) {
    const originals = new Map<string, string>();
    return casesOf(listOf(file), fields, ({ id, kind, expect, hex: octets }, name) => ({
      name,
      check() {
        if (expect === 'as the original') {
          const original = id.slice(0, id.length - kind.length);
          const known = knownPayloadsOf(octets);
          expectEqual('known payloads', known, originals.get(original) ?? known);
          originals.set(original, known);
        } else expectEqual('reaction', reactionTo(octets), wantedOf(expect, reactionTo(octets)));
      },
    }));
  },
};

function reactionTo(octets: Octets): string {
  const parsed = parseMessage(octets);
  if (parsed.ok) return 'accepted';
  const { error } = parsed;
  switch (error.code) {
    case 'drop':
      return 'drop';
    case 'malformed':
      return 'INVALID_SYNTAX';
    case 'invalidMajorVersion':
      return 'INVALID_MAJOR_VERSION';
    case 'unsupportedCriticalPayload':
      return error.header.isResponse ? 'ignore' : `UNSUPPORTED_CRITICAL_PAYLOAD(${error.payloadType})`;
  }
}

/** Of the reactions that the text allows, the one that we had, or else the text. */
function wantedOf(expect: string, got: string): string {
  const allowed: readonly string[] = expect.match(/[A-Z][A-Z_]+(\(\d+\))?|drop|ignore/g) ?? [];
  return allowed.includes(got) ? got : expect;
}

function knownPayloadsOf(octets: Octets): string {
  const parsed = parseMessage(octets);
  if (!parsed.ok) disagree(`refused: ${JSON.stringify(parsed.error)}`);
  return toHex(writePayloads(parsed.value.payloads.filter(({ type }) => type !== 'unknown')).octets);
}
