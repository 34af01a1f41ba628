/** MOBIKE (RFC 4555): who began decides, the other follows, and neither believes an address that nobody answers at. */
import { describe, expect, test } from 'vitest';
import { concat } from '../../bytes/octets.ts';
import { webProvider } from '../../crypto/web-provider.ts';
import { address, printAddress } from '../../net/address.ts';
import { meansOf } from '../means.ts';
import { exchangeTypes } from '../message/names.ts';
import { notify } from '../message/notifies.ts';
import { hostAddress, prefix } from '../testing/builders.ts';
import { hostRequest } from '../testing/host-request.ts';
import { answerWith, askWith } from '../testing/other-answer.ts';
import { agreementOf, makePair, type Pair, type PairWish } from '../testing/pair.ts';
import { messageFrom } from '../testing/tamper.ts';
import { offerNatDetection } from './nat.ts';

const elsewhere = '192.0.2.77';
const webMeans = meansOf(webProvider);
const tunnel = { mode: { want: 'tunnel', strictness: 'require' } } as const;

test('it is announced by an initiator that is told to, and by a responder to whom asked', async () => {
  const offered = await moving();
  expect(offered.ladder()[2]).toContain('N(MOBIKE_SUPPORTED)');
  expect(offered.ladder()[3]).toContain('N(MOBIKE_SUPPORTED)');

  const unasked = await makePair().establish();
  expect(unasked.ladder().join()).not.toContain('MOBIKE');

  const refused = await moving({ cluster: { more: { mobike: 'never' } } });
  expect(refused.ladder()[3]).not.toContain('MOBIKE');
  await refused.host.endpoint.moveTo(ikeSpiOf(refused), address(elsewhere), refused.nowMs);
  await refused.run();
  expect(refused.ladder(4)).toEqual([]);
});

test('an end that may move goes to port 4500 at once; without a NAT its ESP stays plain', async () => {
  const pair = await moving();
  expect(pair.cluster.ikeSas[0]).toMatchObject({ local: { port: 4500 }, remote: { port: 4500 } });
  expect(pair.cluster.child.encapsulation).toBeUndefined();
});

test.each([true, false])(
  'who asks what its NAT made of it is told how it is seen, and moves by its own word alone (3.8; MOBIKE: %s)',
  async (isMobile) => {
    const pair = isMobile ? await moving() : await makePair().establish();
    const before = pair.cluster.ikeSas[0]?.remote;
    const [session] = pair.host.endpoint.sessions();
    if (!session) throw new Error('no IKE SA');
    const request = await hostRequest(
      pair,
      2,
      await offerNatDetection(webMeans, session.spis, session.path, { forces: false }),
    );
    const from = { ...request.remote, port: 50_000 };
    await pair.cluster.endpoint.receive({ ...request, remote: from }, pair.nowMs);

    const answer = pair.cluster.transcript.at(-1)?.payloads ?? [];
    const toldAs = { local: request.local, remote: from };
    const told = await offerNatDetection(webMeans, session.spis, toldAs, { forces: false });
    expect(answer).toEqual(isMobile ? told : []);
    expect(pair.cluster.ikeSas[0]?.remote).toEqual(before);
  },
);

