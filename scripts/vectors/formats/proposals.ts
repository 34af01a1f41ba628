/** strongSwan's proposal keywords, and selection between two of them. */
import { z } from 'zod';
import { shortNameOf } from '../../../src/domain/crypto/transforms.ts';
import { parseProposalKeywords, printProposalKeywords } from '../../../src/domain/host/proposal-keywords.ts';
import type { Proposal, Transform } from '../../../src/domain/ike/message/message.ts';
import { areSame, isChoiceOf, selectProposal } from '../../../src/domain/ike/proposal/proposal.ts';
import { disagree, expectEqual, expectThat } from '../expect.ts';
import { casesOf, type Format, listOf } from '../format.ts';

const protocol = z.enum(['IKE', 'ESP', 'AH']);
const keywords = z.object({ proto: protocol, proposal: z.string(), expected: z.string().nullable() });
/** One proposal, or several. */
const side = z.union([z.string().transform((text) => [text]), z.array(z.string())]);
const selection = z.object({
  proto: protocol,
  self: side,
  other: side,
  expected: z.string().nullable(),
  flags: z.string().nullish(),
});

export const proposals: Format = {
  name: 'proposals',
  fields: keywords,
  cases: (file) =>
    casesOf(listOf(file), keywords, ({ proto, proposal, expected }) => ({
      name: `${proto} "${proposal}"`,
      check() {
        const parsed = parseProposalKeywords(proto, proposal);
        expectEqual('transforms', parsed.ok ? `${proto}:${namesOf(parsed.value)}` : null, expected);
        if (!parsed.ok) return;
        const again = parseProposalKeywords(proto, printProposalKeywords(parsed.value) ?? '');
        expectThat(again.ok && areSameProposals(again.value, parsed.value), 'printed keywords mean the same');
      },
    })),
};

export const proposalSelection: Format = {
  name: 'proposals',
  section: 'selection',
  fields: selection,
  cases: (file) =>
    casesOf(listOf(file), selection, ({ proto, self, other, expected, flags }) => ({
      name: `${proto} ${self.join()} meets ${other.join()}${flags ? `, ${flags}` : ''}`,
      check() {
        const read = (text: string) => {
          const parsed = parseProposalKeywords(proto, text);
          return parsed.ok ? parsed.value : disagree(`${text} refused: ${JSON.stringify(parsed.error)}`);
        };
        const numbered = (texts: readonly string[]) =>
          texts.map((text, index): Proposal => ({ ...read(text), number: index + 1 }));
        const isStripped = flags?.includes('SKIP_KE') ?? false;
        const prefer = flags?.includes('PREFER_SUPPLIED') ? 'offered' : 'accepted';
        const chosen = selectProposal(numbered(other), numbered(self), {
          prefer,
          keyExchange: isStripped ? 'strip' : 'keep',
          permit: 'anything',
        });
        if (expected === null) expectEqual('chosen', chosen && namesOf(chosen), undefined);
        else {
          expectThat(
            chosen && areSameProposals(chosen, read(expected)),
            `chose ${chosen ? namesOf(chosen) : 'nothing'}`,
          );
          if (!isStripped)
            expectThat(isChoiceOf(chosen, numbered(other)), 'the peer finds its own offer in the answer');
        }
      },
    })),
};

const namesOf = (proposal: Proposal): string =>
  proposal.transforms.map((each) => (each.type > 5 ? `KE${each.type - 5}_` : '') + shortNameOf(each)).join('/');

/** Equal in all that is negotiated: the protocol, and of each type the transforms in their order. Number and SPI are not. */
function areSameProposals(a: Proposal, b: Proposal): boolean {
  if (a.protocol !== b.protocol || a.transforms.length !== b.transforms.length) return false;
  const others = byType(b.transforms);
  return byType(a.transforms).every((transform, index) => {
    const other = others[index];
    return other !== undefined && areSame(transform, other);
  });
}

const byType = (transforms: readonly Transform[]) => [...transforms].sort((x, y) => x.type - y.type); // stable
