/**
 * A negotiation with a peer that knows the key and means harm: it damages what it is about to seal, so that its ICVs fit and
 * only the chains inside are wrong; what goes in the clear it damages on the wire. Whatever it sends, the endpoint that we
 * look at must not throw, must come to rest, must do no more than so much for each datagram, and must still answer when the peer comes to
 * its senses, with nothing left of what was before.
 */
import type { Octets } from '../../src/domain/bytes/octets.ts';
import { andThen } from '../../src/domain/crypto/awaitable.ts';
import type { Aead, CryptoProvider } from '../../src/domain/crypto/provider.ts';
import { seededProvider } from '../../src/domain/crypto/seeded-provider.ts';
import type { Datagram } from '../../src/domain/ike/datagram.ts';
import { IkeEndpoint } from '../../src/domain/ike/endpoint/endpoint.ts';
import type { Fact } from '../../src/domain/ike/facts.ts';
import { meansOf } from '../../src/domain/ike/means.ts';
import { type Draw, drawFrom, mutateChain, mutateMessage } from '../../src/domain/ike/message/testing/mutate.ts';
import { chainSamples } from '../../src/domain/ike/message/testing/samples.ts';
import { wrappedProvider } from '../../src/domain/ike/testing/wrapped-provider.ts';
import { nodeProvider } from '../../src/server/node-provider.ts';
import { drawPlan } from './hostile-plan.ts';

const rounds = 4;
/** Datagrams and deadlines until both ends rest: four rounds of retransmissions in fragments need some hundred. */
const stepsAtMost = 2_000;
/** Of ciphers, hashes and key exchanges for one datagram, and for each of our own negotiations. */
const callsPerDatagram = 12;
const callsPerNegotiation = 20;
const roundMs = 3_000;
/** By then everything that was damaged has timed out. */
const recoveryMs = 600_000;

/** The claim that does not hold, or undefined. The same seed does the same, but for what a certificate signs: that is drawn anew. */
export async function negotiateWithHostilePeer(seed: number): Promise<string | undefined> {
  const draw = drawFrom(seed);
  const harm = { isOn: true };
  const wire: Datagram[] = [];
  const facts: Fact[] = [];
  const thrown: unknown[] = [];
  const plan = drawPlan(draw);
  const { fragmentIpOctets } = plan;
  const work = { calls: 0, datagrams: 0 };
  const connect = (name: string, provider: CryptoProvider, onFact: (fact: Fact) => void) =>
    new IkeEndpoint(
      {
        means: meansOf(seededProvider(provider, `${seed} ${name}`)),
        send: ({ local, remote, octets }) => wire.push({ local: remote, remote: local, octets }),
        onFact,
        onError: (error) => thrown.push(error),
      },
      { fragmentIpOctets },
    );
  const host = connect('host', harmful(nodeProvider, draw, harm), () => undefined);
  const counted = wrappedProvider(nodeProvider, (_, call) => {
    work.calls += 1;
    return call();
  });
  const cluster = connect('cluster', counted, (fact) => facts.push(fact));

  let nowMs = 1_000;
  const run = async (untilMs: number): Promise<void> => {
    for (let count = 0; ; count++) {
      if (count >= stepsAtMost) throw new Error(`no rest after ${stepsAtMost} datagrams and deadlines`);
      await Promise.all([host.settle(), cluster.settle()]);
      const datagram = wire.shift();
      if (datagram) {
        const isForCluster = datagram.local.address.octets[3] === 2; // the addresses of builders.ts
        const isDamaged = harm.isOn && isForCluster && draw(8) === 0;
        const octets = isDamaged ? mutateMessage(datagram.octets, chainSamples, draw) : datagram.octets;
        if (isForCluster) work.datagrams += 1;
        await (isForCluster ? cluster : host).receive({ ...datagram, octets }, nowMs);
        continue;
      }
      const wakesAt = [host.nextWakeAtMs, cluster.nextWakeAtMs].filter((each) => each !== undefined && each <= untilMs);
      if (wakesAt.length === 0) break;
      nowMs = Math.max(nowMs, Math.min(...(wakesAt as number[]))); // none is undefined
      await Promise.all([host.wake(nowMs), cluster.wake(nowMs)]);
    }
    nowMs = Math.max(nowMs, untilMs);
  };

  try {
    await Promise.all([host.setConnections([plan.host], nowMs), cluster.setConnections([plan.cluster], nowMs)]);
    for (let round = 0; round < rounds; round++) {
      harm.isOn = round === 0 ? draw(2) === 0 : true; // half of the peers keep quiet until they are trusted
      await host.initiate('nfs', {}, nowMs);
      await run(nowMs + roundMs);
      const [child] = facts.flatMap((fact) => (fact.type === 'childInstalled' ? [fact.child] : [])).slice(-1);
      if (child) await (draw(2) === 0 ? host.rekeyChild(child.outSpi, nowMs) : cluster.rekeyChild(child.inSpi, nowMs));
      await run(nowMs + roundMs);
    }
    harm.isOn = false;
    await host.dropSilently(nowMs);
    await run(nowMs + recoveryMs);
    await host.initiate('nfs', {}, nowMs);
    const before = facts.length;
    await run(nowMs + roundMs);
    for (const error of thrown) throw error;
    if (!facts.slice(before).some(({ type }) => type === 'childInstalled')) {
      return 'the endpoint does not answer a good peer any more';
    }
    await run(nowMs + recoveryMs);
    const left = cluster.sessions().length - 1;
    if (left > 0 || cluster.halfOpenCount > 0)
      return `${left} sessions and ${cluster.halfOpenCount} half-open ones are left`;
    const most = callsPerDatagram * work.datagrams + callsPerNegotiation * (2 * rounds + 1);
    return work.calls > most
      ? `more work than its datagrams are worth: ${work.calls} calls for ${work.datagrams}`
      : undefined;
  } catch (error) {
    return `thrown: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
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
