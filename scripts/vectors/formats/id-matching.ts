/** Identities against what a policy expects of them. Distinguished names come with certificates and are skipped by name. */
import { z } from 'zod';
import { matchesIdentity, parseIdentity, parseIdentityPattern } from '../../../src/domain/ike/identity.ts';
import { expectEqual, expectThat } from '../expect.ts';
import { casesOf, type Format, listOf, type VectorCase } from '../format.ts';

const noNames = 'distinguished names are not matched yet';
const fields = z.object({ id: z.string(), pattern: z.string(), match: z.boolean() });
const named = z.object({ pattern: z.string() });

export const idMatching: Format = {
  name: 'id-matching',
  cases: (file) => [
    ...casesOf(listOf(file), fields, ({ id, pattern, match }): VectorCase => {
      const name = `${id} against ${pattern}`;
      if (`${id}${pattern}`.includes('=')) return { name, skip: noNames };
      const check = () => {
        const identity = parseIdentity(id);
        expectThat(identity, 'the identity is read');
        const expected = parseIdentityPattern(pattern); // a pattern that cannot be read fits nobody
        expectEqual('matches', expected !== undefined && matchesIdentity(identity, expected), match);
      };
      return { name, check };
    }),
    ...['dnPatterns', 'dn2Patterns'].flatMap((list) =>
      casesOf(file[list], named, ({ pattern }): VectorCase => ({ name: `${list} ${pattern}`, skip: noNames })),
    ),
  ],
};
