/**
 * A negotiation with a peer that knows the key and means harm: it damages what it is about to seal, so that its ICVs fit and
 * only the chains inside are wrong; what goes in the clear it damages on the wire. Whatever it sends, the endpoint that we
 * look at must not throw, must come to rest, must do no more for a datagram than its octets are worth, and must still answer when the
 * peer comes to its senses, with nothing left of what was before.
 */
import type { Octets } from '../../src/domain/bytes/octets.ts';
import { andThen } from '../../src/domain/crypto/awaitable.ts';
import type { Aead, CryptoProvider } from '../../src/domain/crypto/provider.ts';
import { type Draw, drawFrom, mutateChain, mutateMessage } from '../../src/domain/ike/message/testing/mutate.ts';
import { chainSamples } from '../../src/domain/ike/message/testing/samples.ts';
import { clusterAddress } from '../../src/domain/ike/testing/builders.ts';
import type { Pair } from '../../src/domain/ike/testing/pair.ts';
import { printAddress } from '../../src/domain/net/address.ts';
import { nodeProvider } from '../../src/server/node-provider.ts';
import { endsOf, type HostilePlan } from './hostile-plan.ts';
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
  const pair = new MeteredPair({
    ...{ seed, ...(await endsOf(plan)), settings: { fragmentIpOctets } },
    ...{ provider: harmful(nodeProvider, draw, harm), clusterProvider: nodeProvider },
  });
  pair.wire.tamper = (datagram) => {
    const isForCluster = printAddress(datagram.remote.address) === clusterAddress;
    const isDamaged = harm.isOn && isForCluster && draw(8) === 0;
    return [isDamaged ? { ...datagram, octets: mutateMessage(datagram.octets, chainSamples, draw) } : datagram];
  };
  try {
    return { pair, claim: await claimBrokenBy(pair, draw, harm) };
  } catch (error) {
    return { pair, claim: `thrown: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}` };
  }
}

async function claimBrokenBy(pair: MeteredPair, draw: Draw, harm: { isOn: boolean }): Promise<string | undefined> {
  const { host, cluster } = pair;
  for (let round = 0; round < rounds; round++) {
    harm.isOn ||= round > 0;
    await host.initiate();
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

/** A provider that damages the chain of every other message before it is sealed, whatever the suite, and keeps its length. */
function harmful(provider: CryptoProvider, draw: Draw, harm: { readonly isOn: boolean }): CryptoProvider {
  const spoiled = (plain: Octets) => (harm.isOn && draw(2) === 0 ? damaged(plain, draw) : plain);
  const harmfulAead = (aead: Aead): Aead => ({
    ...aead,
    seal: (nonce, associated, plain, head) => aead.seal(nonce, associated, spoiled(plain), head),
  });
  return {
    ...provider,
    aesGcm: (key, tagOctets) => andThen(provider.aesGcm(key, tagOctets), harmfulAead),
    chacha20Poly1305: (key) => andThen(provider.chacha20Poly1305(key), harmfulAead),
    aesCbc: (key) =>
      andThen(provider.aesCbc(key), (cipher) => ({
        ...cipher,
        encrypt: (iv, plain) => cipher.encrypt(iv, spoiled(plain)),
      })),
  };
}

/** What is too long is cut, what is too short becomes padding (RFC 7296 3.14). */
function damaged(plain: Octets, draw: Draw): Octets {
  const chain = plain.subarray(0, plain.length - 1 - (plain.at(-1) ?? 0));
  const { octets } = mutateChain({ first: 0, octets: chain }, chainSamples, draw);
  const out = new Uint8Array(plain.length);
  const kept = octets.subarray(0, plain.length - 1);
  out.set(kept);
  out[plain.length - 1] = Math.min(255, plain.length - 1 - kept.length);
  return out;
}
