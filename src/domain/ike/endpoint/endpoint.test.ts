import { describe, expect, test } from 'vitest';
import { Secret } from '../../bytes/secret.ts';
import { seededProvider } from '../../crypto/seeded-provider.ts';
import { webProvider } from '../../crypto/web-provider.ts';
import { address, printAddress } from '../../net/address.ts';
import { anyPort } from '../../net/ports.ts';
import type { Datagram } from '../datagram.ts';
import { meansOf } from '../means.ts';
import { aConnection, clusterAddress, hostAddress, prefix } from '../testing/builders.ts';
import { makePair } from '../testing/pair.ts';
import { IkeEndpoint } from './endpoint.ts';

describe('under load', () => {
  test('half-open SAs are bounded by address and in all, cookies are asked for beyond a threshold, and an SA that stands goes on', async () => {
    const pair = makePair({
      clusterSettings: { halfOpenPerAddress: 10, halfOpenTotal: 60, cookieThreshold: 40, halfOpenMs: 10_000 },
      cluster: { more: { remote: [], peerIdentity: { kind: 'any' } } },
    });
    const { connection } = pair.cluster;
    const everybody = { ...connection, remote: [{ address: address('0.0.0.0'), length: 0 }] };
    await pair.cluster.endpoint.setConnections([everybody], pair.nowMs);
    await pair.establish();
    expect(pair.host.sad).toHaveLength(1);

    const flood = await requests(300);
    pair.wire.tamper = (datagram) => (datagram.remote.address.octets[0] === 10 ? [] : [datagram]);
    for (const [i, datagram] of flood.entries()) {
      const remote = { address: address(`10.0.${i % 20}.1`), port: 500 };
      await pair.cluster.endpoint.receive({ ...datagram, remote }, pair.nowMs);
    }
    await pair.settle();

    expect(pair.cluster.endpoint.halfOpenCount).toBeLessThanOrEqual(60);
    expect(pair.cluster.endpoint.counters.cookiesAsked).toBeGreaterThan(0);
    await pair.host.endpoint.rekeyChild(pair.host.child.inSpi, pair.nowMs);
    await pair.run(30_000);
    expect(pair.host.child.replaces).toBeDefined();
    expect(pair.cluster.endpoint.halfOpenCount).toBe(0);
    expect(pair.cluster.endpoint.sessions()).toHaveLength(1);
  });

  test('a session’s queue is bounded', async () => {
    const pair = await makePair({ clusterSettings: { queuedInputs: 4 } }).establish();
    const [first] = pair.host.transcript.filter(({ direction }) => direction === 'out').slice(-1);
    const datagram = first && { local: first.remote, remote: first.local, octets: first.octets };

    const received = Array.from({ length: 50 }, () => datagram && pair.cluster.endpoint.receive(datagram, pair.nowMs));
    await Promise.all(received);

    expect(pair.cluster.endpoint.counters.queueFull).toBe(46);
  });
});

test('an idle endpoint wants no waking, and one with lifetimes only theirs', async () => {
  const idle = await makePair().establish();
  await idle.run(60_000);
  expect(idle.host.endpoint.nextWakeAtMs).toBeUndefined();
  expect(idle.cluster.endpoint.nextWakeAtMs).toBeUndefined();

  const pair = await makePair({ host: { child: { lifetime: { rekeyAfterMs: 3_600_000, jitter: 0 } } } }).establish();
  expect(pair.host.endpoint.nextWakeAtMs).toBe(pair.host.child.bornAtMs + 3_600_000);
});

describe('connections', () => {
  test('the same list again changes nothing', async () => {
    const pair = await makePair().establish();

    await pair.cluster.endpoint.setConnections([structuredCopy(pair.cluster.connection)], pair.nowMs);
    await pair.run();

    expect(pair.ladder(4)).toEqual([]);
  });

  test('one that is gone takes its SAs with it, at both ends', async () => {
    const pair = await makePair().establish();

    await pair.cluster.endpoint.setConnections([], pair.nowMs);
    await pair.run();

    expect([...pair.host.sad, ...pair.cluster.sad]).toEqual([]);
    expect(pair.ends.flatMap(({ ikeSas }) => ikeSas)).toEqual([]);
  });

  test('another secret under the same name ends the SAs that the old one made', async () => {
    const pair = await makePair().establish();
    const secret = new Secret(new TextEncoder().encode('changed'));

    await pair.cluster.endpoint.setConnections(
      [{ ...pair.cluster.connection, authentication: { method: 'psk', secrets: [{ secret, peers: [] }] } }],
      pair.nowMs,
    );
    await pair.run();
    await pair.establish();

    expect(pair.cluster.failures.at(-1)?.refusal).toMatchObject({ code: 'authFailed', check: 'psk' });
    expect(pair.host.sad).toEqual([]);
  });
});

