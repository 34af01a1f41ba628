/** A path that swallows long datagrams (RFC 7383 2.5.2, 2.6.1). */
import { describe, expect, test } from 'vitest';
import { toHex } from '../../bytes/hex.ts';
import type { Datagram } from '../datagram.ts';
import { exchangeTypes } from '../message/names.ts';
import { find } from '../message/payloads.ts';
import { hostAddress } from '../testing/builders.ts';
import { agreementOf, makePair, type Pair, type TestEnd } from '../testing/pair.ts';
import { messageFrom } from '../testing/tamper.ts';

const { IKE_AUTH, IKE_INTERMEDIATE } = exchangeTypes.numbers;

/** IKE_AUTH takes more than one datagram of the first size, and more yet of the second. */
const settings = { fragmentIpOctets: 240, narrowIpOctets: 150 };
/** One IKE_INTERMEDIATE before it, whose answer puts other keys in the place of those it came under. */
const twoKeyExchanges = { ike: ['aes256gcm16-prfsha384-x25519-ke1_mlkem512'] };
/** Octets of a UDP datagram that the narrow path takes. */
const narrow = 150 - 32;

describe.each([
  ['both ways', () => true],
  ['towards the responder', (from: string) => from === 'host'],
  ['towards the initiator', (from: string) => from === 'cluster'],
] as const)('long datagrams are swallowed %s', (_, isSwallowing) => {
  test('the request goes in smaller fragments, the answer comes so too, and both ends hold the same', async () => {
    const pair = makePair({ settings });
    swallow(pair, isSwallowing);

    await pair.host.initiate();
    await pair.run(10_000);

    expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
    expect(pair.host.sad).toHaveLength(1);
    for (const end of pair.ends) {
      expect(end.facts.filter(({ type }) => type === 'ikeEstablished')).toHaveLength(1);
      expect(end.endpoint.sessions()).toMatchObject([{ window: { isNarrow: true } }]);
    }

    const [ikeSa] = pair.host.ikeSas;
    if (ikeSa) await pair.host.endpoint.rekeyIke(ikeSa.initiatorSpi, pair.nowMs);
    await pair.run(10_000);
    for (const end of pair.ends) {
      const standing = end.endpoint.sessions().filter(({ phase }) => phase === 'established');
      expect(standing).toMatchObject([{ window: { isNarrow: true } }]); // its successor need not learn it again
    }
    const totals = sentBy(pair.host, IKE_AUTH).map((each) => each.total);
    expect(new Set(totals).size).toBe(2);
    expect(totals).toEqual(totals.toSorted((a, b) => a - b)); // a later cut has the larger total (2.6)
  });

  test('IKE_INTERMEDIATE goes in smaller fragments likewise, and both ends hold the same', async () => {
    const pair = makePair({ settings, both: twoKeyExchanges });
    swallow(pair, isSwallowing);

    await pair.host.initiate();
    await pair.run(20_000);

    expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
    expect(pair.host.sad).toHaveLength(1);
    for (const end of pair.ends) expect(end.failures).toEqual([]);
  });

  test('no IV comes twice under a key', async () => {
    const pair = makePair({ settings });
    swallow(pair, isSwallowing);
    await pair.host.initiate();
    await pair.run(10_000);

    for (const end of pair.ends) {
      const sent = sentBy(end, IKE_AUTH);
      expect(new Set(sent.map(({ iv }) => iv)).size).toBe(new Set(sent.map(({ hex }) => hex)).size);
    }
  });
});

test('the intervals begin anew with the smaller fragments, and all tries are counted (2.5.2)', async () => {
  const pair = makePair({ settings });
  swallow(pair, () => true, 0);
  await pair.host.initiate();
  const beganAtMs = pair.nowMs + 10;
  await pair.run(60_000);

  const requests = sentBy(pair.host, IKE_AUTH).filter(({ number }) => number === 1);
  expect(requests.map(({ atMs, total }) => [Math.round(atMs - beganAtMs), total])).toEqual([
    [0, 2],
    [1000, 2],
    [2800, 4],
    [3800, 4],
    [5600, 4],
    [8840, 4],
    [14_672, 4],
    [25_170, 4],
  ]);
  expect(pair.host.failures).toMatchObject([{ refusal: { code: 'noAnswer', tries: 2 + 6 } }]);
});

test('a later message of this IKE SA goes in short datagrams at once', async () => {
  const pair = makePair({ settings });
  swallow(pair, () => true);
  await pair.host.initiate();
  await pair.run(10_000);
  const lengths: number[] = [];
  pair.wire.tamper = (datagram) => {
    lengths.push(datagram.octets.length);
    return [datagram];
  };

  await pair.host.endpoint.rekeyChild(pair.host.child.inSpi, pair.nowMs);
  await pair.run();

  expect(lengths.length).toBeGreaterThan(4);
  expect(Math.max(...lengths)).toBeLessThanOrEqual(narrow);
});

