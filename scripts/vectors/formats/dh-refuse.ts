/** Public values that must be refused, beside good ones (RFC 6989 2, RFC 5903 7, RFC 8031 3). */
import { z } from 'zod';
import { isGroup } from '../../../src/domain/crypto/groups.ts';
import { expectEqual } from '../expect.ts';
import { hex } from '../fields.ts';
import { casesOf, type Format, listOf } from '../format.ts';
import { groupOf } from '../transform-names.ts';

const fields = z.object({ group: z.union([z.string(), z.number()]), ke: hex, expect: z.string() });

export const dhRefuse: Format = {
  name: 'dh-refuse',
  fields,
  cases: (file, { provider }) =>
    casesOf(listOf(file), fields, ({ group: groupName, ke, expect }, name) => {
      const group = groupOf(groupName);
      if (group === undefined || !isGroup(group)) return { name, skip: `${groupName} is no group that we compute` };
      const check = async () => {
        const secret = await (await provider.keyPair(group)).derive(ke);
        expectEqual(
          'the public value is',
          secret ? 'accepted' : 'refused',
          /^(refuse|reject|invalid)/.test(expect) ? 'refused' : 'accepted',
        );
      };
      return { name, check };
    }),
};
