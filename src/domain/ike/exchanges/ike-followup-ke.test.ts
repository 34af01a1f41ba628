import { describe, expect, test } from 'vitest';
import { toHex } from '../../bytes/hex.ts';
import type { Datagram } from '../datagram.ts';
import { exchangeTypes, notifyTypes } from '../message/names.ts';
import { several } from '../testing/follow-ups.ts';
import { answerWith } from '../testing/other-answer.ts';
import { agreementOf, makePair, type Pair, type PairWish, type TestEnd } from '../testing/pair.ts';
import { messageFrom } from '../testing/tamper.ts';

const ike = (...methods: readonly string[]): string =>
  ['aes256gcm16-prfsha384-x25519', ...methods.map((method, i) => `ke${i + 1}_${method}`)].join('-');

const established = (methods: readonly string[], wish: PairWish = {}): Promise<Pair> =>
  makePair({ both: { ike: [ike(...methods)] }, settings: { fragmentIpOctets: 9000 }, ...wish }).establish();

function rekeyIke({ endpoint, ikeSas: [ikeSa] }: TestEnd, pair: Pair): Promise<void> {
  if (!ikeSa) throw new Error('an IKE SA stands');
  return endpoint.rekeyIke(ikeSa.initiatorSpi, pair.nowMs);
}

/** One IKE SA, the same at both ends, with the one CHILD SA inherited and in order. */
function expectOneSuccessor(pair: Pair, before: string): void {
  const [host, cluster] = pair.ends.map(({ ikeSas }) => ikeSas.map(({ initiatorSpi }) => initiatorSpi));
  expect(host).toHaveLength(1);
  expect(cluster).toEqual(host);
  expect(host).not.toContain(before);
  expect(agreementOf(pair).cluster).toEqual(agreementOf(pair).host);
  expect(pair.host.sad).toHaveLength(1);
}

const spiOf = (pair: Pair): string => pair.host.ikeSas[0]?.initiatorSpi ?? '';

/** The cluster has forgotten what is in the making when a lost IKE_FOLLOWUP_KE comes again. */
const slow: PairWish = {
  settings: { fragmentIpOctets: 9000 },
  clusterSettings: { halfOpenMs: 100 },
  hostSettings: { retransmit: { firstMs: 500, factor: 2, tries: 5 } },
};

const isFollowUp = ({ octets }: Datagram): boolean => octets[18] === exchangeTypes.numbers.IKE_FOLLOWUP_KE;

