/**
 * A peer that is too busy is asked again, and not for ever (RFC 7296 2.25); a follow-up likewise: followup-put-off.test.ts. One that asks for
 * ever while we are busy is told so each time, and we are not busy for ever.
 */
import { describe, expect, test } from 'vitest';
import type { Datagram } from '../datagram.ts';
import type { Payload } from '../message/message.ts';
import { exchangeTypes } from '../message/names.ts';
import { notify } from '../message/notifies.ts';
import type { Session } from '../sa/state.ts';
import { ikeSpiOf, rekeyIke } from '../testing/collisions.ts';
import { answerFollowUp, lostFollowUp, several } from '../testing/follow-ups.ts';
import { answerEachWith, askWith } from '../testing/other-answer.ts';
import { makePair, type Pair } from '../testing/pair.ts';
import { proposalOf } from '../testing/proposals.ts';
import { messageFrom } from '../testing/tamper.ts';

test.each([
  ['a CHILD SA', 'child', ({ host, nowMs }: Pair) => host.endpoint.rekeyChild(host.child.inSpi, nowMs)],
  ['the IKE SA', 'request', ({ host, nowMs }: Pair) => host.endpoint.rekeyIke(ikeSpiOf(host), nowMs)],
] as const)('a peer that is always too busy to rekey %s is asked 21 times and no more', async (_, scope, rekey) => {
  const pair = await makePair({ settings: { busyMs: 100 } }).establish();
  await rekey(pair);
  await answerEachWith(pair, 'CREATE_CHILD_SA', Array(21).fill([notify('TEMPORARY_FAILURE')]));
  await pair.run(60_000);

  expect(pair.ladder().filter((line) => line.startsWith('host -> CREATE_CHILD_SA'))).toHaveLength(21);
  expect(pair.host.failures).toMatchObject([
    { scope, by: 'remote', notify: 43, refusal: { code: 'busy', why: 'peer' } },
  ]);
});

describe('whose own rekey of the IKE SA was put off waits before it asks again, also if CHILD SAs wait and the peer asks for one (2.25)', () => {
  const settings = { fragmentIpOctets: 9000, busyMs: 5_000, windowSize: 8 };
  const rekeysAsked = (pair: Pair) => pair.ladder().filter((line) => /^host -> .* request SA Nonce KE$/.test(line));
  const refused = 'host -> CREATE_CHILD_SA 0 response N(TEMPORARY_FAILURE)';

  test('both ask at once, for several key exchanges', async () => {
    const pair = await makePair({ both: several, settings, faults: { delayMs: 400 } }).establish();
    await Promise.all([rekeyIke(pair, 'host'), rekeyIke(pair, 'cluster'), pair.host.initiate()]);
    await pair.runFor(4_000);

    expect(pair.ladder()).toContain(refused);
    expect(rekeysAsked(pair)).toHaveLength(1);
  });

  test('the peer asks between the key exchanges of ours', async () => {
    const pair = await makePair({ both: several, settings }).establish();
    const lost = await lostFollowUp(pair, ({ host, nowMs }) => host.endpoint.rekeyIke(ikeSpiOf(host), nowMs));
    await pair.host.initiate();
    await rekeyIke(pair, 'cluster');
    await answerFollowUp(pair, lost, 'TEMPORARY_FAILURE');
    await pair.runFor(4_000);

    expect(pair.ladder()).toContain(refused);
    expect(rekeysAsked(pair)).toHaveLength(1);
  });

  test.each([
    ['ours', refusedAtOnce],
    ['a key exchange of ours', refusedLate],
  ])('%s was put off, and the peer asks while a CHILD SA is out', async (_, putOff) => {
    const pair = await makePair({ both: several, settings }).establish();
    await putOff(pair);
    pair.wire.tamper = (datagram) => (isRequestOfHost(datagram) ? [] : [datagram]);
    await pair.host.initiate();
    await pair.host.endpoint.deleteChild(pair.host.child.inSpi, pair.nowMs);
    await rekeyIke(pair, 'cluster');
    pair.wire.tamper = undefined;
    await pair.runFor(4_000);

    expect(pair.ladder()).toContain(refused);
    expect(rekeysAsked(pair)).toHaveLength(1);
  });

  async function refusedAtOnce(pair: Pair): Promise<void> {
    await pair.host.endpoint.rekeyIke(ikeSpiOf(pair.host), pair.nowMs);
    await answerEachWith(pair, 'CREATE_CHILD_SA', [[notify('TEMPORARY_FAILURE')]]);
    await pair.settle();
  }

  async function refusedLate(pair: Pair): Promise<void> {
    const lost = await lostFollowUp(pair, ({ host, nowMs }) => host.endpoint.rekeyIke(ikeSpiOf(host), nowMs));
    await answerFollowUp(pair, lost, 'TEMPORARY_FAILURE');
  }

  function isRequestOfHost(datagram: Datagram): boolean {
    const header = messageFrom(datagram)?.header;
    return header?.isFromInitiator === true && !header.isResponse;
  }
});