describe('an update', () => {
  test('is answered from where it came; the SAs follow, and the new address must prove itself', async () => {
    const pair = await moving();
    pair.settleAt('host', elsewhere);

    await pair.host.endpoint.moveTo(ikeSpiOf(pair), address(elsewhere), pair.nowMs);
    await pair.run();

    expect(pair.ladder(4)).toEqual([
      'host -> INFORMATIONAL 2 request N(UPDATE_SA_ADDRESSES) N(NAT_DETECTION_SOURCE_IP) N(NAT_DETECTION_DESTINATION_IP)',
      'host <- INFORMATIONAL 2 response N(NAT_DETECTION_SOURCE_IP) N(NAT_DETECTION_DESTINATION_IP)',
      'host <- INFORMATIONAL 0 request N(COOKIE2)',
      'host -> INFORMATIONAL 0 response N(COOKIE2)',
    ]);
    const moved = pair.cluster.facts.find(({ type }) => type === 'childMoved');
    expect(moved?.type === 'childMoved' && printAddress(moved.child.remote)).toBe(elsewhere);
    const own = pair.host.facts.find(({ type }) => type === 'childMoved');
    expect(own?.type === 'childMoved' && printAddress(own.child.local)).toBe(elsewhere);
    const ways = pair.ends.map(({ facts }) => facts.flatMap((fact) => (fact.type === 'ikeMoved' ? [fact.ikeSa] : [])));
    expect(ways).toEqual(pair.ends.map(({ ikeSas }) => ikeSas.map((each) => ({ ...each, retransmissions: 0 }))));
    expect(printAddress(pair.cluster.ikeSas[0]?.remote.address ?? address('::'))).toBe(elsewhere);
  });

  test('the IKE SA’s successor can move as well, whoever made it', async () => {
    const pair = await moving();
    await pair.cluster.endpoint.rekeyIke(ikeSpiOf(pair), pair.nowMs);
    await pair.run();
    pair.settleAt('host', elsewhere);
    await pair.host.endpoint.moveTo(ikeSpiOf(pair), address(elsewhere), pair.nowMs);
    await pair.run();
    expect(printAddress(pair.cluster.ikeSas[0]?.remote.address ?? address('::'))).toBe(elsewhere);
  });

  test('to an address that the connection does not hold is refused, and nothing moves', async () => {
    const pair = await moving({ cluster: {} });
    pair.settleAt('host', elsewhere);
    await pair.host.endpoint.moveTo(ikeSpiOf(pair), address(elsewhere), pair.nowMs);
    await pair.run();
    expect(pair.ladder(4)[1]).toContain('N(UNACCEPTABLE_ADDRESSES)');
    expect(printAddress(pair.cluster.ikeSas[0]?.remote.address ?? address('::'))).toBe(hostAddress);
    expect(pair.host.failures.at(-1)).toMatchObject({ scope: 'request', notify: 40 });
    expect(pair.cluster.failures).toMatchObject([
      { scope: 'request', by: 'local', notify: 40, refusal: { code: 'move', why: 'notHeld', to: address(elsewhere) } },
    ]);
  });

  test.each([
    ['as it came is done', 0, []],
    [
      'otherwise than it came, so that a NAT must have been between, is refused, and nothing moves (3.9)',
      1,
      [{ why: 'nat' }],
    ],
  ])('that forbids NATs and says its addresses %s', async (_, change, refusals) => {
    const pair = await moving();
    const [session] = pair.host.endpoint.sessions();
    if (!session) throw new Error('the IKE SA stands');
    const { local, remote } = session.path;
    const ports = [local.port, remote.port].flatMap((port) => [port >>> 8, port & 255]);
    const ends = concat(local.address.octets, remote.address.octets, Uint8Array.from(ports));
    const said = ends.with(3, (ends[3] ?? 0) ^ change);
    await askWith(pair, 'INFORMATIONAL', 2, [notify('UPDATE_SA_ADDRESSES'), notify('NO_NATS_ALLOWED', said)]);

    const isRefused = refusals.length > 0;
    expect(pair.ladder(4)[0]).toBe(
      `host <- INFORMATIONAL 2 response ${isRefused ? 'N(UNEXPECTED_NAT_DETECTED)' : ''}`.trim(),
    );
    expect(pair.cluster.failures.map(({ refusal }) => refusal)).toMatchObject(refusals);
    expect(pair.cluster.facts.some(({ type }) => type === 'ikeMoved')).toBe(!isRefused);
  });

  test('whose address does not prove itself ends the IKE SA, and says why', async () => {
    const pair = await moving();
    pair.settleAt('host', elsewhere);
    await pair.host.endpoint.moveTo(ikeSpiOf(pair), address(elsewhere), pair.nowMs);
    await answerWith(pair, 'INFORMATIONAL', [notify('COOKIE2', new Uint8Array(16))], 'host');

    expect(pair.cluster.ikeSas).toEqual([]);
    expect(pair.cluster.failures).toMatchObject([
      { scope: 'ike', by: 'local', refusal: { code: 'move', why: 'unproven', to: address(elsewhere) } },
    ]);
  });

  test('that a later one overtook is answered, and moves nobody (3.5)', async () => {
    const pair = await moving({ clusterSettings: { windowSize: 2 } });
    const update = [notify('UPDATE_SA_ADDRESSES')];
    const [older, later] = [await hostRequest(pair, 2, update), await hostRequest(pair, 3, update)];
    const from = { ...later.remote, address: address(elsewhere) };

    await pair.cluster.endpoint.receive({ ...later, remote: from }, pair.nowMs);
    await pair.cluster.endpoint.receive(older, pair.nowMs);

    expect(pair.ladder(4).filter((line) => line.includes('response'))).toHaveLength(2);
    expect(printAddress(pair.cluster.ikeSas[0]?.remote.address ?? address('::'))).toBe(elsewhere);
    await pair.cluster.endpoint.dropSilently(pair.nowMs);
  });

  test('while a request is out: that goes on from the new address, and the update follows (3.5)', async () => {
    const pair = await moving();
    const { inSpi } = pair.host.child;
    await pair.host.endpoint.rekeyChild(inSpi, pair.nowMs);
    await pair.runFor(1); // on its way; what answers it goes to the old address

    pair.settleAt('host', elsewhere);
    await pair.host.endpoint.moveTo(ikeSpiOf(pair), address(elsewhere), pair.nowMs);
    await pair.run(30_000);

    expect(printAddress(pair.cluster.ikeSas[0]?.remote.address ?? address('::'))).toBe(elsewhere);
    expect(pair.host.child.replaces).toBe(inSpi);
    expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
  });

  test('whose answer is lost while the peer rekeys the IKE SA: the new one waits for it, and the SAs follow', async () => {
    const pair = await moving();
    const before = ikeSpiOf(pair);
    await pair.cluster.endpoint.rekeyIke(before, pair.nowMs);
    await pair.runFor(1); // to the old address
    pair.settleAt('host', elsewhere);
    pair.wire.tamper = (datagram) => {
      const header = messageFrom(datagram)?.header;
      const isItsAnswer = header?.isResponse && !header.isFromInitiator;
      return isItsAnswer && header.exchange === exchangeTypes.numbers.INFORMATIONAL ? [] : [datagram];
    };
    await pair.host.endpoint.moveTo(before, address(elsewhere), pair.nowMs);
    await pair.runFor(2_000);
    pair.wire.tamper = undefined;
    await pair.run(30_000);

    expect(ikeSpiOf(pair)).not.toBe(before);
    for (const { ikeSas } of pair.ends) expect(ikeSas).toMatchObject([{ children: [{}] }]);
    expect(printAddress(pair.host.ikeSas[0]?.children[0]?.local ?? address('::'))).toBe(elsewhere);
    expect(printAddress(pair.cluster.ikeSas[0]?.children[0]?.remote ?? address('::'))).toBe(elsewhere);
    expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
  });

  test('to a second address before it could go to the first: the second counts', async () => {
    const pair = await moving();
    await pair.host.endpoint.rekeyChild(pair.host.child.inSpi, pair.nowMs);

    pair.settleAt('host', elsewhere);
    for (const at of ['192.0.2.76', elsewhere]) {
      await pair.host.endpoint.moveTo(ikeSpiOf(pair), address(at), pair.nowMs);
    }
    await pair.run(30_000);

    expect(printAddress(pair.cluster.ikeSas[0]?.remote.address ?? address('::'))).toBe(elsewhere);
    expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
  });

  test('of an end that did not begin is no update', async () => {
    const pair = await moving();
    await pair.cluster.endpoint.moveTo(ikeSpiOf(pair), address(elsewhere), pair.nowMs);
    await pair.run();
    expect(pair.ladder(4)).toEqual([]);
  });

  test('to an address where nobody answers ends the IKE SA', async () => {
    const pair = await moving();
    pair.settleAt('host', elsewhere);
    pair.wire.tamper = (datagram) => {
      const isForHost = printAddress(datagram.remote.address) === elsewhere;
      return isForHost && pair.cluster.facts.some(({ type }) => type === 'childMoved') ? [] : [datagram];
    };
    await pair.host.endpoint.moveTo(ikeSpiOf(pair), address(elsewhere), pair.nowMs);
    await pair.run(120_000);
    expect(pair.cluster.ikeSas).toEqual([]);
  });
});

/** A host that may move, to a cluster that takes it anywhere in 192.0.2.0/24 unless something else is wished. */
async function moving(wish: PairWish = {}): Promise<Pair> {
  const pair = makePair({
    both: { child: tunnel },
    host: { more: { mobike: 'offered' } },
    cluster: { more: { remote: [prefix('192.0.2.0/24')] } },
    ...wish,
  });
  await pair.establish();
  await pair.cluster.endpoint.confirm(pair.cluster.child.inSpi, pair.nowMs);
  return pair;
}

const ikeSpiOf = (pair: Pair) => pair.host.ikeSas[0]?.initiatorSpi ?? ('' as never);
