/** A CHILD SA that somebody asked for comes, or its failure says why not: no wish is lost without a word. */
import { describe, expect, test } from 'vitest';
import { notify } from '../message/notifies.ts';
import { inHand, rekey, tell } from '../testing/collisions.ts';
import { several } from '../testing/follow-ups.ts';
import type { HandWire } from '../testing/hand-wire.ts';
import { answerWith, askWith } from '../testing/other-answer.ts';
import { type EndName, makePair, type Pair, type PairWish } from '../testing/pair.ts';
import { messageFrom } from '../testing/tamper.ts';

describe('a child that the connection does not have', () => {
  test('asked for with the IKE SA: the failure names it, and the IKE SA stands', async () => {
    const pair = makePair();

    await pair.host.initiate({ child: 'smb' });
    await pair.run();

    expect(pair.host.failures).toMatchObject([
      { child: 'smb', by: 'local', scope: 'child', isInitiator: true, refusal: { code: 'noTemplate', child: 'smb' } },
    ]);
    expect(pair.host.ikeSas).toHaveLength(1);
    expect(pair.host.sad).toEqual([]);
  });

  test('asked for in an IKE SA that stands: likewise, and nothing goes over the wire', async () => {
    const pair = await makePair().establish();
    const said = pair.ladder().length;

    await pair.host.initiate({ child: 'smb' });
    await pair.run();

    expect(pair.host.failures).toMatchObject([{ child: 'smb', refusal: { code: 'noTemplate' } }]);
    expect(pair.ladder()).toHaveLength(said);
  });

  test('it takes no place in IKE_AUTH: what else is wanted rides along', async () => {
    const pair = makePair();

    await Promise.all([pair.host.initiate({ child: 'smb' }), pair.host.initiate()]);
    await pair.run();

    expect(pair.ladder()).toHaveLength(4);
    expect(pair.host.failures).toMatchObject([{ child: 'smb', refusal: { code: 'noTemplate' } }]);
    expect(pair.host.child.child).toBe('nfs');
  });

  test('a peer that makes no IKE SA without a CHILD SA is not asked in vain', async () => {
    const pair = makePair({ cluster: { more: { childless: 'never' } } });

    await pair.host.initiate({ child: 'smb' });
    await pair.run();

    expect(pair.ladder()).toHaveLength(2);
    expect(pair.host.failures).toMatchObject([{ child: 'smb', scope: 'ike', refusal: { code: 'noTemplate' } }]);
  });
});

describe('two are wanted, and the whole negotiation fails: each hears why', () => {
  test('nobody answers', async () => {
    const pair = await bothWanted();
    pair.wire.tamper = () => [];
    await pair.run(120_000);

    expectBoth(pair, { code: 'noAnswer' });
  });

  test('the peer refuses IKE_SA_INIT', async () => {
    const pair = await bothWanted({ cluster: { ike: ['aes128gcm16-prfsha256-ecp256'] } });
    await pair.run(10_000);

    expectBoth(pair, { code: 'noProposal', protocol: 'IKE' });
  });

  test('the peer refuses IKE_AUTH', async () => {
    const pair = await bothWanted({ cluster: { psk: 'another' } });
    await pair.run();

    expectBoth(pair, { code: 'authFailed', check: 'peer' });
  });

  test('we refuse its answer to IKE_AUTH', async () => {
    const pair = await bothWanted({ host: { peerId: '*.test' }, cluster: { id: 'b.elsewhere' } });
    await pair.run();

    expectBoth(pair, { code: 'authFailed', check: 'identity' });
  });

  test('our own proof fails before anything is asked', async () => {
    const pair = await bothWanted({ host: { more: { authentication: { method: 'psk', secrets: [] } } } });
    await pair.run();

    expectBoth(pair, { code: 'authFailed', check: 'noSecret' });
  });

  test('not one group to begin with', async () => {
    const pair = makePair({ host: { ike: [] } });
    await pair.host.initiate();
    await pair.run();

    expect(pair.host.failures).toMatchObject([{ child: 'nfs', scope: 'ike', refusal: { code: 'noGroup' } }]);
  });
});

