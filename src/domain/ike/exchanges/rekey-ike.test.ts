/** Ladders of RFC 7296 1.3.2, 2.8.2, 2.18 between two ends of ours. */
import { describe, expect, test } from 'vitest';
import { noSpi } from '../message/message.ts';
import { exchangeTypes } from '../message/names.ts';
import { notify } from '../message/notifies.ts';
import { find } from '../message/payloads.ts';
import { answerEachWith } from '../testing/other-answer.ts';
import { agreementOf, makePair, type Pair, type TestEnd } from '../testing/pair.ts';

async function rekey(end: TestEnd, pair: Pair): Promise<void> {
  const [ikeSa] = end.ikeSas;
  if (ikeSa) await end.endpoint.rekeyIke(ikeSa.initiatorSpi, pair.nowMs);
}

test.each(['host', 'cluster'] as const)(
  '%s rekeys: the new IKE SA inherits the CHILD SA and counts from 0',
  async (name) => {
    const pair = await makePair().establish();
    const before = agreementOf(pair);

    await rekey(pair[name], pair);
    await pair.run();
    await pair.host.endpoint.rekeyChild(pair.host.child.inSpi, pair.nowMs);
    await pair.run();

    const [asks, answers] = name === 'host' ? ['->', '<-'] : ['<-', '->'];
    expect(pair.ladder(4).slice(0, 5)).toEqual([
      `host ${asks} CREATE_CHILD_SA ${name === 'host' ? 2 : 0} request SA Nonce KE`,
      `host ${answers} CREATE_CHILD_SA ${name === 'host' ? 2 : 0} response SA Nonce KE`,
      `host ${asks} INFORMATIONAL ${name === 'host' ? 3 : 1} request D`,
      `host ${answers} INFORMATIONAL ${name === 'host' ? 3 : 1} response`,
      'host -> CREATE_CHILD_SA 0 request N(REKEY_SA) N(USE_TRANSPORT_MODE) N(ESP_TFC_PADDING_NOT_SUPPORTED) SA Nonce TSi TSr',
    ]);
    expect(pair[name].ikeSas).toMatchObject([{ isInitiator: true, phase: 'established' }]);
    expect(before.host).toHaveLength(1);
    expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
    expect(pair.host.facts.filter(({ type }) => type === 'childRemoved')).toHaveLength(1); // the rekeyed one, not the inherited
  },
);

test('a group that was tried already is not tried again, whoever goes on asking for it (1.3, 2.7)', async () => {
  const pair = await makePair({ both: { ike: ['aes256gcm16-prfsha256-x25519-ecp256'] } }).establish();
  await rekey(pair.host, pair);
  const wants = (group: number) => [notify('INVALID_KE_PAYLOAD', Uint8Array.of(0, group))];
  await answerEachWith(pair, 'CREATE_CHILD_SA', [wants(19), wants(31)]);
  await pair.run();

  const asked = pair.host.transcript.filter(
    ({ direction, header, note }) =>
      direction === 'out' && header?.exchange === exchangeTypes.numbers.CREATE_CHILD_SA && note !== 'repeated',
  );
  expect(asked.map(({ payloads }) => find(payloads ?? [], 'KE')?.group)).toEqual([31, 19]);
  expect(pair.host.failures).toMatchObject([{ refusal: { code: 'groupRefused', wanted: 31, tried: [31, 19] } }]);
});

describe('both rekey at once (2.8.2)', () => {
  test.each(['a', 'b', 'c', 'd', 'e', 'f'])('one IKE SA is left, with its child (seed %s)', async (seed) => {
    const pair = await makePair({ seed }).establish();
    const before = agreementOf(pair);

    await Promise.all(pair.ends.map((end) => rekey(end, pair)));
    await pair.run(5_000);

    expect(pair.host.ikeSas).toHaveLength(1);
    expect(pair.cluster.ikeSas.map(({ initiatorSpi }) => initiatorSpi)).toEqual(
      pair.host.ikeSas.map(({ initiatorSpi }) => initiatorSpi),
    );
    expect(pair.host.ikeSas[0]?.children).toHaveLength(1);
    expect(agreementOf(pair)).toEqual(before);
  });
});

test('a soft lifetime rekeys; what asked for a new CHILD SA meanwhile is asked of the successor', async () => {
  const pair = makePair({
    host: { more: { ikeLifetime: { rekeyAfterMs: 60_000, expireAfterMs: 90_000, jitter: 0 } } },
  });
  await pair.establish();
  const [old] = pair.host.ikeSas;

  await pair.run(61_000);

  expect(pair.host.ikeSas).toHaveLength(1);
  expect(pair.host.ikeSas[0]?.initiatorSpi).not.toBe(old?.initiatorSpi);
});

test('an IKE SA that is rekeyed while a new authentication is under way: its successor is the one that goes', async () => {
  const pair = await makePair().establish();
  const old = pair.host.ikeSas[0]?.initiatorSpi ?? noSpi;
  await Promise.all([pair.host.endpoint.reauthenticate(old, pair.nowMs), pair.host.endpoint.rekeyIke(old, pair.nowMs)]);
  await pair.run(60_000);

  for (const { ikeSas, sad } of pair.ends) expect([ikeSas.length, sad.length]).toEqual([1, 1]);
  expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
});

test('the old IKE SA reaches its end before the answer to its rekey comes: the new one is as young as it is, and stays', async () => {
  const ikeLifetime = { rekeyAfterMs: 60_000, expireAfterMs: 62_000, jitter: 0 };
  const pair = await makePair({ host: { more: { ikeLifetime } } }).establish();
  const [old] = pair.host.ikeSas;
  await pair.run(59_000);
  pair.wire.tamper = () => [];
  await pair.runFor(4_000);
  pair.wire.tamper = undefined;
  await pair.run(20_000);

  expect(pair.host.ikeSas).toMatchObject([{ phase: 'established', children: [{}] }]);
  expect(pair.host.ikeSas[0]?.initiatorSpi).not.toBe(old?.initiatorSpi);
  expect(pair.host.facts.filter(({ type }) => type === 'childRemoved')).toEqual([]);
  expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
});

test('reauthentication is a new IKE SA with CHILD SAs of its own; the old one goes when they stand (2.8.3)', async () => {
  const pair = makePair({
    host: { more: { reauthenticates: true, ikeLifetime: { rekeyAfterMs: 60_000, expireAfterMs: 90_000, jitter: 0 } } },
  });
  await pair.establish();
  await pair.cluster.endpoint.confirm(pair.cluster.child.inSpi, pair.nowMs);
  const old = pair.host.child.inSpi;

  await pair.run(61_000);

  expect(pair.ladder(4).map((line) => line.split(' ').slice(1, 5).join(' '))).toEqual([
    '-> IKE_SA_INIT 0 request',
    '<- IKE_SA_INIT 0 response',
    '-> IKE_AUTH 1 request',
    '<- IKE_AUTH 1 response',
    '-> INFORMATIONAL 2 request',
    '<- INFORMATIONAL 2 response',
  ]);
  expect(pair.ladder(4)[2]).not.toContain('INITIAL_CONTACT');
  const order = pair.host.facts.slice(2).map(({ type }) => type);
  expect(order).toEqual(['ikeEstablished', 'childInstalled', 'childRemoved', 'ikeClosed']);
  expect(pair.host.child.inSpi).not.toBe(old);
  expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
});
