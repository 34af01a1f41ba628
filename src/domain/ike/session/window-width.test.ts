/** A peer that asks several things at once (RFC 7296 2.3): requests sealed as the host would, sent in orders of our choice. */
import { describe, expect, test } from 'vitest';
import type { Datagram } from '../datagram.ts';
import { exchangeTypes, protocols } from '../message/names.ts';
import { octetsOfEspSpi } from '../message/spi.ts';
import { hostRequest } from '../testing/host-request.ts';
import { makePair, type Pair } from '../testing/pair.ts';

describe('a window of 4', () => {
  test('is announced by both ends in IKE_AUTH, one of 1 is not', async () => {
    const wide = await makePair({ settings: { windowSize: 4 } }).establish();
    const usual = await makePair().establish();

    expect(wide.ladder().slice(2)).toEqual([
      expect.stringContaining('SET_WINDOW_SIZE'),
      expect.stringContaining('SET_WINDOW_SIZE'),
    ]);
    expect(usual.ladder().join()).not.toContain('SET_WINDOW_SIZE');
  });

  test('requests that overtake each other are answered as they come, each once, and again from the store', async () => {
    const pair = await makePair({ clusterSettings: { windowSize: 4 } }).establish();
    const requests = await Promise.all([2, 3, 4, 5].map((id) => hostRequest(pair, id)));
    const answered = answersTo(pair);
    const [two, three, four, five] = requests as [Datagram, Datagram, Datagram, Datagram];

    for (const each of [four, two, five, four, three, two]) await pair.cluster.endpoint.receive(each, pair.nowMs);

    expect(answered).toEqual([4, 2, 5, 4, 3, 2]);
    expect(pair.cluster.endpoint.sessions()).toMatchObject([{ window: { expectedId: 6 } }]);
  });

  test('it moves on only behind the lowest request that has not come, and takes nothing beyond', async () => {
    const pair = await makePair({ clusterSettings: { windowSize: 4 } }).establish();
    const answered = answersTo(pair);

    for (const id of [3, 4, 5, 6, 2, 6]) await pair.cluster.endpoint.receive(await hostRequest(pair, id), pair.nowMs);

    expect(answered).toEqual([3, 4, 5, 2, 6]);
  });

  test('a delete that overtakes another request has its effect once', async () => {
    const pair = await makePair({ clusterSettings: { windowSize: 4 } }).establish();
    const spis = [octetsOfEspSpi(pair.host.child.inSpi)];
    const deletion = await hostRequest(pair, 3, [{ type: 'DELETE', protocol: protocols.numbers.ESP, spis }]);

    await pair.cluster.endpoint.receive(deletion, pair.nowMs);
    await pair.cluster.endpoint.receive(await hostRequest(pair, 2), pair.nowMs);
    await pair.cluster.endpoint.receive(deletion, pair.nowMs);

    expect(pair.cluster.sad).toEqual([]);
    expect(pair.cluster.facts.filter(({ type }) => type === 'childRemoved')).toHaveLength(1);
  });

  test('while IKE_AUTH is awaited nothing goes before it', async () => {
    const pair = makePair({ clusterSettings: { windowSize: 4 } });
    const held: Datagram[] = [];
    pair.wire.tamper = (datagram) => {
      if (datagram.octets[18] !== exchangeTypes.numbers.IKE_AUTH) return [datagram];
      held.push(datagram);
      return [];
    };
    await pair.host.initiate();
    await pair.runFor(100);
    const before = pair.cluster.endpoint.sessions()[0];

    await pair.cluster.endpoint.receive(await hostRequest(pair, 2), pair.nowMs);

    expect(held).toHaveLength(1);
    expect(pair.cluster.endpoint.sessions()[0]).toBe(before);
  });
});

describe('a request beyond the window', () => {
  test('is not answered; the peer is told in an exchange of our own, and seldom (INVALID_MESSAGE_ID)', async () => {
    const pair = await makePair().establish();
    await pair.cluster.endpoint.confirm(pair.cluster.child.inSpi, pair.nowMs);
    const before = pair.ladder().length;

    for (const id of [7, 8, 9]) await pair.cluster.endpoint.receive(await hostRequest(pair, id), pair.nowMs);
    await pair.run();

    expect(pair.ladder(before)).toEqual([
      'host <- INFORMATIONAL 0 request N(INVALID_MESSAGE_ID)',
      'host -> INFORMATIONAL 0 response',
    ]);
    const [told] = pair.cluster.transcript.slice(-2);
    expect(told?.payloads).toMatchObject([{ type: 'NOTIFY', data: Uint8Array.of(0, 0, 0, 7) }]);
    expect(pair.cluster.sad).toHaveLength(1);
    await pair.run(61_000);
    await pair.cluster.endpoint.receive(await hostRequest(pair, 9), pair.nowMs);
    await pair.run();
    expect(pair.ladder(before)).toHaveLength(4);
  });

  test('that a stranger made up, or that was answered long ago, is met with silence', async () => {
    const pair = await makePair().establish();
    await pair.host.endpoint.rekeyChild(pair.host.child.inSpi, pair.nowMs);
    await pair.run();
    const [session] = pair.cluster.endpoint.sessions();
    const before = pair.ladder().length;
    const genuine = await hostRequest(pair, 9);
    const forged = { ...genuine, octets: genuine.octets.with(-1 + genuine.octets.length, 1) };

    await pair.cluster.endpoint.receive(forged, pair.nowMs);
    await pair.cluster.endpoint.receive(await hostRequest(pair, 0), pair.nowMs);
    await pair.run();

    expect(pair.cluster.endpoint.sessions()[0]).toBe(session);
    expect(pair.ladder(before)).toEqual([]);
  });
});

/** The ids of the answers that leave the cluster, which arrive nowhere. */
function answersTo(pair: Pair): readonly number[] {
  const ids: number[] = [];
  pair.wire.tamper = ({ octets }) => {
    if ((octets[19] ?? 0) & 0x20) ids.push(octets[23] ?? -1);
    return [];
  };
  return ids;
}