describe('additional key exchanges of an IKE rekey (RFC 9370 2.2.4)', () => {
  test.each(['host', 'cluster'] as const)(
    '%s rekeys: one IKE_FOLLOWUP_KE a method, then the successor stands',
    async (name) => {
      const pair = await established(['mlkem768', 'ecp384']);
      const [from, before] = [pair.ladder().length, spiOf(pair)];

      await rekeyIke(pair[name], pair);
      await pair.run();

      const [asks, answers] = name === 'host' ? ['host ->', 'host <-'] : ['host <-', 'host ->'];
      const words = pair
        .ladder(from)
        .map((line) => line.replace(asks, 'asks').replace(answers, 'answers').replace(/ \d+ /, ' '));
      expect(words.slice(0, 6)).toEqual([
        'asks CREATE_CHILD_SA request SA Nonce KE',
        'answers CREATE_CHILD_SA response SA Nonce KE N(ADDITIONAL_KEY_EXCHANGE)',
        'asks IKE_FOLLOWUP_KE request KE N(ADDITIONAL_KEY_EXCHANGE)',
        'answers IKE_FOLLOWUP_KE response KE N(ADDITIONAL_KEY_EXCHANGE)',
        'asks IKE_FOLLOWUP_KE request KE N(ADDITIONAL_KEY_EXCHANGE)',
        'answers IKE_FOLLOWUP_KE response KE',
      ]);
      expectOneSuccessor(pair, before);
    },
  );

  test('the successor is good for more: a CHILD SA is rekeyed in it, and it is rekeyed again', async () => {
    const pair = await established(['mlkem768']);
    await rekeyIke(pair.host, pair);
    await pair.run();
    const before = spiOf(pair);

    await pair.cluster.endpoint.rekeyChild(pair.cluster.child.inSpi, pair.nowMs);
    await pair.run();
    await rekeyIke(pair.cluster, pair);
    await pair.run();

    expectOneSuccessor(pair, before);
  });

  test('both ends rekey at once: both are told to wait, one comes first, and one successor stands', async () => {
    const pair = await established(['mlkem768']);
    const [from, before] = [pair.ladder().length, spiOf(pair)];

    await Promise.all([rekeyIke(pair.host, pair), rekeyIke(pair.cluster, pair)]);
    await pair.run(120_000);

    expect(pair.ladder(from).filter((line) => line.includes('N(TEMPORARY_FAILURE)')).length).toBeGreaterThan(0);
    expectOneSuccessor(pair, before);
  });

  test.each([1, 2, 3])('what is lost is sent again (seed %i)', async (seed) => {
    const pair = await established(['mlkem768', 'mlkem1024'], { seed });
    const before = spiOf(pair);
    pair.wire.faults = { ...pair.wire.faults, loss: 0.2, duplicate: 0.2, jitterMs: 50 };

    await rekeyIke(pair.host, pair);
    await pair.run(60_000);
    pair.wire.faults = { ...pair.wire.faults, loss: 0, duplicate: 0 };
    await pair.run(60_000);

    expectOneSuccessor(pair, before);
  });

  test('who asks too late is told that nothing is in the making, and begins anew', async () => {
    const pair = await established(['mlkem768'], slow);
    const [from, before] = [pair.ladder().length, spiOf(pair)];
    let followUps = 0;
    pair.wire.tamper = (datagram) => (isFollowUp(datagram) && followUps++ === 0 ? [] : [datagram]);

    await rekeyIke(pair.host, pair);
    await pair.run(5_000);

    expect(pair.ladder(from).filter((line) => line.includes('N(STATE_NOT_FOUND)'))).toHaveLength(1);
    expect(pair.host.failures).toEqual([]);
    expectOneSuccessor(pair, before);
  });

  test.each(['IKE SA', 'CHILD SA'] as const)('a peer that always forgets it loses the IKE SA: the %s', async (what) => {
    const esp = { esp: ['aes256gcm16-noesn-x25519-ke1_mlkem512'] };
    const pair = await established(['mlkem512'], { ...slow, both: { ike: [ike('mlkem512')], ...esp } });
    const from = pair.ladder().length;
    const heard = new Set<string>();
    pair.wire.tamper = (datagram) => {
      const text = toHex(datagram.octets);
      if (!isFollowUp(datagram) || heard.has(text)) return [datagram];
      heard.add(text);
      return [];
    };

    if (what === 'IKE SA') await rekeyIke(pair.host, pair);
    else await pair.host.endpoint.rekeyChild(pair.host.child.inSpi, pair.nowMs);
    await pair.run(30_000);

    expect(pair.ladder(from).filter((line) => line.includes('N(STATE_NOT_FOUND)'))).toHaveLength(4);
    expect(pair.host.failures).toMatchObject([{ by: 'remote', refusal: { code: 'peerRefused', notify: 47 } }]);
    for (const end of pair.ends) expect([end.ikeSas, end.sad]).toEqual([[], []]);
  });
});

describe('additional key exchanges of a CHILD SA (RFC 9370 2.2.4)', () => {
  const esp = (...methods: readonly string[]): string =>
    ['aes256gcm16-noesn-x25519', ...methods.map((method, i) => `ke${i + 1}_${method}`)].join('-');
  const pairWith = (...methods: readonly string[]): Promise<Pair> =>
    established(['mlkem512'], { both: { ike: [ike('mlkem512')], esp: [esp(...methods)] } });

  function expectOneNewChild(pair: Pair, before: number): void {
    expect(pair.host.sad).toHaveLength(1);
    expect(pair.host.child.inSpi).not.toBe(before);
    expect(agreementOf(pair).cluster).toEqual(agreementOf(pair).host);
  }

  test.each(['host', 'cluster'] as const)(
    '%s rekeys: one IKE_FOLLOWUP_KE a method, then the new SA stands',
    async (name) => {
      const pair = await pairWith('mlkem768', 'ecp384');
      const [from, before] = [pair.ladder().length, pair.host.child.inSpi];

      await pair[name].endpoint.rekeyChild(pair[name].child.inSpi, pair.nowMs);
      await pair.run();

      const exchanges = pair.ladder(from).map((line) => line.split(' ').slice(2, 3).join(' '));
      expect(exchanges).toEqual([
        ...Array(2).fill('CREATE_CHILD_SA'),
        ...Array(4).fill('IKE_FOLLOWUP_KE'),
        ...Array(2).fill('INFORMATIONAL'),
      ]);
      expectOneNewChild(pair, before);
    },
  );

  test('the further secrets are in its keys: with another method they are others, under the same nonces', async () => {
    const [one, other] = await Promise.all(['ecp256', 'ecp384'].map((method) => pairWith(method)));
    if (!one || !other) throw new Error('two pairs');
    for (const pair of [one, other]) {
      await pair.host.endpoint.rekeyChild(pair.host.child.inSpi, pair.nowMs);
      await pair.run();
    }

    expect(one.host.child.outSpi).toBe(other.host.child.outSpi);
    expect(agreementOf(one).host).not.toEqual(agreementOf(other).host);
  });

  test('both ends rekey at once: both are told to wait, one comes first, and one new SA stands', async () => {
    const pair = await pairWith('mlkem768');
    const before = pair.host.child.inSpi;

    await Promise.all(pair.ends.map(({ endpoint, child }) => endpoint.rekeyChild(child.inSpi, pair.nowMs)));
    await pair.run(120_000);

    expectOneNewChild(pair, before);
  });

  test('one end rekeys the CHILD SA while the other rekeys the IKE SA: both come through in the end', async () => {
    const pair = await pairWith('mlkem768');
    const [child, ikeSa] = [pair.host.child.inSpi, spiOf(pair)];

    await pair.host.endpoint.rekeyChild(child, pair.nowMs);
    await rekeyIke(pair.cluster, pair);
    await pair.run(120_000);

    expectOneNewChild(pair, child);
    expectOneSuccessor(pair, ikeSa);
  });

  test.each([1, 2, 3])('what is lost is sent again (seed %i)', async (seed) => {
    const pair = await established(['mlkem512'], { seed, both: { ike: [ike('mlkem512')], esp: [esp('mlkem768')] } });
    const before = pair.host.child.inSpi;
    pair.wire.faults = { ...pair.wire.faults, loss: 0.2, duplicate: 0.2, jitterMs: 50 };

    await pair.cluster.endpoint.rekeyChild(pair.cluster.child.inSpi, pair.nowMs);
    await pair.run(60_000);
    pair.wire.faults = { ...pair.wire.faults, loss: 0, duplicate: 0 };
    await pair.run(60_000);

    expectOneNewChild(pair, before);
  });
});

