/** Both ends begin at the same instant (crossing.ts). */
import { describe, expect, test } from 'vitest';
import { address } from '../../net/address.ts';
import { hostSelector } from '../../spd/selector.ts';
import type { ChildTemplate } from '../connection.ts';
import { aConnection, clusterAddress, hostAddress, identity } from '../testing/builders.ts';
import { agreementOf, makePair, type Pair } from '../testing/pair.ts';

/** Each end has sent its IKE_SA_INIT before it hears of the other's. */
async function crossed(pair: Pair): Promise<Pair> {
  await Promise.all(pair.ends.map((end) => end.initiate()));
  return pair.run();
}

describe.each(['a', 'b', 'c', 'd', 'e', 'f'])('both ends begin at once (seed %s)', (seed) => {
  test('two IKE SAs stand for a moment; then each end holds the same one, and who began the other deleted it', async () => {
    const pair = await crossed(makePair({ seed }));
    expect(pair.host.ikeSas).toHaveLength(2);
    const [lower = ''] = pair.host.ikeSas.map(({ initiatorSpi }) => initiatorSpi as string).sort();
    const deleter = pair.ends.find(({ ikeSas }) =>
      ikeSas.some((each) => each.isInitiator && each.initiatorSpi === lower),
    );
    const before = pair.ladder().length;

    await pair.run(20_000);

    const arrow = deleter?.name === 'host' ? ['->', '<-'] : ['<-', '->'];
    const [id] = pair.ladder(before).map((line) => line.split(' ')[3]);
    expect(pair.ladder(before)).toEqual([
      `host ${arrow[0]} INFORMATIONAL ${id} request D`,
      `host ${arrow[1]} INFORMATIONAL ${id} response D`,
      `host ${arrow[0]} INFORMATIONAL ${Number(id) + 1} request D`,
      `host ${arrow[1]} INFORMATIONAL ${Number(id) + 1} response`,
    ]);
    for (const end of pair.ends) {
      expect(end.ikeSas).toHaveLength(1);
      expect(end.ikeSas[0]?.initiatorSpi).not.toBe(lower);
      expect(end.failures).toEqual([]);
    }
    expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
    expect(pair.host.child.inSpi).toBe(pair.cluster.child.outSpi);
  });

  test('at each end the one that goes is sent on no more, well before it is removed', async () => {
    const pair = await crossed(makePair({ seed }));

    await pair.run(20_000);

    for (const end of pair.ends) {
      const order = end.facts.flatMap((fact) =>
        fact.type === 'childRetired' || fact.type === 'childRemoved' ? [{ type: fact.type, atMs: fact.atMs }] : [],
      );
      expect(order.map(({ type }) => type)).toEqual(['childRetired', 'childRemoved']);
      expect((order[1]?.atMs ?? 0) - (order[0]?.atMs ?? 0)).toBeGreaterThanOrEqual(1000);
    }
  });
});

describe.each(['a', 'b', 'c', 'd', 'e', 'f'])('a peer that knows no such rule (seed %s)', (seed) => {
  test('one IKE SA is left all the same, whoever began the other: we end it', async () => {
    const clusterSettings = { crossedMs: 1e9, crossedWaitMs: 1e9 };
    const pair = await crossed(makePair({ seed, clusterSettings }));
    const [, higher] = pair.host.ikeSas.map(({ initiatorSpi }) => initiatorSpi as string).sort();
    const before = pair.ladder().length;

    await pair.run(28_000);

    expect(pair.ladder(before).map((line) => line.split(' ')[1])).toEqual(['->', '<-', '->', '<-']);
    for (const end of pair.ends) expect(end.ikeSas.map(({ initiatorSpi }) => initiatorSpi)).toEqual([higher]);
    expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
  });
});

test('if the peer ends the one that stays by a habit of its own, the other does not go', async () => {
  const pair = await crossed(makePair());
  const [, higher = ''] = pair.host.ikeSas.map(({ initiatorSpi }) => initiatorSpi as string).sort();
  const stays = pair.host.ikeSas.find(({ initiatorSpi }) => initiatorSpi === higher);
  await pair.run(10_000);

  if (stays) await pair.cluster.endpoint.deleteIkeSa(stays.initiatorSpi, pair.nowMs);
  await pair.run(60_000);

  for (const end of pair.ends) expect(end.ikeSas).toHaveLength(1);
  expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
});