describe('a peer that asks for a new IKE SA for ever, and answers nothing', () => {
  test('while a CHILD SA is out: nothing of it is kept, and the IKE SA falls when we have asked often enough', async () => {
    const pair = await makePair().establish();
    pair.wire.tamper = onlyFromHost;
    await pair.cluster.initiate();
    await pair.settle();

    const refused = await askUntilGone(pair, 2);

    expect(refused).toBeGreaterThan(20);
    expect(pair.cluster.failures).toMatchObject([{ child: 'nfs', refusal: { code: 'noAnswer', tries: 6 } }]);
  });

  test('of one that has been rekeyed, and that it does not delete: we do, in time', async () => {
    const pair = await makePair({ hostSettings: { retransmit: patient } }).establish();
    pair.wire.tamper = (datagram) => (isInformational(datagram) ? [] : [datagram]);
    await pair.host.endpoint.rekeyIke(ikeSpiOf(pair.host), pair.nowMs);
    await pair.run();
    await pair.cluster.endpoint.confirm(pair.cluster.child.inSpi, pair.nowMs);
    pair.wire.tamper = onlyFromHost;

    const refused = await askUntilGone(pair, 3);

    expect(refused).toBeGreaterThan(20);
    expect(pair.cluster.failures).toEqual([]);
    expect(pair.cluster.sad).toHaveLength(1);
  });

  /** How often it is refused, once a second, until the cluster has that IKE SA no more. */
  async function askUntilGone(pair: Pair, firstId: number): Promise<number> {
    const { phase } = firstOf(pair);
    for (let count = 0; count < 200; count += 1) {
      const before = firstOf(pair);
      await askWith(pair, 'CREATE_CHILD_SA', firstId + count, rekeyOfIke);
      const after = firstOf(pair);
      if (after.phase === 'closed') return count;
      if (count > 0 && after.phase === phase) expect(untouched(after)).toEqual(untouched(before));
      expect(after.window.answers).toHaveLength(1);
      expect(pair.ladder().at(-1)).toBe(`host <- CREATE_CHILD_SA ${firstId + count} response N(TEMPORARY_FAILURE)`);
      await pair.runFor(1_000);
    }
    return expect.unreachable('it is refused for ever');
  }

  const firstOf = ({ cluster }: Pair) => cluster.endpoint.sessions()[0] ?? expect.unreachable('it stands');

  /** All but what any message changes. */
  const untouched = ({ window, ...session }: Session) => ({
    ...session,
    heardAtMs: 0,
    window: { ...window, answers: [], expectedId: 0 },
  });

  const rekeyOfIke: readonly Payload[] = [
    {
      type: 'SA',
      proposals: [{ ...proposalOf('IKE', 'aes256gcm16-prfsha256-x25519'), spi: new Uint8Array(8).fill(1) }],
    },
    { type: 'NONCE', nonce: new Uint8Array(32) },
    { type: 'KE', group: 31, publicValue: new Uint8Array(32).fill(9) },
  ];

  /** It never gives up what it has asked itself. */
  const patient = { firstMs: 3_600_000, factor: 1, tries: 2 };

  const onlyFromHost = (datagram: Datagram) => (messageFrom(datagram)?.header.isFromInitiator ? [datagram] : []);

  const isInformational = (datagram: Datagram) =>
    messageFrom(datagram)?.header.exchange === exchangeTypes.numbers.INFORMATIONAL;
});
