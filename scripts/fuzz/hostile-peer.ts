/**
 * Negotiations with a peer that knows the key and means harm, begun by either: it damages what it seals, so that its ICVs fit and only the chains inside
 * are wrong, each repetition in another way, and what goes in the clear as well. Whatever it sends, the endpoint that we look at must not
 * throw, must come to rest, must do no more for a datagram than its octets are worth, and must still answer when the peer comes to its
 * senses, with nothing left of what was before.
 */
import type { Octets } from '../../src/domain/bytes/octets.ts';
import {
  type Chain,
  type Draw,
  drawFrom,
  mutateChain,
  mutateMessage,
} from '../../src/domain/ike/message/testing/mutate.ts';
import { chainSamples } from '../../src/domain/ike/message/testing/samples.ts';
import { ikeSuiteOf } from '../../src/domain/ike/proposal/choice.ts';
import type { Pair } from '../../src/domain/ike/testing/pair.ts';
import { proposalOf } from '../../src/domain/ike/testing/proposals.ts';
import { nodeProvider } from '../../src/server/node-provider.ts';
import { endsOf, type HostilePlan } from './hostile-plan.ts';
import { KeyedMan } from './keyed-man.ts';
import { MeteredPair } from './metered-pair.ts';

const rounds = 4;
const roundMs = 3_000;
/** By then everything that was damaged has timed out. */
const recoveryMs = 600_000;

/** What a plan came to: all that was said, and the claim that does not hold, if there is one. */
export interface Meeting {
  readonly pair: Pair;
  readonly claim: string | undefined;
}

/** The same plan is the same run, octet for octet. */
export async function meetHostilePeer(plan: HostilePlan): Promise<Meeting> {
  const { seed, fragmentIpOctets, isQuietAtFirst } = plan;
  const draw = drawFrom(seed);
  const harm = { isOn: !isQuietAtFirst };
  const man = new KeyedMan(nodeProvider, ikeSuiteOf(proposalOf('IKE', plan.ike)));
  const damaged = (chain: Chain) => mutateChain(chain, chainSamples, draw);
  const spoiled = async (octets: Octets): Promise<Octets> => {
    if (!harm.isOn) return octets;
    const resealed = draw(2) === 0 ? await man.resealed(octets, damaged) : undefined;
    return resealed ?? (draw(8) === 0 ? mutateMessage(octets, chainSamples, draw) : octets);
  };
  const wish = { seed, ...(await endsOf(plan)), settings: { fragmentIpOctets }, provider: nodeProvider };
  const pair = new MeteredPair({ ...wish, clusterProvider: nodeProvider }, spoiled);
  pair.host.endpoint.setKeyLog((entry) => man.note(entry));
  try {
    return { pair, claim: await claimBrokenBy(pair, plan, draw, harm) };
  } catch (error) {
    return { pair, claim: `thrown: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}` };
  }
}

async function claimBrokenBy(
  pair: MeteredPair,
  { beginner }: HostilePlan,
  draw: Draw,
  harm: { isOn: boolean },
): Promise<string | undefined> {
  const { host, cluster } = pair;
  for (let round = 0; round < rounds; round++) {
    harm.isOn ||= round > 0;
    await pair[beginner].initiate();
    await pair.runFor(roundMs);
    const child = cluster.facts.flatMap((fact) => (fact.type === 'childInstalled' ? [fact.child] : [])).at(-1);
    const byHost = draw(2) === 0;
    if (child && byHost) await host.endpoint.rekeyChild(child.outSpi, pair.nowMs);
    if (child && !byHost) await cluster.endpoint.rekeyChild(child.inSpi, pair.nowMs);
    await pair.runFor(roundMs);
  }
  harm.isOn = false;
  await host.endpoint.dropSilently(pair.nowMs);
  await pair.runFor(recoveryMs);
  const before = cluster.facts.length;
  await host.initiate();
  await pair.runFor(roundMs);
  if (!cluster.facts.slice(before).some(({ type }) => type === 'childInstalled')) {
    return 'the endpoint does not answer a good peer any more';
  }
  await pair.runFor(recoveryMs);
  const left = cluster.endpoint.sessions().length - 1;
  const { halfOpenCount } = cluster.endpoint;
  if (left > 0 || halfOpenCount > 0) return `${left} sessions and ${halfOpenCount} half-open ones are left`;
  return pair.tooMuch;
}
