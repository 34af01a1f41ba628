/**
 * The law that matters most: whatever a wire does, in the end both ends hold the same SAs, or neither holds any. A plan of faults
 * and of wishes at both ends comes from a seed; then the wire heals, both ends send traffic, and time passes.
 * Whatever was said meanwhile, no IV and no message id was used twice.
 *
 * agreement.test.ts runs a part of it, scripts/soak.ts as much as one likes.
 */
import fc from 'fast-check';
import { printAddress } from '../../net/address.ts';
import type { Datagram } from '../datagram.ts';
import { type ConnectionWish, hostAddress } from './builders.ts';
import { mirrored, pathOf } from './mirrored.ts';
import { agreementOf, makePair, type Pair, type TestEnd } from './pair.ts';
import { demandFreshIvs, demandFreshMessageIds } from './reuse.ts';

const wishes = ['initiate', 'rekeyChild', 'rekeyIke', 'deleteChild', 'deleteIke', 'wait'] as const;
const often = ['rekeyChild', 'rekeyChild', 'rekeyIke', 'rekeyIke'] as const;

const aWish = fc.record({
  what: fc.constantFrom(...wishes, ...often),
  who: fc.constantFrom('host' as const, 'cluster' as const),
  afterMs: fc.constantFrom(0, 0, 3, 7, 12, 40, 700, 5000),
});

export const somePlan = fc.record({
  seed: fc.nat(),
  loss: fc.constantFrom(0, 0.1, 0.2, 0.4),
  duplicate: fc.constantFrom(0, 0.2),
  damage: fc.constantFrom(0, 0.1),
  jitterMs: fc.constantFrom(0, 30, 1500),
  fragmentIpOctets: fc.constantFrom(1280, 200),
  beginner: fc.constantFrom('host' as const, 'host' as const, 'cluster' as const, 'both' as const),
  beginMs: fc.constantFrom(0, 8, 13, 100, 5000, 5000, 5000),
  wishes: fc.array(aWish, { minLength: 1, maxLength: 8 }),
});

export type AgreementPlan = typeof somePlan extends fc.Arbitrary<infer Plan> ? Plan : never;

/** Throws where the ends disagree after the wire has healed, or one has used an IV or a message id twice. */
export const playPlan = (plan: AgreementPlan): Promise<void> => playPlanWith({}, plan);

/** The same, both ends configured so. */
export async function playPlanWith(both: Partial<ConnectionWish>, plan: AgreementPlan): Promise<void> {
  const { seed, beginMs, fragmentIpOctets, beginner, wishes: wanted, ...faults } = plan;
  const pair = makePair({ seed, faults, settings: { fragmentIpOctets, narrowIpOctets: 150 }, both });

  const sent: Record<TestEnd['name'], Datagram[]> = { host: [], cluster: [] };
  pair.wire.tamper = (datagram) => {
    sent[printAddress(datagram.local.address) === hostAddress ? 'host' : 'cluster'].push(datagram);
    return [datagram];
  };

  const beginners = beginner === 'both' ? pair.ends : [pair[beginner]];
  await Promise.all(beginners.map((end) => end.initiate()));
  await pair.runFor(beginMs);
  for (const { what, who, afterMs } of wanted) {
    await wish(pair[who], what, pair.nowMs);
    await pair.runFor(afterMs);
  }
  await heal(pair);

  expectAgreement(pair);
  for (const { name, transcript } of pair.ends) {
    demandFreshIvs(name, sent[name], transcript);
    demandFreshMessageIds(name, transcript);
  }
}

async function wish(end: TestEnd, what: (typeof wishes)[number], nowMs: number): Promise<void> {
  const [child] = end.sad;
  const [ikeSa] = end.ikeSas.filter(({ phase }) => phase === 'established');
  switch (what) {
    case 'initiate':
      return end.initiate();
    case 'rekeyChild':
      return child && end.endpoint.rekeyChild(child.inSpi, nowMs);
    case 'deleteChild':
      return child && end.endpoint.deleteChild(child.inSpi, nowMs);
    case 'rekeyIke':
      return ikeSa && end.endpoint.rekeyIke(ikeSa.initiatorSpi, nowMs);
    case 'deleteIke':
      return ikeSa && end.endpoint.deleteIkeSa(ikeSa.initiatorSpi, nowMs);
    case 'wait':
  }
}

/** Nothing is lost any more; whoever holds an SA sends on it, hears nothing, and asks. */
async function heal(pair: Pair): Promise<void> {
  pair.wire.faults = { loss: 0, duplicate: 0, damage: 0, delayMs: 5, jitterMs: 0 };
  await pair.run(120_000);
  for (const end of pair.ends) {
    for (const { inSpi } of end.sad) await end.endpoint.suspectSilence(inSpi, pair.nowMs);
  }
  await pair.run(120_000);
}

function expectAgreement(pair: Pair): void {
  const { host, cluster } = agreementOf(pair);
  demandEqual('CHILD SAs', host, cluster);
  demandEqual('paths', pair.host.sad.map(pathOf).sort(), pair.cluster.sad.map(mirrored).map(pathOf).sort());
  const ikeSpis = ({ ikeSas }: TestEnd) => ikeSas.map((each) => `${each.initiatorSpi} ${each.phase}`).sort();
  demandEqual('IKE SAs', ikeSpis(pair.host), ikeSpis(pair.cluster));
  for (const end of pair.ends) {
    const held = end.ikeSas.flatMap(({ children }) => children.map(({ inSpi }) => `${inSpi}`)).sort();
    demandEqual(`${end.name}: what IKE SAs hold, and the SAD`, held, end.sad.map(({ inSpi }) => `${inSpi}`).sort());
  }
}

function demandEqual(what: string, one: readonly string[], other: readonly string[]): void {
  if (one.join() !== other.join()) throw new Error(`${what}: [${one.join(', ')}] and [${other.join(', ')}]`);
}