test('asking twice for the same child negotiates once', async () => {
  const pair = makePair();

  await Promise.all([pair.host.initiate(), pair.host.initiate(), pair.host.initiate()]);
  await pair.host.initiate();
  await pair.run();

  expect(pair.ladder()).toHaveLength(4);
});

test('an end with two addresses under one connection has an IKE SA with the peer for each', async () => {
  const dynamic = { isDynamic: true, protocol: 0, ports: anyPort } as const;
  const pair = makePair({
    both: { child: { localSelectors: [dynamic], remoteSelectors: [dynamic] } },
    host: { id: 'nas.test', peerId: 'client.test', more: { local: [prefix('192.0.2.0/24')] } },
    cluster: { id: 'client.test', peerId: 'nas.test', more: { remote: [prefix('192.0.2.0/24')] } },
  });
  const { localAddress: _, ...connection } = pair.host.connection;
  await pair.host.endpoint.setConnections([connection], pair.nowMs);

  for (const own of [hostAddress, '192.0.2.9', hostAddress]) {
    pair.settleAt('host', own);
    const flow = {
      protocol: 6,
      localPort: 700,
      remotePort: 2049,
      local: address(own),
      remote: address(clusterAddress),
    };
    await pair.host.initiate({ flow });
    await pair.run(1000);
  }

  expect(pair.host.failures).toEqual([]);
  expect(pair.host.ikeSas.map(({ local, children }) => [printAddress(local.address), children.length])).toEqual([
    [hostAddress, 2],
    ['192.0.2.9', 1],
  ]);
});

test('after the end the keys of the IKE SA are zeros', async () => {
  const pair = await makePair().establish();
  const [session] = pair.host.endpoint.sessions();
  const keys = session && 'keys' in session ? Object.values({ ...session.keys }) : [];
  const [ikeSa] = pair.host.ikeSas;

  if (ikeSa) await pair.host.endpoint.deleteIkeSa(ikeSa.initiatorSpi, pair.nowMs);
  await pair.run();

  expect(keys).toHaveLength(7);
  for (const key of keys) expect(key.reveal().every((octet) => octet === 0)).toBe(true);
});

test('two runs of one seed are the same octet for octet', async () => {
  const run = async () => {
    const pair = await makePair({ seed: 'again', faults: { loss: 0.2, jitterMs: 40 } }).establish();
    await pair.host.endpoint.suspectSilence(pair.host.sad[0]?.inSpi ?? (0 as never), pair.nowMs + 60_000);
    await pair.run(60_000);
    return pair.ends.flatMap(({ transcript }) => transcript.map(({ octets }) => octets));
  };

  expect(await run()).toEqual(await run());
});

/** IKE_SA_INIT requests of as many initiators. */
async function requests(count: number): Promise<readonly Datagram[]> {
  const sent: Datagram[] = [];
  const connection = aConnection({ local: '10.0.0.1', remote: clusterAddress });
  for (let i = 0; i < count; i++) {
    const endpoint = new IkeEndpoint({
      means: meansOf(seededProvider(webProvider, `flood ${i}`)),
      send: ({ local, remote, octets }) => sent.push({ local: remote, remote: local, octets }),
      onFact: () => {},
    });
    await endpoint.setConnections([connection], 0);
    await endpoint.initiate(connection.name, {}, 0);
  }
  return sent;
}

/** The same plain data in other objects, secrets included. */
function structuredCopy<T>(value: T): T {
  if (value instanceof Secret) return new Secret(value.reveal().slice()) as T;
  if (value instanceof Uint8Array) return value.slice() as T;
  if (Array.isArray(value)) return value.map(structuredCopy) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, structuredCopy(each)])) as T;
}
