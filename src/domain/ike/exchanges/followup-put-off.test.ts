/** An IKE_FOLLOWUP_KE that the peer has put off by TEMPORARY_FAILURE (RFC 7296 2.25, RFC 9370 2.2.4), and what happens until it is asked again. */
import { expect, test } from 'vitest';
import { notify } from '../message/notifies.ts';
import { ikeSpiOf } from '../testing/collisions.ts';
import { followUpAnswered, several } from '../testing/follow-ups.ts';
import { answerEachWith } from '../testing/other-answer.ts';
import { agreementOf, makePair, type Pair } from '../testing/pair.ts';

const putOff = (asks: (pair: Pair) => Promise<void>) => followUpAnswered('TEMPORARY_FAILURE', asks);
const anotherChild = ({ host }: Pair) => host.initiate();

test('the peer rekeys the IKE SA meanwhile: the CHILD SA is rekeyed from the beginning in the new one', async () => {
  const before: number[] = [];
  const pair = await putOff(({ host, nowMs }) => {
    before.push(host.child.inSpi);
    return host.endpoint.rekeyChild(host.child.inSpi, nowMs);
  });
  const ikeSpi = ikeSpiOf(pair.cluster);

  await pair.cluster.endpoint.rekeyIke(ikeSpi, pair.nowMs);
  await pair.run(60_000);

  expect(pair.host.ikeSas).toHaveLength(1);
  expect(pair.host.ikeSas[0]?.initiatorSpi).not.toBe(ikeSpi);
  expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
  expect(before).not.toContain(pair.host.child.inSpi);
  expect(pair.host.child.isInitiator).toBe(true);
  expect(pair.host.failures).toEqual([]);
});

test('a further CHILD SA likewise', async () => {
  const pair = await putOff(anotherChild);

  await pair.cluster.endpoint.rekeyIke(ikeSpiOf(pair.cluster), pair.nowMs);
  await pair.run(60_000);

  expect(pair.host.sad).toHaveLength(2);
  expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
});

test('a CHILD SA that is put off is on its way: who asks for it once more begins no second one', async () => {
  const pair = await putOff(anotherChild);

  await pair.host.initiate();
  await pair.runFor(500);

  const [session] = pair.host.endpoint.sessions();
  expect(session && 'tasks' in session ? session.tasks.map(({ type }) => type) : []).toEqual(['followUp']);
});

test.each([
  ['CHILD SA', ({ host, nowMs }: Pair) => host.endpoint.rekeyChild(host.child.inSpi, nowMs)],
  ['IKE SA', ({ host, nowMs }: Pair) => host.endpoint.rekeyIke(ikeSpiOf(host), nowMs)],
] as const)(
  'a rekey that is put off is under way: asked for once more, the %s is still rekeyed once',
  async (_, asks) => {
    const pair = await putOff(asks);
    const from = pair.ladder().length;

    await asks(pair);
    await pair.run(60_000);

    expect(pair.ladder(from)[0]).toMatch(/^host -> IKE_FOLLOWUP_KE /);
    expect(pair.ladder(from).filter((line) => line.includes('CREATE_CHILD_SA'))).toEqual([]);
    expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
  },
);

test('the IKE SA ends meanwhile: who waits for the CHILD SA is told', async () => {
  const pair = await putOff(anotherChild);

  await pair.cluster.endpoint.deleteIkeSa(ikeSpiOf(pair.cluster), pair.nowMs);
  await pair.run();

  expect(pair.host.failures).toMatchObject([{ child: pair.host.connection.children[0]?.name, scope: 'child' }]);
});

test('a peer that is always too busy for it is asked so often and no more: the CHILD SA has failed, and says why', async () => {
  const settings = { fragmentIpOctets: 9000, busyMs: 100 };
  const pair = await makePair({ both: several, settings }).establish();
  await pair.host.initiate();
  await answerEachWith(pair, 'IKE_FOLLOWUP_KE', Array(21).fill([notify('TEMPORARY_FAILURE')]));
  await pair.run(60_000);

  expect(pair.ladder().filter((line) => line.startsWith('host -> IKE_FOLLOWUP_KE'))).toHaveLength(21);
  expect(pair.host.failures).toMatchObject([
    { child: 'nfs', by: 'remote', scope: 'child', notify: 43, refusal: { code: 'busy', why: 'peer' } },
  ]);
  expect(pair.host.sad).toHaveLength(1);
});
