/**
 * Whole recorded exchanges: the key schedule, AUTH, every message opened and written back, CHILD SA keys, ESP packets. The
 * parts stand in ../recorded/, a file each.
 */
import { casesOf, type Format, listOf, type VectorCase } from '../format.ts';
import { authCases } from '../recorded/auth.ts';
import { childKeyCases } from '../recorded/child-keys.ts';
import { espCases } from '../recorded/esp.ts';
import { ikeKeyCases } from '../recorded/ike-keys.ts';
import { messageCases } from '../recorded/messages.ts';
import { readingOf, recording } from '../recorded/recording.ts';
import { signatureCases } from '../recorded/signatures.ts';

export const ikev2Recorded: Format = {
  name: 'ikev2-recorded',
  fields: recording,
  cases: (file, means) =>
    casesOf(listOf(file), recording, (recorded, name): readonly VectorCase[] => {
      const read = readingOf(recorded);
      if (!read) return [{ name, skip: `${recorded.ikeProposal} is no suite of ours` }];
      return [ikeKeyCases, authCases, signatureCases, messageCases, childKeyCases, espCases]
        .flatMap((part) => part(read, means))
        .map((each) => ({ ...each, name: `${name}: ${each.name}` }));
    }),
};
