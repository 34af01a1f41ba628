/** A connection that is gone or has changed ends all that was begun under it, whatever is being worked on when it goes. */
import { describe, expect, test } from 'vitest';
import type { Connection } from '../connection.ts';
import { aConnection, clusterAddress, hostAddress } from '../testing/builders.ts';
import { ask, inHand, rekeyIke } from '../testing/collisions.ts';
import { addressOf, makeGateways, redirectTo } from '../testing/gateways.ts';
import { agreementOf, type EndName, makePair, type Pair } from '../testing/pair.ts';

const minute = 60_000;

type Begins = (pair: Pair) => Promise<void>;
const hybrid = { ike: ['aes256gcm16-prfsha384-x25519-ke1_mlkem768'] };

/** What an end may be in the middle of. */
const lives: Readonly<
  Record<string, { readonly begins: Begins; readonly wish?: typeof hybrid; readonly from?: 'nothing' }>
> = {
  'the negotiation': { from: 'nothing', begins: (pair) => pair.host.initiate() },
  'a negotiation in several exchanges': { from: 'nothing', wish: hybrid, begins: (pair) => pair.host.initiate() },
  'a rekey of the IKE SA': { begins: (pair) => pair.host.endpoint.rekeyIke(ikeSpiOf(pair), pair.nowMs) },
  'a rekey of the IKE SA in several exchanges': {
    wish: hybrid,
    begins: (pair) => pair.host.endpoint.rekeyIke(ikeSpiOf(pair), pair.nowMs),
  },
  'a rekey of the CHILD SA': {
    begins: (pair) => pair.host.endpoint.rekeyChild(pair.host.child.inSpi, pair.nowMs),
  },
  'a rekey of both ends at once': {
    begins: async (pair) => {
      await pair.host.endpoint.rekeyIke(ikeSpiOf(pair), pair.nowMs);
      await pair.cluster.endpoint.rekeyIke(ikeSpiOf(pair), pair.nowMs);
    },
  },
  'a reauthentication': { begins: (pair) => pair.host.endpoint.reauthenticate(ikeSpiOf(pair), pair.nowMs) },
};

describe.each(Object.entries(lives))('%s', (_, { begins, wish, from }) => {
  test('is being worked on at either end: nothing of it remains, at either', async () => {
    const begun = async () => {
      const pair = makePair({ both: wish ?? {} });
      if (from !== 'nothing') await pair.establish();
      await begins(pair);
      await pair.settle();
      return pair;
    };
    for (let nth = 1; await goneDuring(await begun(), nth); nth += 1);
  });
});

/** The receiver of the `nth` datagram loses its connection while it works on it. False: there are not so many. */
async function goneDuring(pair: Pair, nth: number): Promise<boolean> {
  for (let i = 1; ; i += 1) {
    const atMs = pair.wire.nextAtMs;
    const due = atMs === undefined ? undefined : pair.wire.takeDue(atMs);
    if (!due || atMs === undefined) return false;
    pair.nowMs = atMs;
    const name: EndName = due.datagram.local.address.octets[3] === 1 ? 'host' : 'cluster';
    const { endpoint } = pair[name];
    const work = endpoint.receive(due.datagram, pair.nowMs);
    if (i < nth) {
      await pair.settle();
      continue;
    }
    await inTheMiddle();
    await endpoint.setConnections([], pair.nowMs);
    await work;

    await pair.run(10_000);
    expect({ nth, name, ikeSas: pair[name].ikeSas, sad: pair[name].sad }).toEqual({ nth, name, ikeSas: [], sad: [] });
    await pair.run(5 * minute);
    expect(pair.ends.flatMap(({ ikeSas, sad }) => [...ikeSas, ...sad])).toEqual([]);
    return true;
  }
}

describe('an IKE SA that is about to begin', () => {
  test('does not: nobody is asked, and the reason is told', async () => {
    const pair = makePair();
    const work = pair.host.initiate();
    await inTheMiddle();
    await pair.host.endpoint.setConnections([], pair.nowMs);
    await work;
    await pair.run(minute);

    expect(pair.ladder()).toEqual([]);
    expect(pair.host.ikeSas).toEqual([]);
    expect(pair.host.failures).toMatchObject([configuration]);
  });

  test('whose connection has changed meanwhile does not, and who asks then gets one under the new connection', async () => {
    const pair = makePair();
    const changed = { ...pair.host.connection, livenessAfterMs: 7000 };
    const work = pair.host.initiate();
    await inTheMiddle();
    await pair.host.endpoint.setConnections([changed], pair.nowMs);
    await pair.host.initiate();
    await work;
    await pair.run(1000);

    expect(pair.host.failures).toMatchObject([configuration]);
    expect(connectionsIn(pair)).toEqual([changed]);
    expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
  });

  test('in the place of one that reauthenticates does not', async () => {
    const pair = await makePair().establish();
    const work = pair.host.endpoint.reauthenticate(ikeSpiOf(pair), pair.nowMs);
    await inTheMiddle();
    await pair.host.endpoint.setConnections([], pair.nowMs);
    await work;
    await pair.run(minute);

    expect(pair.ladder(4)).toEqual(['host -> INFORMATIONAL 2 request D', 'host <- INFORMATIONAL 2 response']);
    expect(pair.host.ikeSas).toEqual([]);
  });

  test('with the gateway that we are sent on to does not', async () => {
    const gateways = await makeGateways().establish();
    const { client } = gateways;
    const told = gateways.tell('red', [redirectTo(addressOf.green)]);
    await told;
    const due = gateways.wire.takeDue(gateways.wire.nextAtMs ?? 0);
    const work = due && client.endpoint.receive(due.datagram, gateways.nowMs);
    await inTheMiddle();
    await client.endpoint.setConnections([], gateways.nowMs);
    await work;
    await gateways.run(5 * minute);

    expect(client.ikeSas).toEqual([]);
    expect(gateways.ikeSas).toEqual([]);
  });
});

