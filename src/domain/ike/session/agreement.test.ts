/** A part of the agreement property (testing/agreement.ts); `npm run soak` runs the whole. */
import fc from 'fast-check';
import { test } from 'vitest';
import { playPlan, playPlanWith, somePlan } from '../testing/agreement.ts';

test('under loss, duplicates, damage and reordering, both ends end with the same SAs or with none', async () => {
  await fc.assert(fc.asyncProperty(somePlan, playPlan), {
    numRuns: Number(globalThis.process?.env['RUNS'] ?? 60),
  });
}, 60_000);

test('the same where each negotiation and each rekey takes several key exchanges', async () => {
  const both = {
    ike: ['aes256gcm16-prfsha256-x25519-ke1_ecp256-ke2_mlkem512'],
    esp: ['aes256gcm16-noesn-x25519-ke1_ecp256'],
  };
  await fc.assert(
    fc.asyncProperty(somePlan, (plan) => playPlanWith(both, plan)),
    { numRuns: 20 },
  );
}, 60_000);
