/** What `npm run fuzz` found, and octets that have brought down other readers: read without a throw and in bounded steps. */
import { z } from 'zod';
import { probeChain, probeMessage } from '../../../src/domain/ike/message/testing/probe.ts';
import { expectEqual } from '../expect.ts';
import { hex } from '../fields.ts';
import { casesOf, type Format, listOf } from '../format.ts';

const fields = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('message'), hex }),
  z.object({ kind: z.literal('chain'), first: z.number(), hex }),
]);

export const fuzzCorpus: Format = {
  name: 'fuzz-corpus',
  fields,
  cases: (file) =>
    casesOf(listOf(file), fields, (found, name) => ({
      name,
      check() {
        const claim =
          found.kind === 'message' ? probeMessage(found.hex) : probeChain({ first: found.first, octets: found.hex });
        expectEqual('broken claim', claim, undefined);
      },
    })),
};
