/**
 * What `npm run fuzz` found, octets that have brought down other readers, and plans of hostile peers, one for each way through a
 * negotiation. A run with an endpoint is by node:crypto whatever the means are: it answers at once, so the same plan is the same run.
 */
import { claimBrokenBy, fuzzInput } from '../../fuzz/inputs.ts';
import { expectEqual } from '../expect.ts';
import { casesOf, type Format, listOf } from '../format.ts';

export const fuzzCorpus: Format = {
  name: 'fuzz-corpus',
  fields: fuzzInput,
  cases: (file) =>
    casesOf(listOf(file), fuzzInput, (input, name) => ({
      name,
      check: async () => expectEqual('broken claim', await claimBrokenBy(input), undefined),
    })),
};
