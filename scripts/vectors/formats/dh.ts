/** Diffie-Hellman pairs with private values: both public values, and the shared secret from either side. */
import { z } from 'zod';
import { isGroup } from '../../../src/domain/crypto/groups.ts';
import { disagree, expectOctets } from '../expect.ts';
import { hex } from '../fields.ts';
import { casesOf, type Format, listOf } from '../format.ts';
import { groupOf } from '../transform-names.ts';

const fields = z.object({
  group: z.union([z.string(), z.number()]),
  privI: hex,
  privR: hex.optional(),
  pubI: hex.optional(),
  pubR: hex.optional(),
  shared: hex,
});

export const dh: Format = {
  name: 'dh',
  fields,
  cases: (file, { provider }) =>
    casesOf(listOf(file), fields, ({ group: groupName, privI, privR, pubI, pubR, shared }, name) => {
      const group = groupOf(groupName);
      if (group === undefined || !isGroup(group)) return { name, skip: `${groupName} is no group that we compute` };
      const check = async () => {
        const initiator = await provider.keyPair(group, privI);
        const responder = privR && (await provider.keyPair(group, privR));
        if (pubI) expectOctets("initiator's public value", initiator.publicValue, pubI);
        if (pubR && responder) expectOctets("responder's public value", responder.publicValue, pubR);
        const publicR = responder?.publicValue ?? pubR ?? disagree("nothing of the responder's");
        expectOctets("initiator's secret", (await initiator.derive(publicR))?.reveal(), shared);
        if (responder) {
          expectOctets("responder's secret", (await responder.derive(initiator.publicValue))?.reveal(), shared);
        }
      };
      return { name, check };
    }),
};
