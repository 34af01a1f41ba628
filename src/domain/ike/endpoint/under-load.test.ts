import { describe, expect, test } from 'vitest';
import type { Octets } from '../../bytes/octets.ts';
import { seededProvider } from '../../crypto/seeded-provider.ts';
import { webProvider } from '../../crypto/web-provider.ts';
import type { Datagram } from '../datagram.ts';
import { meansOf } from '../means.ts';
import { exchangeTypes } from '../message/names.ts';
import { aConnection, clusterAddress } from '../testing/builders.ts';
import { countingProvider } from '../testing/counting-provider.ts';
import { makePair, type Pair } from '../testing/pair.ts';
import { IkeEndpoint } from './endpoint.ts';

const { IKE_AUTH } = exchangeTypes.numbers;
const otherAddress = '192.0.2.3';

describe('the shared secret of a request for an IKE SA', () => {
  test('is not made before IKE_AUTH comes while cookies are asked for; before the cookie there is not even a key pair', async () => {
    const { provider, calls } = countingProvider();
    const pair = makePair({ clusterProvider: provider, clusterSettings: { cookieThreshold: 0 } });
    const seen: string[] = [];
    pair.wire.tamper = (datagram) => {
      seen.push(`${calls('keyPair')} pairs, ${calls('derive')} secrets`);
      return [datagram];
    };

    await pair.establish();

    expect(pair.ladder()).toHaveLength(6);
    expect(seen).toEqual([
      '0 pairs, 0 secrets', // IKE_SA_INIT
      '0 pairs, 0 secrets', // the cookie is asked for
      '0 pairs, 0 secrets', // and comes
      '1 pairs, 0 secrets', // the answer
      '1 pairs, 0 secrets', // IKE_AUTH
      '1 pairs, 1 secrets', // its answer
    ]);
  });

  test('is made in idle time without load, after the answer is out', async () => {
    const { provider, calls } = countingProvider();
    const pair = makePair({ clusterProvider: provider });
    const seen: number[] = [];
    pair.wire.tamper = (datagram) => {
      seen.push(calls('derive'));
      return [datagram];
    };

    await pair.establish();

    expect(seen).toEqual([0, 0, 1, 1]);
  });
});

describe('what waits for a session that ends', () => {
  test.each([
    [
      'the peer deletes it',
      async (pair: Pair, rest: () => Promise<void>[]) => {
        const [ikeSa] = pair.host.ikeSas;
        const sent: Datagram[] = [];
        pair.wire.tamper = (datagram) => {
          sent.push({ ...datagram, local: datagram.remote, remote: datagram.local });
          return [];
        };
        if (ikeSa) await pair.host.endpoint.deleteIkeSa(ikeSa.initiatorSpi, pair.nowMs);
        return [...sent.map((each) => pair.cluster.endpoint.receive(each, pair.nowMs)), ...rest()];
      },
    ],
    [
      'it is dropped silently',
      async (pair: Pair, rest: () => Promise<void>[]) => [
        ...rest(),
        pair.cluster.endpoint.dropSilently(pair.nowMs),
        ...rest(),
      ],
    ],
  ])('%s: costs no primitive call and makes no fact', async (_, end) => {
    const cost = async (count: number) => {
      const { provider, calls } = countingProvider();
      const pair = await makePair({ clusterProvider: provider }).establish();
      const before = calls();
      const facts = pair.cluster.facts.length;
      const rest = () =>
        Array.from({ length: count }, (_, i) => pair.cluster.endpoint.receive(forged(pair, 2 + (i % 2)), pair.nowMs));
      await Promise.all(await end(pair, rest));
      await pair.cluster.endpoint.settle();
      expect(pair.cluster.ikeSas).toEqual([]);
      return { calls: calls() - before, facts: pair.cluster.facts.slice(facts).map(({ type }) => type) };
    };

    expect(await cost(20)).toEqual(await cost(0));
  });

  test('IKE_AUTH is refused: what is queued behind it costs nothing and makes no fact', async () => {
    const cost = async (count: number) => {
      const { provider, calls } = countingProvider();
      const pair = makePair({ clusterProvider: provider, host: { psk: 'one secret' }, cluster: { psk: 'another' } });
      const received: Promise<void>[] = [];
      pair.wire.tamper = (datagram) => {
        if (datagram.octets[18] !== IKE_AUTH) return [datagram];
        const auth = { ...datagram, local: datagram.remote, remote: datagram.local };
        const rest = Array.from({ length: count }, (_, i) => forged(pair, 2 + (i % 2), auth.octets));
        if (received.length > 0) return [];
        received.push(...[auth, ...rest].map((each) => pair.cluster.endpoint.receive(each, pair.nowMs)));
        return [];
      };
      await pair.host.initiate();
      await pair.runFor(100);
      await Promise.all(received);
      return { received: received.length, calls: calls(), facts: pair.cluster.facts.map(({ type }) => type) };
    };

    const [beside, alone] = [await cost(20), await cost(0)];
    expect(alone.facts).toContain('failed');
    expect(beside).toEqual({ ...alone, received: 21 });
  });

  test('a half-open SA expires: what comes after it costs nothing, and nothing of it wants waking', async () => {
    const { provider, calls } = countingProvider();
    const pair = makePair({ clusterProvider: provider, clusterSettings: { halfOpenMs: 5000 } });
    const late: Datagram[] = [];
    pair.wire.tamper = (datagram) => {
      const isAuth = datagram.octets[18] === IKE_AUTH;
      if (isAuth) late.push({ ...datagram, local: datagram.remote, remote: datagram.local });
      return isAuth ? [] : [datagram];
    };
    await pair.host.initiate();
    await pair.runFor(4000);
    expect(late.length).toBeGreaterThan(0);
    const before = calls();

    const woken = pair.cluster.endpoint.wake(pair.nowMs + 10_000);
    const received = late.map((each) => pair.cluster.endpoint.receive(each, pair.nowMs + 10_000));
    await Promise.all([woken, ...received]);

    expect(calls()).toBe(before);
    expect(pair.cluster.endpoint.halfOpenCount).toBe(0);
    await pair.cluster.endpoint.wake(pair.nowMs + 60_000);
    expect(pair.cluster.endpoint.sessions()).toEqual([]);
    expect(pair.cluster.endpoint.nextWakeAtMs).toBeUndefined();
  });
});