describe('an IKE SA in the making whose connection goes says why at once', () => {
  test.each([
    { out: 'IKE_SA_INIT', phase: 'awaitingInit' },
    { out: 'IKE_INTERMEDIATE', phase: 'awaitingIntermediate' },
    { out: 'IKE_AUTH', phase: 'awaitingAuthReply' },
  ])('while our $out is out: so do the CHILD SAs that are wanted of it', async ({ phase }) => {
    const pair = makePair({ both: phase === 'awaitingIntermediate' ? hybrid : {} });
    await pair.host.initiate();
    await reach(pair, phase);

    await pair.host.endpoint.setConnections([], pair.nowMs);

    expect(pair.host.facts).toMatchObject([
      { type: 'failed', failure: configuration },
      { type: 'ikeClosed', because: configuration.refusal },
    ]);
  });

  test('where no CHILD SA is wanted of it, its end says it alone', async () => {
    const pair = makePair();
    await pair.host.endpoint.initiateIke('nfs', {}, pair.nowMs);
    await reach(pair, 'awaitingAuthReply');

    await pair.host.endpoint.setConnections([], pair.nowMs);

    expect(pair.host.facts).toMatchObject([{ type: 'ikeClosed', because: configuration.refusal }]);
  });

  async function reach(pair: Pair, phase: string): Promise<void> {
    for (let ms = 0; pair.host.endpoint.sessions()[0]?.phase !== phase; ms += 1) {
      if (ms > 100) expect.unreachable(`it never is ${phase}`);
      await pair.runFor(1);
    }
  }
});

test('an IKE SA whose connection has changed is asked for nothing more while it waits to be deleted', async () => {
  const pair = await makePair().establish();
  pair.wire.tamper = () => [];
  await pair.host.endpoint.suspectSilence(pair.host.child.inSpi, pair.nowMs + minute);
  pair.nowMs += minute;
  await pair.settle();
  pair.wire.tamper = undefined;
  const changed = { ...pair.host.connection, livenessAfterMs: 7000 };

  await pair.host.endpoint.setConnections([changed], pair.nowMs);
  await pair.host.initiate();
  await pair.runFor(100);

  expect(connectionsIn(pair)).toContain(changed);
});

test('what the heir of two rekeys at once was to take over goes for the same reason', async () => {
  const { pair, wire } = await inHand();
  await rekeyIke(pair, 'host');
  await rekeyIke(pair, 'cluster');
  await wire.pass('cluster', ask);

  await pair.host.endpoint.setConnections([], pair.nowMs);
  await wire.rest(minute);

  const removed = pair.host.facts.flatMap((fact) => (fact.type === 'childRemoved' ? [fact.because] : []));
  expect(removed).toEqual([configuration.refusal]);
});

describe('a peer that has not authenticated yet, one of two that it may be', () => {
  test('is taken as the one that stays', async () => {
    const pair = await halfOpen();
    await pair.cluster.endpoint.setConnections([pair.cluster.connection], pair.nowMs);
    await pair.run(1000);

    expect(pair.cluster.ikeSas).toMatchObject([{ connection: 'nfs', phase: 'established' }]);
    expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
  });

  test('is refused as the one that is gone, and told so', async () => {
    const pair = await halfOpen();
    await pair.cluster.endpoint.setConnections([other], pair.nowMs);
    await pair.run(1000);

    expect(pair.cluster.failures).toMatchObject([{ refusal: { code: 'authFailed', check: 'identity' } }]);
    expect(pair.host.failures).toMatchObject([{ by: 'remote', refusal: { code: 'authFailed', check: 'peer' } }]);
  });

  const other = aConnection({ name: 'smb', local: clusterAddress, remote: hostAddress, peerId: 'other.test' });

  /** IKE_AUTH is on its way. */
  async function halfOpen(): Promise<Pair> {
    const pair = makePair();
    await pair.cluster.endpoint.setConnections([other, pair.cluster.connection], pair.nowMs);
    await pair.host.initiate();
    return pair.runFor(12);
  }
});

const configuration = {
  connection: 'nfs',
  child: 'nfs',
  by: 'local',
  refusal: { code: 'asked', by: 'local', reason: 'configuration' },
};

const connectionsIn = (pair: Pair): readonly Connection[] =>
  pair.host.endpoint.sessions().flatMap((session) => (session.phase === 'established' ? [session.connection] : []));

/** Of what has begun: it waits for its cryptography, which no microtask brings. */
async function inTheMiddle(): Promise<void> {
  for (let i = 0; i < 20; i += 1) await undefined;
}

const ikeSpiOf = (pair: Pair) => pair.host.ikeSas[0]?.initiatorSpi ?? expect.unreachable('an IKE SA stands');
