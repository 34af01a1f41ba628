import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat } from '../../bytes/octets.ts';
import type { Connection } from '../connection.ts';
import type { EncryptedFragment } from '../message/message.ts';
import { exchangeTypes } from '../message/names.ts';
import { hasNotify, notify } from '../message/notifies.ts';
import { hostRequest, hostRequestInParts } from '../testing/host-request.ts';
import { agreementOf, makePair, type TestEnd } from '../testing/pair.ts';
import { messageFrom, rewrite } from '../testing/tamper.ts';
import type { TranscriptEntry } from '../transcript.ts';
import { type FragmentSet, gather, isWanted, split } from './fragmentation.ts';

/** So small that every protected message is cut. */
const small = { fragmentIpOctets: 160 };
const announced = 'IKEV2_FRAGMENTATION_SUPPORTED';
const fragment = (number: number, total: number): EncryptedFragment => ({
  type: 'SKF',
  inner: number === 1 ? 35 : 0,
  number,
  total,
  sealed: new Uint8Array(0),
});
const message = { messageId: 1, isResponse: false, datagram: Uint8Array.of(1), nowMs: 0 };

test('what was split is put together again, in whatever order the parts come', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 400 }),
      fc.integer({ min: 7, max: 90 }),
      fc.infiniteStream(fc.nat()),
      (octets, capacity, order) => {
        const whole = Uint8Array.from(octets);
        const parts = split(whole, capacity).map((part, i) => ({ part, number: i + 1 }));
        const shuffled = parts.map((each) => ({ each, at: order.next().value })).sort((a, b) => a.at - b.at);

        let set: FragmentSet | undefined;
        for (const { each } of shuffled) {
          const gathered = gather(set, message, fragment(each.number, parts.length), each.part);
          if (gathered.type === 'whole') expect(gathered).toMatchObject({ inner: 35, plain: concat(whole) });
          set = gathered.type === 'more' ? gathered.set : undefined;
        }
        expect(set).toBeUndefined();
      },
    ),
  );
});

test('a number that cannot be, a repetition, and a smaller total are not even opened; a larger total begins anew', () => {
  const begun = gather(undefined, message, fragment(1, 3), Uint8Array.of(1));
  const set = begun.type === 'more' ? begun.set : undefined;

  expect([fragment(0, 3), fragment(4, 3), fragment(1, 65)].map((each) => isWanted(undefined, each))).toEqual([
    false,
    false,
    false,
  ]);
  expect([fragment(1, 3), fragment(2, 2), fragment(2, 3), fragment(2, 5)].map((each) => isWanted(set, each))).toEqual([
    false,
    false,
    true,
    true,
  ]);
  const anew = gather(set, message, fragment(2, 5), Uint8Array.of(2));
  expect(anew).toMatchObject({
    type: 'more',
    set: { total: 5, parts: [undefined, Uint8Array.of(2), undefined, undefined, undefined] },
  });
});

test('what one message may take is bounded: 65,536 octets, whatever its fragments are', () => {
  const begun = gather(undefined, message, fragment(1, 3), new Uint8Array(40_000));
  const set = begun.type === 'more' ? begun.set : undefined;
  expect(set).toBeDefined();

  expect(gather(set, message, fragment(2, 3), new Uint8Array(25_537))).toEqual({ type: 'ignored' });
  expect(gather(set, message, fragment(2, 3), new Uint8Array(25_536))).toMatchObject({ type: 'more' });
});

test('a message that comes whole behind some of its fragments is taken, and they are forgotten', async () => {
  const pair = await makePair().establish();
  const said = () => pair.cluster.transcript.filter(({ direction }) => direction === 'out').length;
  const before = said();
  const padding = { type: 'unknown', number: 200, isCritical: false, data: new Uint8Array(600) } as const;
  const [first, ...others] = await hostRequestInParts(pair, 2, [padding], 3);
  expect(others.length).toBeGreaterThan(1);
  if (first) await pair.cluster.endpoint.receive(first, pair.nowMs);
  expect(pair.cluster.endpoint.sessions()[0]?.fragments).toHaveLength(1);

  await pair.cluster.endpoint.receive(await hostRequest(pair, 2), pair.nowMs);
  for (const late of others) await pair.cluster.endpoint.receive(late, pair.nowMs);

  expect(said() - before, 'one answer').toBe(1);
  expect(pair.cluster.endpoint.sessions()[0]?.fragments).toBeUndefined();
});