test('one busy peer does not hold up another: its negotiation ends while the other’s full queue is worked off, call by call in turn', async () => {
  const alone = await negotiateBeside(0);
  const beside = await negotiateBeside(400);

  expect(alone.worked).toBe(0);
  expect(beside.worked).toBeGreaterThan(0);
  expect(beside.worked).toBeLessThanOrEqual(alone.calls + 1);
  expect(alone.calls).toBeLessThan(200); // so that the queue is far from empty when the other is served
});

/** The cluster computes one thing at a time, as asked: how many calls until another peer has its SA, and how much of the queue is done. */
async function negotiateBeside(queued: number): Promise<{ calls: number; worked: number }> {
  const { provider, calls } = countingProvider({ isSerial: true });
  const pair = await makePair({ clusterProvider: provider, clusterSettings: { queuedInputs: 500 } }).establish();
  const { endpoint, connection } = pair.cluster;
  const other = aConnection({ local: otherAddress, remote: clusterAddress });
  const forOther = { ...aConnection({ local: clusterAddress, remote: otherAddress }), name: 'other' };
  await endpoint.setConnections([connection, forOther], pair.nowMs);
  const before = calls();
  let worked = 0;
  const busy = Array.from({ length: queued }, async () => {
    await endpoint.receive(forged(pair), pair.nowMs);
    worked += 1;
  });

  const result = await new Promise<{ calls: number; worked: number }>((resolve) => {
    const peer = new IkeEndpoint({
      means: meansOf(seededProvider(webProvider, 'other')),
      send: ({ local, remote, octets }) => void endpoint.receive({ local: remote, remote: local, octets }, pair.nowMs),
      onFact: ({ type }) => {
        if (type === 'childInstalled') resolve({ calls: calls() - before, worked });
      },
    });
    pair.wire.tamper = ({ local, remote, octets }) => {
      void peer.receive({ local: remote, remote: local, octets }, pair.nowMs);
      return [];
    };
    void peer.setConnections([other], pair.nowMs).then(() => peer.initiate(other.name, {}, pair.nowMs));
  });
  await Promise.all(busy);
  return result;
}

/** A request of the host to all appearance, ids from 2 on are still to come: its ICV must be looked at to know better. */
function forged(pair: Pair, messageId = 2, like?: Octets): Datagram {
  const sent = pair.host.transcript.filter(({ direction }) => direction === 'out').at(-1);
  if (!sent) throw new Error('the host has said nothing');
  const octets = (like ?? sent.octets).slice();
  new DataView(octets.buffer).setUint32(20, messageId);
  return { local: sent.remote, remote: sent.local, octets };
}

test('answers that are no message wait in the same bounded queue as all that comes from the wire', async () => {
  const pair = makePair();
  await pair.host.initiate();
  await pair.settle();
  const first = pair.host.transcript[0];
  if (!first) return expect.unreachable('a request is out');
  const octets = first.octets.slice().fill(0xff, 28);
  octets[19] = 0x20; // a response
  const { local, remote } = first;
  for (let i = 0; i < 1_000; i++) void pair.host.endpoint.receive({ local, remote, octets }, pair.nowMs);
  await pair.settle();

  expect(pair.host.endpoint.counters.queueFull).toBeGreaterThan(900);
});
