/** Identities against what a policy expects of them, distinguished names in the strict reading: RDN by RDN, in their order. */
import { z } from 'zod';
import { matchesIdentity } from '../../../src/domain/ike/auth/identity.ts';
import { identityOf, patternOf } from '../../pairs/charon-identity.ts';
import { expectEqual } from '../expect.ts';
import { casesOf, type Format, listOf, type VectorCase, type VectorFile } from '../format.ts';

const fields = z.object({ id: z.string(), pattern: z.string(), match: z.boolean() });
const named = z.object({ pattern: z.string(), strict: z.boolean() });

export const idMatching: Format = {
  name: 'id-matching',
  fields,
  cases: (file) => [
    ...casesOf(listOf(file), fields, ({ id, pattern, match }) => caseOf(id, pattern, match)),
    ...Object.keys(file).flatMap((list) => (list.endsWith(patterns) ? nameCases(file, list) : [])),
  ],
};

const patterns = 'Patterns';

/** `dn` and `dnPatterns`: one name, and what may be expected of it. */
function nameCases(file: VectorFile, list: string): readonly VectorCase[] {
  const subject = z.string().safeParse(file[list.slice(0, -patterns.length)]);
  if (!subject.success) return [];
  return casesOf(file[list], named, ({ pattern, strict }) => caseOf(subject.data, pattern, strict));
}

const caseOf = (id: string, pattern: string, isMatch: boolean): VectorCase => ({
  name: `${id} against ${pattern}`,
  check() {
    const identity = identityOf(id);
    const expected = patternOf(pattern); // a pattern that cannot be read fits nobody
    const fits = identity ? expected && matchesIdentity(identity, expected) : expected?.kind === 'any';
    expectEqual('matches', fits ?? false, isMatch);
  },
});