describe('two are wanted of an IKE SA that stands, and it falls: each hears why', () => {
  test('by silence', async () => {
    const pair = await bothWantedLater();
    pair.wire.tamper = () => [];
    await pair.run(120_000);

    expectBoth(pair, { code: 'noAnswer' });
  });

  test('by an answer that we refuse', async () => {
    const pair = await bothWantedLater();
    await answerWith(pair, 'CREATE_CHILD_SA', []);
    await pair.run();

    expectBoth(pair, { code: 'malformed' });
  });

  test('by an answer that says the peer could not read us', async () => {
    const pair = await bothWantedLater();
    await answerWith(pair, 'CREATE_CHILD_SA', [notify('INVALID_SYNTAX')]);
    await pair.run();

    expectBoth(pair, { code: 'peerRefused', notify: 7 });
  });
});

test('two are wanted of an IKE SA that the peer began, and a request of its ends it that we cannot read: each hears why', async () => {
  const pair = makePair();
  await twoChildren(pair, 'cluster');
  await pair.establish();
  pair.wire.tamper = (datagram) => (messageFrom(datagram)?.header.isFromInitiator ? [datagram] : []);
  await askForBoth(pair, 'cluster');
  await askWith(pair, 'CREATE_CHILD_SA', 2, []);

  expectBoth(pair, { code: 'malformed' }, 'cluster');
});

describe.each([
  { by: 'one key exchange', both: {} },
  { by: 'several', both: several },
])('the peer deletes the new SA before its answer arrives ($by)', ({ both }) => {
  test('who asked for it is told', async () => {
    const { pair, wire } = await inHand({ both, settings: { fragmentIpOctets: 9000 } });
    await pair.host.initiate();
    await pair.settle();
    await deletedUnheard(pair, wire);

    expect(pair.host.failures).toMatchObject([
      { child: 'nfs', by: 'remote', scope: 'child', refusal: { code: 'asked', by: 'remote', reason: 'delete' } },
    ]);
    expect(pair.host.sad).toHaveLength(1);
  });

  test('a rekey is tried again', async () => {
    const { pair, wire } = await inHand({ both, settings: { fragmentIpOctets: 9000 } });
    await rekey(pair, 'host');
    await deletedUnheard(pair, wire);

    expect(pair.host.failures).toMatchObject([{ refusal: { code: 'asked', by: 'remote', reason: 'delete' } }]);
    const [session] = pair.host.endpoint.sessions();
    const [child] = session?.phase === 'established' ? session.children : [];
    expect(child?.rekeyAtMs).toBeGreaterThan(pair.nowMs);
  });
});

async function deletedUnheard(pair: Pair, wire: HandWire): Promise<void> {
  await wire.pass('host');
  while (pair.cluster.sad.length < 2) {
    await wire.pass('cluster');
    await wire.pass('host');
  }
  await pair.cluster.endpoint.deleteChild(pair.cluster.sad.at(-1)?.inSpi ?? (0 as never), pair.nowMs);
  await pair.settle();
  await wire.pass('cluster', tell);
  await wire.rest(0);
}

/** Both are asked for before a message is answered. */
async function bothWanted(wish: PairWish = {}): Promise<Pair> {
  const pair = makePair(wish);
  await twoChildren(pair);
  await askForBoth(pair);
  return pair;
}

async function bothWantedLater(): Promise<Pair> {
  const pair = makePair({ host: { more: { childless: 'force' } } });
  await twoChildren(pair);
  await pair.host.endpoint.initiateIke('nfs', {}, pair.nowMs);
  await pair.run();
  await askForBoth(pair);
  return pair;
}

async function twoChildren(pair: Pair, who: EndName = 'host'): Promise<void> {
  const { endpoint, connection } = pair[who];
  const children = connection.children.flatMap((child) => [child, { ...child, name: 'smb' }]);
  await endpoint.setConnections([{ ...connection, children }], pair.nowMs);
}

const askForBoth = (pair: Pair, who: EndName = 'host') =>
  Promise.all(['nfs', 'smb'].map((child) => pair[who].initiate({ child })));

function expectBoth(pair: Pair, refusal: object, who: EndName = 'host'): void {
  expect(pair[who].failures).toMatchObject([
    { child: 'nfs', scope: 'ike', refusal },
    { child: 'smb', scope: 'child', refusal },
  ]);
  expect(pair[who].sad).toEqual([]);
}