test('a peer that cuts its messages short is answered in short datagrams (2.5.1)', async () => {
  const pair = await makePair({ settings, hostSettings: { fragmentIpOctets: 150 } }).establish();

  const answers = sentBy(pair.cluster, IKE_AUTH);

  expect(answers.length).toBeGreaterThan(2);
  expect(Math.max(...answers.map(({ hex }) => hex.length / 2))).toBeLessThanOrEqual(narrow);
});

describe.each([
  ['IKE_AUTH', IKE_AUTH],
  ['IKE_INTERMEDIATE', IKE_INTERMEDIATE],
] as const)('an %s request that was answered and comes again in more fragments', (_, exchange) => {
  test('only its first fragment asks for the answer, once it is proven to be of the peer (2.6.1)', async () => {
    const { pair, recut } = await answeredBeforeCut(exchange);
    const before = pair.cluster.endpoint.sessions()[0];
    const [first, ...others] = recut;
    if (!first) throw new Error('the request was not cut anew');
    let answers = 0;
    pair.wire.tamper = () => {
      answers += 1;
      return [];
    };

    const forged = { ...first, octets: first.octets.with(first.octets.length - 1, 0xff ^ (first.octets.at(-1) ?? 0)) };
    for (const each of [forged, ...others]) await pair.cluster.endpoint.receive(each, pair.nowMs);
    expect(answers).toBe(0);
    expect(pair.cluster.endpoint.sessions()[0]).toBe(before);

    await pair.cluster.endpoint.receive(first, pair.nowMs);
    const once = answers;
    expect(once).toBeGreaterThan(2);
    await pair.cluster.endpoint.receive(first, pair.nowMs); // now from the store
    expect(answers).toBe(2 * once);
    const childCount = exchange === IKE_AUTH ? 1 : 0;
    expect(pair.cluster.facts.filter(({ type }) => type === 'childInstalled')).toHaveLength(childCount);
  });

  test('the longer fragments of before bring nothing any more', async () => {
    const { pair, recut, longer } = await answeredBeforeCut(exchange);
    for (const each of recut) await pair.cluster.endpoint.receive(each, pair.nowMs);
    const before = pair.cluster.endpoint.sessions()[0];

    for (const each of longer) await pair.cluster.endpoint.receive(each, pair.nowMs);

    expect(pair.cluster.endpoint.sessions()[0]).toBe(before);
  });
});

/** The cluster has answered, the host has not heard it and has cut its request anew; nothing of that has arrived. */
async function answeredBeforeCut(exchange: number) {
  const pair = makePair({ settings, both: exchange === IKE_AUTH ? {} : twoKeyExchanges });
  const requests: Datagram[] = [];
  const firstTotal = () => (requests[0] ? totalIn(requests[0]) : 0);
  pair.wire.tamper = (datagram) => {
    const header = messageFrom(datagram)?.header;
    if (header?.exchange !== exchange) return [datagram];
    if (header.isResponse) return [];
    requests.push({ ...datagram, local: datagram.remote, remote: datagram.local });
    return totalIn(datagram) > firstTotal() ? [] : [datagram];
  };
  await pair.host.initiate();
  await pair.runFor(3_000);
  return {
    pair,
    recut: requests.filter((each) => totalIn(each) > firstTotal()),
    longer: requests.filter((each) => totalIn(each) === firstTotal()),
  };
}

function swallow(pair: Pair, isSwallowing: (from: 'host' | 'cluster') => boolean, longest = narrow): void {
  pair.wire.tamper = (datagram) => {
    const from = datagram.local.address.octets.join('.') === hostAddress ? 'host' : 'cluster';
    const exchange = messageFrom(datagram)?.header.exchange;
    const isLost = (exchange === IKE_AUTH || exchange === IKE_INTERMEDIATE) && datagram.octets.length > longest;
    return isSwallowing(from) && isLost ? [] : [datagram];
  };
}

const totalIn = (datagram: Datagram): number => find(messageFrom(datagram)?.payloads ?? [], 'SKF')?.total ?? 0;

/** Fragments of an exchange as they left an end, repetitions too. */
const sentBy = (end: TestEnd, exchange: number) =>
  end.transcript.flatMap(({ direction, header, octets, local, remote, atMs }) => {
    const fragment = find(messageFrom({ octets, local, remote })?.payloads ?? [], 'SKF');
    if (direction !== 'out' || header?.exchange !== exchange || !fragment) return [];
    const { number, total, sealed } = fragment;
    return [{ atMs, number, total, iv: toHex(sealed.subarray(0, 8)), hex: toHex(octets) }];
  });
