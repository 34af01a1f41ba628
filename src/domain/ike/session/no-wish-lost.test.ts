/**
 * The law of wishes.test.ts on any wire: whatever both ends want meanwhile and whatever is lost, whoever asked for a CHILD SA has had one of
 * that name, or a failure that names it, when the wire has healed.
 */
import fc from 'fast-check';
import { test } from 'vitest';
import type { Fact } from '../facts.ts';
import type { ConnectionWish } from '../testing/builders.ts';
import { several } from '../testing/follow-ups.ts';
import { makePair, type TestEnd } from '../testing/pair.ts';

const children = ['nfs', 'smb'] as const;
const meanwhile = ['rekeyChild', 'rekeyIke', 'deleteIke', 'deleteChild', 'reauthenticate', 'dropSilently'] as const;

const aWish = fc.record({
  what: fc.constantFrom(...children, ...children, ...meanwhile),
  who: fc.constantFrom('host' as const, 'cluster' as const),
  afterMs: fc.constantFrom(0, 0, 3, 7, 12, 40, 700, 3000),
});

const aPlan = fc.record({
  seed: fc.nat(),
  faults: fc.record({
    loss: fc.constantFrom(0, 0.2, 0.4),
    duplicate: fc.constantFrom(0, 0.2),
    damage: fc.constantFrom(0, 0.1),
    jitterMs: fc.constantFrom(0, 30, 1500),
  }),
  wishes: fc.array(aWish, { minLength: 2, maxLength: 9 }),
  childrenPerIkeSa: fc.constantFrom(1, 2, 1000),
  more: fc.constantFrom({}, { childless: 'force' as const }),
});
type Plan = typeof aPlan extends fc.Arbitrary<infer Value> ? Value : never;

test.each([
  ['one key exchange', {}, 150],
  ['several', several, 75],
] as const)(
  'each SA takes %s',
  async (_, both, numRuns) => {
    await fc.assert(
      fc.asyncProperty(aPlan, (plan) => play(both, plan)),
      { numRuns },
    );
  },
  60_000,
);

async function play(both: Partial<ConnectionWish>, plan: Plan): Promise<void> {
  const { seed, faults, wishes, childrenPerIkeSa, more } = plan;
  const pair = makePair({ seed, faults, both: { ...both, more }, settings: { childrenPerIkeSa } });
  for (const { endpoint, connection } of pair.ends) {
    const named = children.flatMap((name) => connection.children.map((child) => ({ ...child, name })));
    await endpoint.setConnections([{ ...connection, children: named }], pair.nowMs);
  }
  const asked: { readonly end: TestEnd; readonly child: string; readonly from: number }[] = [];
  for (const { what, who, afterMs } of wishes) {
    const end = pair[who];
    if (what === 'nfs' || what === 'smb') {
      asked.push({ end, child: what, from: end.facts.length });
      void end.initiate({ child: what });
    } else {
      carryOut(end, what, pair.nowMs);
    }
    await pair.runFor(afterMs);
  }
  pair.wire.faults = { loss: 0, duplicate: 0, damage: 0, delayMs: 5, jitterMs: 0 };
  await pair.run(180_000);

  for (const { end, child, from } of asked) {
    if (!end.facts.slice(from).some((fact) => isAnswerTo(fact, child))) {
      throw new Error(`${end.name} has heard nothing of ${child}`);
    }
  }
}

function carryOut({ endpoint, sad: [child], ikeSas }: TestEnd, what: (typeof meanwhile)[number], nowMs: number): void {
  const ikeSa = ikeSas.find(({ phase }) => phase === 'established');
  if (what === 'dropSilently') void endpoint.dropSilently(nowMs);
  if (child && what === 'rekeyChild') void endpoint.rekeyChild(child.inSpi, nowMs);
  if (child && what === 'deleteChild') void endpoint.deleteChild(child.inSpi, nowMs);
  if (ikeSa && what === 'rekeyIke') void endpoint.rekeyIke(ikeSa.initiatorSpi, nowMs);
  if (ikeSa && what === 'deleteIke') void endpoint.deleteIkeSa(ikeSa.initiatorSpi, nowMs);
  if (ikeSa && what === 'reauthenticate') void endpoint.reauthenticate(ikeSa.initiatorSpi, nowMs);
}

/** A new SA of our own asking, none that only takes the place of another; or its failure. */
function isAnswerTo(fact: Fact, name: string): boolean {
  if (fact.type === 'failed') return fact.failure.child === name;
  if (fact.type !== 'childInstalled') return false;
  const { child, replaces, isInitiator } = fact.child;
  return child === name && replaces === undefined && isInitiator;
}
