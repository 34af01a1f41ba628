/**
 * A responder answers IKE_AUTH and cannot know whether it was heard. If it was not, the initiator holds nothing: the responder
 * finds out by asking, so that both ends agree in the end (RFC 7296 2.4).
 */
import { expect, test } from 'vitest';
import { exchangeTypes } from '../message/names.ts';
import { parseMessage } from '../message/parse.ts';
import { agreementOf, makePair, type Pair } from '../testing/pair.ts';

const { IKE_AUTH, CREATE_CHILD_SA } = exchangeTypes.numbers;

test('every IKE_AUTH answer is lost: the initiator gives up, the responder asks, and neither holds anything', async () => {
  const pair = makePair();
  loseAnswersOf(pair, IKE_AUTH);
  await pair.host.initiate();
  await pair.runFor(60_000);
  expect([pair.host.sad.length, pair.cluster.sad.length]).toEqual([0, 1]);

  pair.wire.tamper = undefined;
  await pair.runFor(60_000);

  expect([...pair.host.ikeSas, ...pair.cluster.ikeSas]).toEqual([]);
  expect(agreementOf(pair)).toEqual({ host: [], cluster: [] });
  expect(pair.cluster.failures.at(-1)?.refusal.code).toBe('noAnswer');
});

test('every answer to a rekey of the IKE SA is lost: neither end holds anything in the end', async () => {
  const pair = await makePair().establish();
  const [ikeSa] = pair.host.ikeSas;
  loseAnswersOf(pair, CREATE_CHILD_SA);
  if (ikeSa) await pair.host.endpoint.rekeyIke(ikeSa.initiatorSpi, pair.nowMs);
  await pair.runFor(60_000);
  pair.wire.tamper = undefined;
  await pair.runFor(120_000);
  expect([...pair.host.ikeSas, ...pair.cluster.ikeSas]).toEqual([]);
  expect(agreementOf(pair)).toEqual({ host: [], cluster: [] });
});

test('a peer that has it answers once, and is not asked again', async () => {
  const pair = await makePair().establish();
  await pair.run(3_600_000);
  expect(pair.ladder(4)).toEqual(['host <- INFORMATIONAL 0 request', 'host -> INFORMATIONAL 0 response']);
  expect(agreementOf(pair).host).toHaveLength(1);
});

test('a peer whose packet came on the CHILD SA is not asked', async () => {
  const pair = await makePair().establish();
  await pair.cluster.endpoint.confirm(pair.cluster.child.inSpi, pair.nowMs);
  await pair.run(3_600_000);
  expect(pair.ladder(4)).toEqual([]);
});

test('a peer that has spoken meanwhile is not asked at all', async () => {
  const pair = await makePair().establish();
  await pair.host.endpoint.rekeyChild(pair.host.child.inSpi, pair.nowMs);
  await pair.run();
  const before = pair.ladder().length;
  await pair.run(3_600_000);
  expect(pair.ladder(before)).toEqual([]);
});

function loseAnswersOf(pair: Pair, exchange: number): void {
  pair.wire.tamper = (datagram) => {
    const read = parseMessage(datagram.octets);
    const isLost = read.ok && read.value.header.exchange === exchange && read.value.header.isResponse;
    return isLost ? [] : [datagram];
  };
}