describe('a negotiation in fragments', () => {
  test('ends as one without, and every datagram is short', async () => {
    const lengths: number[] = [];
    const pair = makePair({ settings: small });
    pair.wire.tamper = (datagram) => {
      lengths.push(datagram.octets.length);
      return [datagram];
    };

    await pair.establish();
    await pair.host.endpoint.rekeyChild(pair.host.child.inSpi, pair.nowMs);
    await pair.run();

    expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
    expect(lengths.length).toBeGreaterThan(8);
    expect(Math.max(...lengths.slice(2))).toBeLessThanOrEqual(160 - 32); // IKE_SA_INIT is never cut
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])('survives loss, reordering and duplicates (seed %d)', async (seed) => {
    const pair = makePair({ seed, settings: small, faults: { loss: 0.2, jitterMs: 40, duplicate: 0.2 } });
    await pair.establish();
    await pair.run(60_000);

    expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
    expect(pair.host.sad).toHaveLength(1);
    for (const end of pair.ends)
      for (const session of end.endpoint.sessions()) expect(session.fragments).toBeUndefined();
  });

  test('a forged fragment takes no place: the true one behind it is taken, and nobody says anything twice', async () => {
    const pair = makePair({ settings: small });
    pair.wire.tamper = (datagram) => {
      const [payload] = messageFrom(datagram)?.payloads ?? [];
      if (payload?.type !== 'SKF') return [datagram];
      const at = datagram.octets.length - 20;
      return [{ ...datagram, octets: datagram.octets.with(at, (datagram.octets[at] ?? 0) ^ 1) }, datagram];
    };
    await pair.establish();

    expect(agreementOf(pair).host).toHaveLength(1);
    expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
    for (const { transcript } of pair.ends) expect(transcript.some(({ note }) => note === 'repeated')).toBe(false);
  });

  test('a repeated first fragment brings the stored answer, the others bring nothing', async () => {
    const pair = await makePair({ settings: small }).establish();
    const sent = pair.host.transcript.filter(({ direction, header }) => direction === 'out' && header?.exchange === 35);
    const before = pair.ladder().length;
    let answers = 0;
    pair.wire.tamper = () => {
      answers += 1;
      return [];
    };

    for (const { octets, local, remote } of sent.slice(1)) {
      await pair.cluster.endpoint.receive({ local: remote, remote: local, octets }, pair.nowMs);
    }
    expect(answers).toBe(0);
    const [first] = sent;
    if (first)
      await pair.cluster.endpoint.receive(
        { local: first.remote, remote: first.local, octets: first.octets },
        pair.nowMs,
      );

    expect(answers).toBeGreaterThan(1);
    expect(pair.ladder()).toHaveLength(before);
  });
});

test('a message that never comes whole is forgotten after a while, and the SA goes on', async () => {
  const pair = await makePair({ settings: { fragmentIpOctets: 200 } }).establish();
  pair.wire.tamper = (datagram) => {
    const [payload] = messageFrom(datagram)?.payloads ?? [];
    return payload?.type === 'SKF' && payload.number === 2 ? [] : [datagram];
  };
  await pair.host.endpoint.rekeyChild(pair.host.child.inSpi, pair.nowMs);
  await pair.runFor(5_000);
  expect(pair.cluster.endpoint.sessions()[0]?.fragments).toBeDefined();

  await pair.runFor(30_000);

  expect(pair.cluster.endpoint.sessions()[0]?.fragments).toBeUndefined();
  expect(pair.cluster.ikeSas).toHaveLength(1);
});

