/** A client that comes again while its IKE SA stands at the other end, from the same end or from elsewhere (RFC 7296 2.4). */
import { describe, expect, test } from 'vitest';
import { address, printAddress } from '../../net/address.ts';
import { anyPort } from '../../net/ports.ts';
import type { Connection } from '../connection.ts';
import { sectionOf } from '../deciding-rule.ts';
import { hostAddress, identity, prefix } from '../testing/builders.ts';
import { makePair, type Pair } from '../testing/pair.ts';

const elsewhere = '192.0.2.9';
const own = { isDynamic: true, protocol: 0, ports: anyPort } as const;

type Uniqueness = NonNullable<Connection['uniqueness']>;

/** The client of `cluster` has forgotten everything and comes again after a while. */
async function comingAgain(
  uniqueness: Uniqueness,
  { from, says = 'ignore' }: { readonly from: string; readonly says?: Uniqueness },
  cluster: Partial<Connection> = {},
): Promise<Pair> {
  const pair = makePair({
    both: { child: { localSelectors: [own], remoteSelectors: [own] } },
    host: { id: 'client.test', more: { uniqueness: says } },
    cluster: { peerId: 'client.test', more: { remote: [prefix('192.0.2.0/24')], uniqueness, ...cluster } },
  });
  await pair.establish();
  await pair.host.endpoint.dropSilently(pair.nowMs);
  await pair.run(1000);
  pair.settleAt('host', from);
  await pair.host.initiate({ local: address(from) });
  return pair.run();
}

const clientsOf = ({ cluster }: Pair): readonly string[] =>
  cluster.ikeSas
    .filter(({ phase }) => phase === 'established')
    .map(({ remote }) => printAddress(remote.address))
    .sort();

test('obey: without INITIAL_CONTACT both stand, with it the newest alone', async () => {
  expect(clientsOf(await comingAgain('obey', { from: elsewhere }))).toEqual([hostAddress, elsewhere]);
  expect(clientsOf(await comingAgain('obey', { from: elsewhere, says: 'obey' }))).toEqual([elsewhere]);
});

test('ignore: both stand whatever the client says, and we do not say it either', async () => {
  const pair = await comingAgain('ignore', { from: elsewhere, says: 'obey' });

  expect(clientsOf(pair)).toEqual([hostAddress, elsewhere]);
  await pair.cluster.endpoint.dropSilently(pair.nowMs);
  await pair.cluster.initiate({ remote: address(elsewhere) });
  await pair.run();
  expect(pair.ladder().filter((line) => line.includes('INITIAL_CONTACT'))).toEqual([
    expect.stringMatching('^host -> IKE_AUTH 1 request'),
    expect.stringMatching('^host -> IKE_AUTH 1 request'),
  ]);
});

describe('replace', () => {
  test('who comes from elsewhere takes the place of the older one, which is told so', async () => {
    const pair = await comingAgain('replace', { from: elsewhere });

    expect(clientsOf(pair)).toEqual([elsewhere]);
    expect(pair.cluster.sad.map(({ remote }) => printAddress(remote))).toEqual([elsewhere]);
    expect(pair.ladder().at(-1)).toBe('host <- INFORMATIONAL 0 request D');
    expect(pair.cluster.facts.findLast(({ type }) => type === 'childRemoved')).toMatchObject({
      because: { code: 'asked', by: 'local', reason: 'replaced' },
    });
  });

  test('who comes from the same end may reauthenticate, and has ten seconds for it', async () => {
    const pair = await comingAgain('replace', { from: hostAddress });

    await pair.run(9_000);
    expect(clientsOf(pair)).toEqual([hostAddress, hostAddress]);
    await pair.run(2_000);
    expect(clientsOf(pair)).toEqual([hostAddress]);
  });

  test('a command or a lifetime does not wait for those ten seconds to be over', async () => {
    const commanded = await comingAgain('replace', { from: hostAddress });
    const [older] = commanded.cluster.ikeSas;
    await commanded.cluster.endpoint.deleteIkeSa(older?.initiatorSpi ?? expect.unreachable(), commanded.nowMs);
    await commanded.run(1_000);
    expect(clientsOf(commanded)).toEqual([hostAddress]);
    expect(commanded.cluster.facts.findLast(({ type }) => type === 'childRemoved')).toMatchObject({
      because: { reason: 'command' },
    });

    const ikeLifetime = { expireAfterMs: 3_000, jitter: 0 };
    const aged = await comingAgain('replace', { from: hostAddress }, { ikeLifetime });
    await aged.run(2_500);
    expect(clientsOf(aged)).toEqual([hostAddress]);
  });

  test('what is wanted in those ten seconds is wanted of the newest', async () => {
    const pair = await comingAgain('replace', { from: hostAddress });
    const [, newest] = pair.cluster.ikeSas;

    await pair.cluster.initiate();
    await pair.run(1_000);

    expect(pair.cluster.ikeSas.map(({ initiatorSpi, children }) => [initiatorSpi, children.length])).toContainEqual([
      newest?.initiatorSpi,
      2,
    ]);
  });

  test('a client that says INITIAL_CONTACT holds the older one no more: it is not told', async () => {
    const pair = await comingAgain('replace', { from: elsewhere, says: 'obey' });

    expect(clientsOf(pair)).toEqual([elsewhere]);
    expect(pair.ladder().filter((line) => line.includes('INFORMATIONAL'))).toEqual([]);
  });
});

describe('keep', () => {
  test('who comes from elsewhere is refused, and the reason says where the first is', async () => {
    const pair = await comingAgain('keep', { from: elsewhere });

    expect(clientsOf(pair)).toEqual([hostAddress]);
    expect(pair.host.failures).toMatchObject([{ by: 'remote', refusal: { code: 'authFailed', check: 'peer' } }]);
    const [failure] = pair.cluster.failures;
    expect(failure).toMatchObject({
      ...{ connection: 'nfs', by: 'local', scope: 'ike', notify: 24, remote: address(elsewhere) },
      decidedAt: { exchange: 35, message: 'request' },
      refusal: { code: 'notUnique', peerIdentity: identity('client.test'), remote: address(hostAddress) },
    });
    expect(failure && sectionOf(failure.refusal)).toBe('RFC 7296 2.4');
  });

  test('who comes from the same end may reauthenticate', async () => {
    expect(clientsOf(await comingAgain('keep', { from: hostAddress }))).toEqual([hostAddress, hostAddress]);
  });

  test('who says INITIAL_CONTACT is taken, and the older one goes', async () => {
    expect(clientsOf(await comingAgain('keep', { from: elsewhere, says: 'obey' }))).toEqual([elsewhere]);
  });
});

test('another of our identities is another peer: its IKE SAs stay', async () => {
  const [one, two] = [identity('one.test'), identity('two.test')];
  const pair = makePair({
    both: { child: { localSelectors: [own], remoteSelectors: [own] } },
    host: { id: 'client.test', peerId: '%any', more: { asksForPeer: one } },
    cluster: { peerId: 'client.test', more: { takesAskedIdentity: true } },
  });
  await pair.establish();
  await pair.host.endpoint.dropSilently(pair.nowMs);
  await pair.host.endpoint.setConnections([{ ...pair.host.connection, asksForPeer: two }], pair.nowMs);
  await pair.run(1000);

  await pair.establish();

  expect(pair.ladder().filter((line) => line.includes('INITIAL_CONTACT'))).toHaveLength(2);
  expect(pair.cluster.ikeSas.map(({ ownIdentity }) => ownIdentity)).toEqual([one, two]);
});
