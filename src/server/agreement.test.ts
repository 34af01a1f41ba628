/** A part of the agreement property (domain/ike/testing/agreement.ts), the same in every run; `npm run soak` runs the whole, from any seed. */
import fc from 'fast-check';
import { test } from 'vitest';
import { playPlan } from '../domain/ike/testing/agreement.ts';
import { somePlan } from '../domain/ike/testing/agreement-plan.ts';
import { lateProvider } from '../domain/ike/testing/wrapped-provider.ts';
import { nodeProvider } from './node-provider.ts';

test('under loss, duplicates, damage and reordering, whatever is negotiated, both ends end with the same SAs or with none', async () => {
  const property = fc.asyncProperty(
    somePlan,
    async (plan) => void (await playPlan(plan, lateProvider(nodeProvider, plan.seed))),
  );
  await fc.assert(property, { seed: 7296, numRuns: 60 });
}, 60_000);
