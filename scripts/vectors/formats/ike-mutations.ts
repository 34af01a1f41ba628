/**
 * Damaged messages and what a receiver does about each. "As the original" is checked among the mutations of one message, where
 * their ids tell that they are of one: whatever was changed in bits that say nothing, the payloads that we know are the same.
 */
import { z } from 'zod';
import { toHex } from '../../../src/domain/bytes/hex.ts';
import type { Octets } from '../../../src/domain/bytes/octets.ts';
import { isInitRequest } from '../../../src/domain/ike/endpoint/unprotected.ts';
import type { Header } from '../../../src/domain/ike/message/message.ts';
import { exchangeTypes } from '../../../src/domain/ike/message/names.ts';
import { parseMessage } from '../../../src/domain/ike/message/parse.ts';
import { writePayloads } from '../../../src/domain/ike/message/write.ts';
import { disagree, expectEqual } from '../expect.ts';
import { hex } from '../fields.ts';
import { casesOf, type Format, listOf } from '../format.ts';

const fields = z.object({ id: z.string().default(''), kind: z.string().default(''), expect: z.string(), hex });

export const ikeMutations: Format = {
  name: 'ike-mutations',
  fields,
  cases(file) {
    const originals = new Map<string, string>();
    return casesOf(listOf(file), fields, ({ id, kind, expect, hex: octets }, name) => ({
      name,
      check() {
        if (expect === 'as the original') {
          const known = knownPayloadsOf(octets);
          const original = kind !== '' && id.endsWith(kind) ? id.slice(0, -kind.length) : undefined;
          if (original === undefined) return;
          expectEqual('known payloads', known, originals.get(original) ?? known);
          originals.set(original, known);
        } else expectEqual('reaction', reactionTo(octets), wantedOf(expect, reactionTo(octets)));
      },
    }));
  },
};

function reactionTo(octets: Octets): string {
  const parsed = parseMessage(octets);
  if (parsed.ok) return isStray(parsed.value.header) ? 'drop' : 'accept';
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

/** A request of IKE_SA_INIT that cannot be an initiator's first, hence of an SA that nobody has. */
const isStray = (header: Header): boolean =>
  header.exchange === exchangeTypes.numbers.IKE_SA_INIT && !header.isResponse && !isInitRequest(header);

/** Of the reactions that the text allows, the one that we had, or else the text. A bare `refuse` allows all but one. */
function wantedOf(expect: string, got: string): string {
  const allowed: readonly string[] = expect.match(/[A-Z][A-Z_]+(\(\d+\))?|drop|ignore|accept/g) ?? [];
  const isAllowed = allowed.length > 0 ? allowed.includes(got) : expect.startsWith('refuse') && got !== 'accept';
  return isAllowed ? got : expect;
}

function knownPayloadsOf(octets: Octets): string {
  const parsed = parseMessage(octets);
  if (!parsed.ok) disagree(`refused: ${JSON.stringify(parsed.error)}`);
  return toHex(writePayloads(parsed.value.payloads.filter(({ type }) => type !== 'unknown')).octets);
}