describe.each(['host', 'cluster'] as const)('meanwhile, by the %s', (name) => {
  test.each([
    ['the one that stays is rekeyed', 'higher', 'rekeyIke'],
    ['the one that goes is rekeyed', 'lower', 'rekeyIke'],
    ['the one that stays is authenticated anew', 'higher', 'reauthenticate'],
    ['the one that goes is to be authenticated anew', 'lower', 'reauthenticate'],
  ] as const)('%s: one is left all the same', async (_, which, act) => {
    const pair = await crossed(makePair());
    const spis = pair.host.ikeSas.map(({ initiatorSpi }) => initiatorSpi).sort();
    const spi = spis.at(which === 'lower' ? 0 : -1) ?? expect.unreachable('two have crossed');
    await pair.run(200);

    await pair[name].endpoint[act](spi, pair.nowMs);
    await pair.run(60_000);

    for (const end of pair.ends) {
      expect(end.ikeSas).toHaveLength(1);
      expect(end.failures).toEqual([]);
    }
    expect(pair.host.sad).toHaveLength(1);
    expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
  });
});

test('neither end says that it has no other IKE SA: a peer would end the one that it is just making', async () => {
  const pair = await crossed(makePair());

  const asked = pair.ladder().filter((line) => / IKE_AUTH \d+ request /.test(line));
  expect(asked).toHaveLength(2);
  for (const line of asked) expect(line).not.toContain('INITIAL_CONTACT');
});

test('what is wanted in between is made in the one that stays', async () => {
  const pair = await crossed(makePair());

  await pair.run(1500);
  await pair.host.initiate();
  await pair.run(60_000);

  for (const end of pair.ends) {
    expect(end.ikeSas).toHaveLength(1);
    expect(end.sad).toHaveLength(2);
    expect(end.failures).toEqual([]);
  }
  expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
});

test('two that carry different traffic both stay', async () => {
  const children = (own: string, peer: string, side: 'localSelectors' | 'remoteSelectors') => {
    const [template] = aConnection({ local: own, remote: peer }).children;
    return [2049, 445].map((port) => ({
      ...(template as ChildTemplate),
      name: `tcp ${port}`,
      [side]: [hostSelector(address(clusterAddress), 6, { start: port, end: port })],
    }));
  };
  const pair = makePair({
    host: { more: { children: children(hostAddress, clusterAddress, 'remoteSelectors') } },
    cluster: { more: { children: children(clusterAddress, hostAddress, 'localSelectors') } },
  });

  await Promise.all([pair.host.initiate({ child: 'tcp 2049' }), pair.cluster.initiate({ child: 'tcp 445' })]);
  await pair.run(60_000);

  for (const end of pair.ends) {
    expect(end.ikeSas).toHaveLength(2);
    expect(end.sad).toHaveLength(2);
  }
});

test('two in which an end has another identity have not crossed: both stay, at both ends', async () => {
  const pair = makePair({
    host: { peerId: '%any', more: { asksForPeer: identity('one.test') } },
    cluster: { id: 'two.test', more: { takesAskedIdentity: true } },
  });
  await crossed(pair);

  await pair.run(60_000);

  for (const end of pair.ends) {
    expect(end.ikeSas).toHaveLength(2);
    expect(end.facts.some(({ type }) => type === 'childRetired')).toBe(false);
  }
});

test('a new IKE SA of the other end, long after the first, is no crossing', async () => {
  const pair = await makePair().establish();
  await pair.run(5_000);
  const [ikeSa] = pair.cluster.ikeSas;

  if (ikeSa) await pair.cluster.endpoint.reauthenticate(ikeSa.initiatorSpi, pair.nowMs);
  await pair.run(20_000);

  expect(pair.cluster.ikeSas.map(({ isInitiator }) => isInitiator)).toEqual([true]);
  expect(pair.host.facts.some(({ type }) => type === 'childRetired')).toBe(false);
  expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
});