describe('an answer that we refuse, while the peer holds the new SA already', () => {
  const settings = { fragmentIpOctets: 9000 };

  test('of a CHILD SA: the peer is told, and the old one goes on at both ends', async () => {
    const pair = await makePair({ both: several, settings }).establish();
    const old = pair.host.child.inSpi;
    await pair.host.endpoint.rekeyChild(old, pair.nowMs);
    await answerWith(pair, 'IKE_FOLLOWUP_KE', []);
    await pair.run(1_000);

    expect(pair.host.failures).toMatchObject([{ scope: 'child', by: 'local', refusal: { code: 'wrongMethod' } }]);
    expect(pair.host.child.inSpi).toBe(old);
    expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
  });

  test('of an IKE SA: the peer is told, and neither end keeps anything', async () => {
    const pair = await makePair({ both: several, settings }).establish();
    await rekeyIke(pair.host, pair);
    await answerWith(pair, 'IKE_FOLLOWUP_KE', []);
    await pair.run(1_000);
    expect(pair.host.failures).toMatchObject([{ scope: 'ike', by: 'local', refusal: { code: 'wrongMethod' } }]);
    expect([...pair.host.ikeSas, ...pair.host.sad]).toEqual([]);

    await pair.cluster.endpoint.suspectSilence(pair.cluster.child.inSpi, pair.nowMs + 60_000); // nothing comes any more
    await pair.run(300_000);
    expect([...pair.cluster.ikeSas, ...pair.cluster.sad]).toEqual([]);
  });
});

test.each([
  ['a CHILD SA', 'child', (pair: Pair) => pair.host.endpoint.rekeyChild(pair.host.child.inSpi, pair.nowMs)],
  ['an IKE SA', 'ike', (pair: Pair) => rekeyIke(pair.host, pair)],
] as const)(
  'an answer that agrees on %s by several, and says nothing of more to come, is refused: none stands by the first alone',
  async (_, scope, ask) => {
    const pair = await makePair({ both: several, settings: { fragmentIpOctets: 9000 } }).establish();
    const old = [spiOf(pair), pair.host.child.inSpi];
    pair.wire.tamper = (datagram) => (isAnswer(datagram) ? [] : [datagram]);
    await ask(pair);
    await pair.runFor(100);
    const said = pair.cluster.transcript.findLast(({ direction }) => direction === 'out')?.payloads ?? [];
    await answerWith(
      pair,
      'CREATE_CHILD_SA',
      said.filter((each) => each.type !== 'NOTIFY' || each.notify !== notifyTypes.numbers.ADDITIONAL_KEY_EXCHANGE),
    );

    expect(pair.host.failures).toMatchObject([{ scope, by: 'local', refusal: { code: 'malformed' } }]);
    expect(pair.host.ikeSas.every(({ initiatorSpi }) => initiatorSpi === old[0])).toBe(true);
    expect(pair.host.sad.every(({ inSpi }) => inSpi === old[1])).toBe(true);
  },
);

const isAnswer = (datagram: Datagram): boolean => messageFrom(datagram)?.header.isResponse === true;
