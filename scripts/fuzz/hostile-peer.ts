/**
 * A negotiation with a peer that knows the key and means harm: it damages what it is about to seal, so that its ICVs fit and
 * only the chains inside are wrong; what goes in the clear it damages on the wire. Whatever it sends, the endpoint that we
 * look at must not throw, and must still answer when the peer comes to its senses.
 */
import type { Octets } from '../../src/domain/bytes/octets.ts';
import { andThen } from '../../src/domain/crypto/awaitable.ts';
import type { CryptoProvider } from '../../src/domain/crypto/provider.ts';
import { seededProvider } from '../../src/domain/crypto/seeded-provider.ts';
import type { Datagram } from '../../src/domain/ike/datagram.ts';
import { IkeEndpoint } from '../../src/domain/ike/endpoint/endpoint.ts';
import type { Fact } from '../../src/domain/ike/facts.ts';
import { meansOf } from '../../src/domain/ike/means.ts';
import { type Draw, drawFrom, mutateChain, mutateMessage } from '../../src/domain/ike/message/testing/mutate.ts';
import { chainSamples } from '../../src/domain/ike/message/testing/samples.ts';
import { aConnection, clusterAddress, hostAddress } from '../../src/domain/ike/testing/builders.ts';
import { nodeProvider } from '../../src/server/node-provider.ts';

const rounds = 4;
const datagramsAtMost = 200;
const roundMs = 3_000;
/** By then everything that was damaged has timed out. */
const recoveryMs = 600_000;

/** The claim that does not hold, or undefined. The same seed does the same. */
export async function negotiateWithHostilePeer(seed: number): Promise<string | undefined> {
  const draw = drawFrom(seed);
  const harm = { isOn: true };
  const wire: Datagram[] = [];
  const facts: Fact[] = [];
  const thrown: unknown[] = [];
  const connect = (name: string, provider: CryptoProvider, onFact: (fact: Fact) => void) =>
    new IkeEndpoint({
      means: meansOf(seededProvider(provider, `${seed} ${name}`)),
      send: ({ local, remote, octets }) => wire.push({ local: remote, remote: local, octets }),
      onFact,
      onError: (error) => thrown.push(error),
    });
  const host = connect('host', harmful(nodeProvider, draw, harm), () => undefined);
  const cluster = connect('cluster', nodeProvider, (fact) => facts.push(fact));
  const connections = [
    aConnection({ local: hostAddress, remote: clusterAddress }),
    aConnection({ local: clusterAddress, remote: hostAddress }),
  ] as const;

  let nowMs = 1_000;
  const run = async (untilMs: number): Promise<void> => {
    for (let count = 0; count < datagramsAtMost; count++) {
      await Promise.all([host.settle(), cluster.settle()]);
      const datagram = wire.shift();
      if (datagram) {
        const isForCluster = datagram.local.address.octets[3] === 2; // the addresses of builders.ts
        const isDamaged = harm.isOn && isForCluster && draw(8) === 0;
        const octets = isDamaged ? mutateMessage(datagram.octets, chainSamples, draw) : datagram.octets;
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
    await Promise.all([host.setConnections([connections[0]], nowMs), cluster.setConnections([connections[1]], nowMs)]);
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
    const hasRecovered = facts.slice(before).some(({ type }) => type === 'childInstalled');
    for (const error of thrown) throw error;
    return hasRecovered ? undefined : 'the endpoint does not answer a good peer any more';
  } catch (error) {
    return `thrown: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
}

/** A provider that damages the chain of every other message before it is sealed, and keeps its length. */
function harmful(provider: CryptoProvider, draw: Draw, harm: { readonly isOn: boolean }): CryptoProvider {
  return {
    ...provider,
    aesGcm: (key, tagOctets) =>
      andThen(provider.aesGcm(key, tagOctets), (aead) => ({
        ...aead,
        seal: (nonce, associated, plain, head) =>
          aead.seal(nonce, associated, harm.isOn && draw(2) === 0 ? damaged(plain, draw) : plain, head),
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
