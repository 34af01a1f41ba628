/**
 * The law that matters most: whatever a wire does, in the end both ends hold the same SAs, or neither holds any. A plan of faults
 * and of wishes at both ends comes from a seed (agreement-plan.ts); then the wire heals, both ends send traffic, and time passes.
 * Whatever was said meanwhile, no IV and no message id was used twice.
 *
 * src/server/agreement.test.ts runs a part of it, scripts/soak.ts as much as one likes.
 */
import type { CryptoProvider } from '../../crypto/provider.ts';
import { printAddress } from '../../net/address.ts';
import type { Datagram } from '../datagram.ts';
import { type AgreementPlan, type Wish, wishOf } from './agreement-plan.ts';
import { hostAddress } from './builders.ts';
import { mirrored, pathOf } from './mirrored.ts';
import { agreementOf, makePair, type Pair, type TestEnd } from './pair.ts';
import { demandFreshIvs, demandFreshMessageIds } from './reuse.ts';

/**
 * Throws where the ends disagree after the wire has healed, or one has used an IV or a message id twice; gives what was played. The same plan
 * is the same run, octet for octet, if what the provider answers comes in the same order.
 */
export async function playPlan(plan: AgreementPlan, provider: CryptoProvider): Promise<Pair> {
  const { seed, loss, duplicate, damage, jitterMs, fragmentIpOctets, beginner, beginMs } = plan;
  const pair = makePair({
    seed,
    provider,
    faults: { loss, duplicate, damage, jitterMs },
    settings: { fragmentIpOctets, narrowIpOctets: 150 },
    host: wishOf(plan, 'host'),
    cluster: wishOf(plan, 'cluster'),
  });

  const sent: Record<TestEnd['name'], Datagram[]> = { host: [], cluster: [] };
  pair.wire.tamper = (datagram) => {
    sent[printAddress(datagram.local.address) === hostAddress ? 'host' : 'cluster'].push(datagram);
    return [datagram];
  };

  const beginners = beginner === 'both' ? pair.ends : [pair[beginner]];
  await Promise.all(beginners.map((end) => end.initiate()));
  await pair.runFor(beginMs);
  for (const { what, who, afterMs } of plan.wishes) {
    await wish(pair[who], what, pair.nowMs);
    await pair.runFor(afterMs);
  }
  await heal(pair);

  expectAgreement(pair);
  for (const { name, transcript } of pair.ends) {
    demandFreshIvs(name, sent[name], transcript);
    demandFreshMessageIds(name, transcript);
  }
  return pair;
}

async function wish(end: TestEnd, what: Wish, nowMs: number): Promise<void> {
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
    case 'reauthenticate':
      return ikeSa && end.endpoint.reauthenticate(ikeSa.initiatorSpi, nowMs);
    case 'drop':
      return end.endpoint.dropSilently(nowMs);
    case 'wait':
  }
}

/** By then every request that was lost has been answered or given up, and so has whoever asked then whether its peer lives. */
const healedMs = 120_000;
/** A request goes out for 41 s. */
const askedMs = 60_000;

/**
 * Nothing is lost any more; whoever holds an SA sends on it, hears nothing, and asks. Without a CHILD SA there is nothing to send, and to
 * notice that the peer has lost all takes a message of IKE's own: a rekey.
 */
async function heal(pair: Pair): Promise<void> {
  pair.wire.faults = { loss: 0, duplicate: 0, damage: 0, delayMs: 5, jitterMs: 0 };
  await pair.run(healedMs);
  for (const end of pair.ends) {
    for (const { inSpi } of end.sad) await end.endpoint.suspectSilence(inSpi, pair.nowMs);
    for (const { initiatorSpi, children } of end.ikeSas) {
      if (children.length === 0) await end.endpoint.rekeyIke(initiatorSpi, pair.nowMs);
    }
  }
  await pair.run(askedMs);
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