test.each([
  { silent: 'host', isResponse: false, other: 'cluster' },
  { silent: 'cluster', isResponse: true, other: 'host' },
] as const)(
  'fragments of a peer that never said it would are not opened: the $silent',
  async ({ isResponse, other }) => {
    const pair = makePair({ settings: small });
    pair.wire.tamper = (datagram) => {
      const { header, payloads } = messageFrom(datagram) ?? {};
      if (header?.exchange !== exchangeTypes.numbers.IKE_SA_INIT) return [datagram];
      const others = payloads?.filter((each) => !hasNotify([each], announced)) ?? [];
      return [rewrite(datagram, () => (header.isResponse === isResponse ? others : [...others, notify(announced)]))];
    };
    await pair.host.initiate();
    await pair.runFor(1_000);

    const parts = pair[other].transcript.filter((entry) => entry.direction === 'in' && isFragment(entry));
    expect(parts.length).toBeGreaterThan(1);
    expect(new Set(parts.map(({ note }) => note))).toEqual(new Set(['undecipherable']));
    expect(pair[other].endpoint.sessions().map(({ phase, fragments }) => ({ phase, fragments }))).toEqual([
      { phase: other === 'host' ? 'awaitingAuthReply' : 'awaitingAuth', fragments: undefined },
    ]);
  },
);

describe('a connection says whether it fragments', () => {
  const both = { request: true, response: true };
  const asked = { request: true, response: false };
  const neither = { request: false, response: false };

  test.each([
    { host: 'yes', cluster: 'yes', says: both, inFragments: ['host', 'cluster'] },
    { host: 'accept', cluster: 'yes', says: both, inFragments: ['cluster'] },
    { host: 'yes', cluster: 'accept', says: both, inFragments: ['host'] },
    { host: 'accept', cluster: 'accept', says: both, inFragments: [] },
    { host: 'never', cluster: 'yes', says: neither, inFragments: [] },
    { host: 'yes', cluster: 'never', says: asked, inFragments: [] },
    { host: 'accept', cluster: 'never', says: asked, inFragments: [] },
  ] as const)(
    'the host $host, the cluster $cluster: fragments come from $inFragments alone, in the successor too',
    async ({ host, cluster, says, inFragments }) => {
      const pair = makePair({ settings: small, host: fragmenting(host), cluster: fragmenting(cluster) });
      await pair.establish();
      const [ikeSa] = pair.host.ikeSas;
      if (ikeSa) await pair.host.endpoint.rekeyIke(ikeSa.initiatorSpi, pair.nowMs);
      await pair.run();
      await pair.host.endpoint.rekeyChild(pair.host.child.inSpi, pair.nowMs); // in the successor
      await pair.run();

      expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
      const [request, response] = pair.ladder();
      expect({ request: request?.includes(announced), response: response?.includes(announced) }).toEqual(says);
      for (const end of pair.ends) {
        const isLong = sealedBy(end).some(({ octets }) => octets.length > 160 - 32);
        const isCut = inFragments.some((each) => each === end.name);
        expect(sealedBy(end).some(isFragment), end.name).toBe(isCut);
        expect(isLong, `${end.name} sends long datagrams`).toBe(!isCut);
      }
    },
  );

  test.each([
    { own: 'never', answers: 0, notes: ['undecipherable'] },
    { own: 'accept', answers: 1, notes: ['fragment'] },
  ] as const)(
    'what comes in fragments is answered $answers times by one that has `$own`',
    async ({ own, answers, notes }) => {
      const pair = await makePair({ cluster: fragmenting(own) }).establish();
      const [before] = pair.cluster.endpoint.sessions();
      const said = sealedBy(pair.cluster).length;
      const padding = { type: 'unknown', number: 200, isCritical: false, data: new Uint8Array(600) } as const;

      const [first, ...others] = await hostRequestInParts(pair, 2, [padding], 2);
      if (first) await pair.cluster.endpoint.receive(first, pair.nowMs);

      const heard = pair.cluster.transcript.filter((entry) => entry.direction === 'in' && isFragment(entry));
      expect(heard.map(({ note }) => note)).toEqual(notes);
      if (answers === 0) expect(pair.cluster.endpoint.sessions()[0]).toBe(before);
      for (const other of others) await pair.cluster.endpoint.receive(other, pair.nowMs);
      expect(sealedBy(pair.cluster).length - said).toBe(answers);
    },
  );
});

const fragmenting = (word: 'yes' | NonNullable<Connection['fragmentation']>) => ({
  more: word === 'yes' ? {} : { fragmentation: word },
});

const sealedBy = ({ transcript }: TestEnd) =>
  transcript.filter(({ direction, octets }) => direction === 'out' && (isFragment({ octets }) || octets[16] === 46));

/** By the header's next payload: SKF. */
const isFragment = ({ octets }: Pick<TranscriptEntry, 'octets'>): boolean => octets[16] === 53;
