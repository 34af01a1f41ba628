/** A part of the agreement property (testing/agreement.ts); `npm run soak` runs the whole. */
import fc from 'fast-check';
import { test } from 'vitest';
import { playPlan, somePlan } from './testing/agreement.ts';

test('under loss, duplicates, damage and reordering, both ends end with the same SAs or with none', async () => {
  await fc.assert(fc.asyncProperty(somePlan, playPlan), {
    numRuns: Number(globalThis.process?.env['RUNS'] ?? 60),
  });
}, 60_000);
