/** Ladders of RFC 7296 1.3.1, 2.8, 2.8.1, 2.25 between two ends of ours. */
import { describe, expect, test } from 'vitest';
import type { Datagram } from '../datagram.ts';
import { agreementOf, makePair, type Pair, type TestEnd } from '../testing/pair.ts';
import { messageFrom } from '../testing/tamper.ts';

const rekey = (end: TestEnd, pair: Pair) => end.endpoint.rekeyChild(end.child.inSpi, pair.nowMs);

test('a rekey makes before it breaks: the asker deletes the old SA, and only then it goes', async () => {
  const pair = await makePair().establish();
  const old = pair.host.child;

  await rekey(pair.host, pair);
  await pair.run();

  expect(pair.ladder(4)).toEqual([
    'host -> CREATE_CHILD_SA 2 request N(REKEY_SA) N(USE_TRANSPORT_MODE) N(ESP_TFC_PADDING_NOT_SUPPORTED) SA Nonce TSi TSr',
    'host <- CREATE_CHILD_SA 2 response N(USE_TRANSPORT_MODE) N(ESP_TFC_PADDING_NOT_SUPPORTED) SA Nonce TSi TSr',
    'host -> INFORMATIONAL 3 request D',
    'host <- INFORMATIONAL 3 response D',
  ]);
  for (const end of pair.ends) {
    const order = end.facts.slice(2).map(({ type }) => type);
    expect(order).toEqual(['childInstalled', 'childRemoved']);
  }
  expect(pair.host.child).toMatchObject({ replaces: old.inSpi, isInitiator: true });
  expect(pair.cluster.child).toMatchObject({ isInitiator: false });
  expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
});

test('with PFS the exchange has key exchanges of its own, and another group costs one more round', async () => {
  const pair = await makePair({
    host: { esp: ['aes256gcm16-x25519-ecp256-noesn'] },
    cluster: { esp: ['aes256gcm16-ecp256-noesn'] },
  }).establish();

  await rekey(pair.host, pair);
  await pair.run();

  expect(pair.ladder(4).slice(0, 4)).toEqual([
    'host -> CREATE_CHILD_SA 2 request N(REKEY_SA) N(USE_TRANSPORT_MODE) N(ESP_TFC_PADDING_NOT_SUPPORTED) SA Nonce KE TSi TSr',
    'host <- CREATE_CHILD_SA 2 response N(INVALID_KE_PAYLOAD)',
    'host -> CREATE_CHILD_SA 3 request N(REKEY_SA) N(USE_TRANSPORT_MODE) N(ESP_TFC_PADDING_NOT_SUPPORTED) SA Nonce KE TSi TSr',
    'host <- CREATE_CHILD_SA 3 response N(USE_TRANSPORT_MODE) N(ESP_TFC_PADDING_NOT_SUPPORTED) SA Nonce KE TSi TSr',
  ]);
  expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
});

test('a group at one end only is no agreement: the old SA stays', async () => {
  const pair = await makePair({
    host: { esp: ['aes256gcm16-ecp256-noesn'] },
    cluster: { esp: ['aes256gcm16-noesn'] },
  }).establish();
  const old = pair.host.child.inSpi;

  await rekey(pair.host, pair);
  await pair.run();

  expect(pair.host.child.inSpi).toBe(old);
  expect(pair.host.failures).toMatchObject([{ scope: 'child', by: 'remote', notify: 14 }]);
});

test('a soft lifetime rekeys, before the hard one would delete', async () => {
  const pair = makePair({
    host: { child: { lifetime: { rekeyAfterMs: 60_000, expireAfterMs: 90_000, jitter: 0.1 } } },
  });
  await pair.establish();
  const old = pair.host.child.inSpi;

  await pair.run(61_000);

  expect(pair.host.child.replaces).toBe(old);
});

describe('both rekey the same SA at once (2.8.1)', () => {
  test.each(['a', 'b', 'c', 'd', 'e', 'f'])('the SA of the lowest nonce goes, one is left (seed %s)', async (seed) => {
    const pair = await makePair({ seed }).establish();

    await Promise.all(pair.ends.map((end) => rekey(end, pair)));
    await pair.run();

    expect(pair.host.sad).toHaveLength(1);
    expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
    const redundant = pair.ends.flatMap(({ facts }) =>
      facts.filter(
        (fact) => fact.type === 'childRemoved' && fact.because.code === 'asked' && fact.because.reason === 'redundant',
      ),
    );
    expect(redundant).toHaveLength(1);
  });

  test('one request is late: its sender hears that the SA is being replaced, and leaves it at that', async () => {
    const pair = await makePair().establish();
    const late = holdFrom(pair, '192.0.2.2', 36);

    await rekey(pair.cluster, pair);
    await rekey(pair.host, pair);
    await pair.run(400);
    late.release();
    await pair.run(5_000);

    expect(pair.host.sad).toHaveLength(1);
    expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
  });
});

describe('what one end does while the other does something else (2.25)', () => {
  test('a rekey of an SA that the peer is deleting is put off, and has lost its object by then', async () => {
    const pair = await makePair().establish();

    await pair.host.endpoint.deleteChild(pair.host.child.inSpi, pair.nowMs);
    await rekey(pair.cluster, pair);
    await pair.run(10_000);

    expect(pair.host.sad).toEqual([]);
    expect(pair.cluster.sad).toEqual([]);
  });

  test('both delete the same SA: empty answers, and it is gone', async () => {
    const pair = await makePair().establish();

    await Promise.all(pair.ends.map((end) => end.endpoint.deleteChild(end.child.inSpi, pair.nowMs)));
    await pair.run();

    expect(pair.ladder(6)).toEqual(['host -> INFORMATIONAL 0 response', 'host <- INFORMATIONAL 2 response']);
    expect([...pair.host.sad, ...pair.cluster.sad]).toEqual([]);
  });

  test('a CHILD SA asked for while the peer rekeys the IKE SA comes after all', async () => {
    const pair = await makePair().establish();
    const [ikeSa] = pair.cluster.ikeSas;

    await Promise.all([
      ikeSa && pair.cluster.endpoint.rekeyIke(ikeSa.initiatorSpi, pair.nowMs),
      rekey(pair.host, pair),
    ]);
    await pair.run(20_000);

    expect(pair.host.sad).toHaveLength(1);
    expect(pair.host.ikeSas).toHaveLength(1);
    expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
  });
});

/** Keeps datagrams of one end and exchange in hand until they are let go. */
function holdFrom(pair: Pair, from: string, exchange: number) {
  const held: Datagram[] = [];
  pair.wire.tamper = (datagram) => {
    const header = messageFrom(datagram)?.header;
    const isHeld =
      header?.exchange === exchange && !header.isResponse && datagram.local.address.octets.join('.') === from;
    if (!isHeld) return [datagram];
    held.push(datagram);
    return [];
  };
  return {
    release() {
      pair.wire.tamper = undefined;
      for (const datagram of held) pair.wire.send(datagram, pair.nowMs);
    },
  };
}
