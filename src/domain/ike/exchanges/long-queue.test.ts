/**
 * Many CHILD SAs are wanted or deleted at one end, one after the other, and the other end rekeys the IKE SA: it is refused for the one that is
 * out (RFC 7296 2.25), and must not be refused for each of them.
 */
import { describe, expect, test } from 'vitest';
import { ikeSpiOf, rekeyIke, roles } from '../testing/collisions.ts';
import { several } from '../testing/follow-ups.ts';
import { askWith } from '../testing/other-answer.ts';
import { agreementOf, type EndName, makePair, type Pair, type PairWish } from '../testing/pair.ts';
import { messageFrom } from '../testing/tamper.ts';

const names = Array.from({ length: 60 }, (_, i) => `nfs-${i}`);
const kinds = [
  { by: 'one key exchange', both: {} },
  { by: 'several', both: several },
] as const;

describe.each(kinds)('the IKE SA is rekeyed by $by', ({ both }) => {
  test.each(roles)(
    'while $a waits for many CHILD SAs: $b is not refused for long, and each of them comes',
    async ({ a, b }) => {
      const pair = await slowPair({ both });
      const old = ikeSpiOf(pair.host);
      await wantAll(pair, a);
      await pair.runFor(100);

      await rekeyIke(pair, b);
      await pair.runFor(8_000);

      expect(ikeSpiOf(pair.host)).not.toBe(old);
      await pair.run(120_000);
      expectAll(pair, [a]);
    },
  );

  test.each(roles)('while both wait for many, $b from then on: the same', async ({ a, b }) => {
    const pair = await slowPair({ both });
    const old = ikeSpiOf(pair.host);
    await wantAll(pair, a);
    await pair.runFor(100);

    await rekeyIke(pair, b);
    await wantAll(pair, b);
    await pair.runFor(8_000);

    expect(ikeSpiOf(pair.host)).not.toBe(old);
    await pair.run(240_000);
    expectAll(pair, [a, b]);
  });
});

test.each(roles)('$a comes to want many between the key exchanges of a rekey by $b: the same', async ({ a, b }) => {
  const pair = await slowPair({ both: several });
  const old = ikeSpiOf(pair.host);
  await rekeyIke(pair, b);
  await pair.runFor(600);

  await wantAll(pair, a);
  await pair.runFor(8_000);

  expect(ikeSpiOf(pair.host)).not.toBe(old);
  await pair.run(120_000);
  expectAll(pair, [a]);
});

test.each(roles)(
  'while $a deletes many CHILD SAs: $b is not refused for long, and each of them goes',
  async ({ a, b }) => {
    const pair = await slowPair({});
    await wantAll(pair, a);
    await pair.run(120_000);
    const old = ikeSpiOf(pair.host);
    for (const { inSpi } of pair[a].sad) await pair[a].endpoint.deleteChild(inSpi, pair.nowMs);
    await pair.runFor(100);

    await rekeyIke(pair, b);
    await pair.runFor(8_000);

    expect(ikeSpiOf(pair.host)).not.toBe(old);
    await pair.run(120_000);
    expect([...pair.host.sad, ...pair.cluster.sad]).toEqual([]);
    expect([...pair.host.failures, ...pair.cluster.failures]).toEqual([]);
  },
);

test('a peer that begins to rekey the IKE SA by several again and again does not keep a CHILD SA alive whose lifetime is over', async () => {
  const pair = await makePair({
    ...{ both: several, settings: { fragmentIpOctets: 9000 } },
    hostSettings: { retransmit: { firstMs: 3_600_000, factor: 1, tries: 2 } },
    cluster: { child: { lifetime: { expireAfterMs: 60_000, jitter: 0 } } },
  }).establish();
  pair.wire.tamper = () => [];
  await rekeyIke(pair, 'host');
  const asked = pair.host.transcript.findLast(({ direction }) => direction === 'out');

  for (let tries = 0; tries < 7; tries++) {
    pair.wire.tamper = (datagram) => (messageFrom(datagram)?.header.isFromInitiator ? [datagram] : []);
    await askWith(pair, 'CREATE_CHILD_SA', (asked?.header?.messageId ?? 0) + tries, asked?.payloads ?? []);
    pair.wire.tamper = () => [];
    await pair.runFor(10_000);
  }

  expect(pair.cluster.endpoint.sessions()).toMatchObject([{ making: { type: 'ike' } }]);
  expect(pair.ladder()).toContain('host <- INFORMATIONAL 0 request D');
});

/** Each exchange takes most of a second, so that all of them take longer than a peer goes on asking. */
async function slowPair(wish: PairWish): Promise<Pair> {
  const pair = makePair({ ...wish, faults: { delayMs: 400 }, settings: { fragmentIpOctets: 9000 } });
  for (const { endpoint, connection } of pair.ends) {
    const children = connection.children.flatMap((child) => names.map((name) => ({ ...child, name })));
    await endpoint.setConnections([{ ...connection, children }], pair.nowMs);
  }
  return pair.establish();
}

const wantAll = (pair: Pair, who: EndName) =>
  Promise.all(names.map((child) => pair[who].endpoint.initiate('nfs', { child }, pair.nowMs)));

function expectAll(pair: Pair, who: readonly EndName[]): void {
  for (const name of who) {
    const made = pair[name].sad.filter(({ isInitiator }) => isInitiator).map(({ child }) => child);
    expect([...made].sort()).toEqual(expect.arrayContaining([...names].sort()));
  }
  expect(pair.ends.flatMap(({ failures }) => failures)).toEqual([]);
  expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
}
