/** An IKE_FOLLOWUP_KE that the peer has put off by TEMPORARY_FAILURE (RFC 7296 2.25, RFC 9370 2.2.4), and what happens until it is asked again. */
import { expect, test } from 'vitest';
import type { Datagram } from '../datagram.ts';
import { exchangeTypes } from '../message/names.ts';
import { notify } from '../message/notifies.ts';
import { noRandomness } from '../testing/other-answer.ts';
import { agreementOf, makePair, type Pair } from '../testing/pair.ts';
import { messageFrom } from '../testing/tamper.ts';

const settings = { fragmentIpOctets: 9000, busyMs: 5_000 };
const several = {
  ike: ['aes256gcm16-prfsha384-x25519-ke1_mlkem512'],
  esp: ['aes256gcm16-noesn-x25519-ke1_mlkem512'],
};

/** The host has asked for a CHILD SA; its IKE_FOLLOWUP_KE is answered with TEMPORARY_FAILURE and has not come to the cluster's mind. */
async function putOff(asks: (pair: Pair) => Promise<void>): Promise<Pair> {
  const pair = await makePair({ both: several, settings }).establish();
  const asked: Datagram[] = [];
  pair.wire.tamper = (datagram) => {
    if (messageFrom(datagram)?.header.exchange !== exchangeTypes.numbers.IKE_FOLLOWUP_KE) return [datagram];
    asked.push(datagram);
    return [];
  };
  await asks(pair);
  await pair.runFor(500);
  pair.wire.tamper = undefined;
  const [request] = asked;
  const header = request && messageFrom(request)?.header;
  const [session] = pair.cluster.endpoint.sessions();
  if (!request || !header || !session || !('channel' in session)) throw new Error('the host has not asked');
  const answer = { ...header, isFromInitiator: false, isResponse: true };
  for (const octets of await session.channel.seal(noRandomness, answer, [notify('TEMPORARY_FAILURE')])) {
    pair.wire.send({ local: request.remote, remote: request.local, octets }, pair.nowMs);
  }
  await pair.runFor(500);
  return pair;
}

const anotherChild = ({ host }: Pair) => host.initiate();

test('the peer rekeys the IKE SA meanwhile: the CHILD SA is rekeyed from the beginning in the new one', async () => {
  let before = 0;
  const pair = await putOff(({ host, nowMs }) => {
    before = host.child.inSpi;
    return host.endpoint.rekeyChild(before, nowMs);
  });
  const [ikeSa] = pair.cluster.ikeSas;

  await pair.cluster.endpoint.rekeyIke(ikeSa?.initiatorSpi ?? expect.unreachable('an IKE SA stands'), pair.nowMs);
  await pair.run(60_000);

  expect(pair.host.ikeSas).toHaveLength(1);
  expect(pair.host.ikeSas[0]?.initiatorSpi).not.toBe(ikeSa?.initiatorSpi);
  expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
  expect(pair.host.child.inSpi).not.toBe(before);
  expect(pair.host.child.isInitiator).toBe(true);
  expect(pair.host.failures).toEqual([]);
});

test('a further CHILD SA likewise', async () => {
  const pair = await putOff(anotherChild);
  const [ikeSa] = pair.cluster.ikeSas;

  await pair.cluster.endpoint.rekeyIke(ikeSa?.initiatorSpi ?? expect.unreachable('an IKE SA stands'), pair.nowMs);
  await pair.run(60_000);

  expect(pair.host.sad).toHaveLength(2);
  expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
});

test('a CHILD SA that is put off is on its way: who asks for it once more begins no second one', async () => {
  const pair = await putOff(anotherChild);

  await pair.host.initiate();

  const [session] = pair.host.endpoint.sessions();
  expect(session && 'tasks' in session ? session.tasks.map(({ type }) => type) : []).toEqual(['followUp']);
});

test('the IKE SA ends meanwhile: who waits for the CHILD SA is told', async () => {
  const pair = await putOff(anotherChild);

  const [ikeSa] = pair.cluster.ikeSas;
  await pair.cluster.endpoint.deleteIkeSa(ikeSa?.initiatorSpi ?? expect.unreachable('an IKE SA stands'), pair.nowMs);
  await pair.run();

  expect(pair.host.failures).toMatchObject([{ child: pair.host.connection.children[0]?.name, scope: 'child' }]);
});
