/** A peer that is too busy is asked again, and not for ever (RFC 7296 2.25); a follow-up likewise: followup-put-off.test.ts. */
import { expect, test } from 'vitest';
import { notify } from '../message/notifies.ts';
import { ikeSpiOf } from '../testing/collisions.ts';
import { answerEachWith } from '../testing/other-answer.ts';
import { makePair, type Pair } from '../testing/pair.ts';

test.each([
  ['a CHILD SA', 'child', ({ host, nowMs }: Pair) => host.endpoint.rekeyChild(host.child.inSpi, nowMs)],
  ['the IKE SA', 'request', ({ host, nowMs }: Pair) => host.endpoint.rekeyIke(ikeSpiOf(host), nowMs)],
] as const)('a peer that is always too busy to rekey %s is asked 21 times and no more', async (_, scope, rekey) => {
  const pair = await makePair({ settings: { busyMs: 100 } }).establish();
  await rekey(pair);
  await answerEachWith(pair, 'CREATE_CHILD_SA', Array(21).fill([notify('TEMPORARY_FAILURE')]));
  await pair.run(60_000);

  expect(pair.ladder().filter((line) => line.startsWith('host -> CREATE_CHILD_SA'))).toHaveLength(21);
  expect(pair.host.failures).toMatchObject([
    { scope, by: 'remote', notify: 43, refusal: { code: 'busy', why: 'peer' } },
  ]);
});
