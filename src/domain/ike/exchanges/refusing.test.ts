/** What is refused under an IKE SA, and what it ends (RFC 7296 2.21.2, 2.21.3). */
import { describe, expect, test } from 'vitest';
import { emptyOctets } from '../../bytes/octets.ts';
import { address } from '../../net/address.ts';
import { hostSelector } from '../../spd/selector.ts';
import type { Datagram } from '../datagram.ts';
import type { Payload } from '../message/message.ts';
import { exchangeTypes } from '../message/names.ts';
import { notify } from '../message/notifies.ts';
import { writeSelectors } from '../message/payloads.ts';
import { octetsOfEspSpi } from '../message/spi.ts';
import { clusterAddress, hostAddress } from '../testing/builders.ts';
import { ikeSpiOf } from '../testing/collisions.ts';
import { answerWith, askWith, noRandomness } from '../testing/other-answer.ts';
import { agreementOf, makePair, type Pair } from '../testing/pair.ts';
import { proposalOf } from '../testing/proposals.ts';
import { messageFrom } from '../testing/tamper.ts';

test('an IKE_AUTH answer without AUTH: the responder learns of it, and neither end keeps anything', async () => {
  const pair = makePair();
  await pair.host.initiate();
  await answerWith(pair, 'IKE_AUTH', [{ type: 'IDr', idType: 2, data: Uint8Array.of(97) }]);

  expect(pair.ladder(4)).toEqual([
    'host -> INFORMATIONAL 2 request N(INVALID_SYNTAX) D',
    'host <- INFORMATIONAL 2 response',
  ]);
  expect([...pair.host.ikeSas, ...pair.cluster.ikeSas, ...pair.host.sad, ...pair.cluster.sad]).toEqual([]);
  expect(pair.host.failures).toMatchObject([{ scope: 'ike', by: 'local', refusal: { code: 'malformed' } }]);
  expect(pair.cluster.failures).toMatchObject([{ scope: 'ike', by: 'remote', notify: 7 }]);
});

test('a malformed answer later ends the IKE SA at both ends, its CHILD SAs with it', async () => {
  const pair = await makePair().establish();
  await pair.host.endpoint.rekeyChild(pair.host.child.inSpi, pair.nowMs);
  await answerWith(pair, 'CREATE_CHILD_SA', [{ type: 'IDr', idType: 2, data: Uint8Array.of(97) }]);

  expect(pair.ladder(6)).toEqual([
    'host -> INFORMATIONAL 3 request N(INVALID_SYNTAX) D',
    'host <- INFORMATIONAL 3 response',
  ]);
  for (const end of pair.ends) {
    expect([...end.ikeSas, ...end.sad]).toEqual([]);
    expect(end.failures).toHaveLength(1);
  }
});

test('an IKE SA that fails under a wanted CHILD SA fails once, and names the CHILD SA', async () => {
  const pair = await makePair({ cluster: { psk: 'another' } }).establish();

  expect(pair.host.failures).toMatchObject([{ scope: 'ike', child: 'nfs', refusal: { code: 'authFailed' } }]);
});

test('a peer that refuses an answer of ours, while we want a CHILD SA of it, makes one failure', async () => {
  const pair = await makePair().establish();
  pair.wire.tamper = (datagram) => (messageFrom(datagram)?.header.isResponse ? [datagram] : []);
  await pair.cluster.initiate();
  await pair.runFor(100);
  const refusal: Payload = { type: 'NOTIFY', protocol: 0, spi: emptyOctets, notify: 24, data: emptyOctets };
  pair.wire.tamper = undefined;
  await askWith(pair, 'INFORMATIONAL', 2, [refusal]);

  expect(pair.cluster.failures).toMatchObject([{ scope: 'ike', child: 'nfs', notify: 24 }]);
  expect(pair.cluster.sad).toEqual([]);
});

const ike = 'aes256gcm16-prfsha256-x25519';
const esp = 'aes256gcm16-x25519-noesn';
const asking = (protocol: 'IKE' | 'ESP', text: string, spiOctets: number): readonly Payload[] => [
  { type: 'SA', proposals: [{ ...proposalOf(protocol, text), spi: new Uint8Array(spiOctets).fill(1) }] },
  { type: 'NONCE', nonce: new Uint8Array(32) },
  { type: 'KE', group: 31, publicValue: new Uint8Array(32) },
];

test('payloads come in any order (RFC 7296 2.5)', async () => {
  const pair = await makePair().establish();
  const [sa, nonce] = asking('ESP', 'aes256gcm16-noesn', 4);
  const [host, cluster] = [hostAddress, clusterAddress].map((each) => writeSelectors([hostSelector(address(each))]));
  const payloads: readonly (Payload | undefined)[] = [
    { type: 'TSr', selectors: cluster ?? [] },
    nonce,
    { type: 'TSi', selectors: host ?? [] },
    sa,
    notify('USE_TRANSPORT_MODE'),
  ];
  await askWith(
    pair,
    'CREATE_CHILD_SA',
    2,
    payloads.filter((each) => each !== undefined),
  );

  expect(pair.ladder(4)[0]).toContain('SA Nonce TSi TSr');
  expect(pair.cluster.sad).toHaveLength(2);
});

describe('INVALID_SYNTAX is the end of the IKE SA at both ends, without a Delete (RFC 7296 2.21.3)', () => {
  const unread: Payload = { type: 'NOTIFY', protocol: 0, spi: emptyOctets, notify: 7, data: emptyOctets };
  const forChild: readonly Payload[] = [
    notify('USE_TRANSPORT_MODE'),
    ...asking('ESP', esp, 4),
    { type: 'TSi', selectors: writeSelectors([hostSelector(address(hostAddress))]) },
    { type: 'TSr', selectors: writeSelectors([hostSelector(address(clusterAddress))]) },
  ];

  test.each([
    ['a CHILD SA', ({ host, nowMs }: Pair) => host.endpoint.rekeyChild(host.child.inSpi, nowMs)],
    ['an IKE SA', ({ host, nowMs }: Pair) => host.endpoint.rekeyIke(ikeSpiOf(host), nowMs)],
  ])('an end whose rekey of %s is answered so', async (_, rekey) => {
    const pair = await makePair().establish();
    await rekey(pair);
    await answerWith(pair, 'CREATE_CHILD_SA', [unread]);

    expect([...pair.host.ikeSas, ...pair.host.sad]).toEqual([]);
    expect(pair.host.failures).toMatchObject([
      { scope: 'ike', by: 'remote', notify: 7, refusal: { code: 'peerRefused' } },
    ]);
  });

  test.each([
    ['IKE SA', asking('IKE', ike, 8)],
    ['CHILD SA', forChild],
  ])('an end that is asked for a new %s with an impossible public value', async (_, payloads) => {
    const pair = await makePair({ both: { ike: [ike], esp: [esp] } }).establish();
    await askWith(pair, 'CREATE_CHILD_SA', 2, payloads);

    expect(pair.ladder(4)).toEqual(['host <- CREATE_CHILD_SA 2 response N(INVALID_SYNTAX)']);
    expect([...pair.cluster.ikeSas, ...pair.cluster.sad]).toEqual([]);
    expect(pair.cluster.failures).toMatchObject([
      { scope: 'ike', by: 'local', notify: 7, refusal: { code: 'badPublicValue', group: 31 } },
    ]);
  });

  test('and each CHILD SA that it wanted itself, asked for or not, fails with it', async () => {
    const pair = await makePair({ both: { ike: [ike], esp: [esp] } }).establish();
    pair.wire.tamper = (datagram) => (messageFrom(datagram)?.header.isFromInitiator ? [datagram] : []);
    await Promise.all(['nfs', 'smb'].map((child) => pair.cluster.initiate({ child })));
    await askWith(pair, 'CREATE_CHILD_SA', 2, forChild);

    const refusal = { code: 'badPublicValue', group: 31 };
    expect(pair.cluster.failures).toMatchObject([
      { scope: 'ike', by: 'local', refusal },
      { scope: 'child', child: 'nfs', by: 'local', refusal },
      { scope: 'child', child: 'smb', by: 'local', refusal },
    ]);
  });
});

test('an answer to a rekey of the IKE SA that we refuse: the peer is told, and its successor goes too, unused', async () => {
  const pair = await makePair().establish();
  await pair.host.endpoint.rekeyIke(ikeSpiOf(pair.host), pair.nowMs);
  await answerWith(pair, 'CREATE_CHILD_SA', asking('IKE', 'aes256gcm16-prfsha384-ecp384', 8));

  expect(pair.ladder(6)[0]).toBe('host -> INFORMATIONAL 3 request N(INVALID_SYNTAX) D');
  expect([...pair.host.ikeSas, ...pair.host.sad]).toEqual([]);
  expect(pair.host.failures).toMatchObject([{ by: 'local', refusal: { code: 'notOffered' } }]);
  await pair.run(120_000);
  expect([...pair.cluster.ikeSas, ...pair.cluster.sad]).toEqual([]);
});

test('an answer that makes a CHILD SA of what was not offered: the reason is told, and the peer deletes what it made', async () => {
  const pair = await makePair().establish();
  await pair.host.endpoint.rekeyChild(pair.host.child.inSpi, pair.nowMs);
  const chosen = asking('ESP', 'aes128gcm16-noesn', 4).slice(0, 2);
  const selectors = { TSi: hostAddress, TSr: clusterAddress } as const;
  const ts = (['TSi', 'TSr'] as const).map(
    (type): Payload => ({ type, selectors: writeSelectors([hostSelector(address(selectors[type]))]) }),
  );
  await answerWith(pair, 'CREATE_CHILD_SA', [notify('USE_TRANSPORT_MODE'), ...chosen, ...ts]);

  expect(pair.host.failures).toMatchObject([
    { by: 'local', scope: 'child', refusal: { code: 'notOffered', chosen: [{ transforms: [{ keyBits: 128 }, {}] }] } },
  ]);
  expect(pair.host.sad.map(({ transforms }) => transforms[0]?.keyBits)).toEqual([256]);
});

describe('a REKEY_SA names no CHILD SA (3.10): it was not found, and nothing is made', () => {
  test.each([
    ['no SPI', 3, 0],
    ['three octets of the SPI', 3, 3],
    ['the SPI and four octets more', 3, 8],
    ['no protocol', 0, 4],
    ['IKE', 1, 4],
    ['AH', 2, 4],
    ['a protocol that nobody knows', 9, 4],
  ])('with %s', async (_, protocol, octets) => {
    const pair = await makePair().establish();
    const spi = new Uint8Array(8).fill(1);
    spi.set(octetsOfEspSpi(pair.host.child.inSpi));
    const named: Payload = { type: 'NOTIFY', protocol, spi: spi.slice(0, octets), notify: 16393, data: emptyOctets };
    const ends = { TSi: hostAddress, TSr: clusterAddress } as const;
    const selectors = (['TSi', 'TSr'] as const).map(
      (type): Payload => ({ type, selectors: writeSelectors([hostSelector(address(ends[type]))]) }),
    );
    const [sa, nonce] = asking('ESP', 'aes256gcm16-noesn', 4);
    if (!sa || !nonce) throw new Error('they are there');
    await askWith(pair, 'CREATE_CHILD_SA', 2, [named, notify('USE_TRANSPORT_MODE'), sa, nonce, ...selectors]);

    expect(pair.ladder(4)).toEqual(['host <- CREATE_CHILD_SA 2 response N(CHILD_SA_NOT_FOUND)']);
    expect(pair.cluster.sad).toHaveLength(1);
  });
});

test('a critical payload that nobody knows: its request is refused and named to both ends, and the IKE SA stands (RFC 7296 2.5)', async () => {
  const pair = await makePair().establish();
  await askWith(pair, 'CREATE_CHILD_SA', 2, [
    { type: 'unknown', number: 200, isCritical: true, data: new Uint8Array(4) },
  ]);

  expect(pair.ladder(4)).toEqual(['host <- CREATE_CHILD_SA 2 response N(UNSUPPORTED_CRITICAL_PAYLOAD)']);
  expect(pair.cluster.failures).toMatchObject([
    { scope: 'request', by: 'local', notify: 1, refusal: { code: 'unknownCritical', payload: 200 } },
  ]);
  expect(pair.cluster.ikeSas).toHaveLength(1);
});

test('an answer with a critical payload that nobody knows is as if it had not come: the true one is waited for (2.5)', async () => {
  const pair = await makePair().establish();
  const before = pair.host.child.inSpi;
  await pair.host.endpoint.rekeyChild(before, pair.nowMs);
  await answerWith(pair, 'CREATE_CHILD_SA', [
    { type: 'unknown', number: 200, isCritical: true, data: new Uint8Array(4) },
  ]);
  expect(pair.host.child.inSpi).toBe(before);
  await pair.run(5_000);

  expect(pair.host.failures).toEqual([]);
  expect(pair.host.child.inSpi).not.toBe(before);
  expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
});

describe('a nonce of less than half the key of the PRF is refused in CREATE_CHILD_SA too (2.10)', () => {
  const short = { type: 'NONCE', nonce: new Uint8Array(16) } as const; // SHA-384 wants 24 octets
  const by384 = { both: { ike: ['aes256gcm16-prfsha384-x25519'], esp: ['aes256gcm16-noesn'] } };
  const selectors = [
    { type: 'TSi', selectors: writeSelectors([hostSelector(address(hostAddress))]) },
    { type: 'TSr', selectors: writeSelectors([hostSelector(address(clusterAddress))]) },
  ] as const;
  const forIke = asking('IKE', 'aes256gcm16-prfsha384-x25519', 8);
  const forChild = [notify('USE_TRANSPORT_MODE'), ...asking('ESP', 'aes256gcm16-noesn', 4).slice(0, 2), ...selectors];
  const cut = (payloads: readonly Payload[]) => payloads.map((each) => (each.type === 'NONCE' ? short : each));
  const reason = [{ by: 'local', refusal: { code: 'nonceLength', octets: 16 } }];

  test.each([
    ['an IKE SA', forIke],
    ['a CHILD SA', forChild],
  ])('by who is asked for %s', async (_, payloads) => {
    const pair = await makePair(by384).establish();
    await askWith(pair, 'CREATE_CHILD_SA', 2, cut(payloads));

    expect(pair.cluster.failures).toMatchObject(reason);
    expect(pair.cluster.ikeSas.filter(({ phase }) => phase === 'established').length).toBeLessThanOrEqual(1);
    expect(pair.cluster.sad.length).toBeLessThanOrEqual(1);
  });

  test.each([
    ['an IKE SA', forIke, ({ host, nowMs }: Pair) => host.endpoint.rekeyIke(ikeSpiOf(host), nowMs)],
    ['a CHILD SA', forChild, ({ host, nowMs }: Pair) => host.endpoint.rekeyChild(host.child.inSpi, nowMs)],
  ] as const)('by who has asked for %s', async (_, payloads, rekey) => {
    const pair = await makePair(by384).establish();
    await rekey(pair);
    await answerWith(pair, 'CREATE_CHILD_SA', cut(payloads));

    expect(pair.host.failures).toMatchObject(reason);
  });
});

test('an answer that names another exchange than the request is as if it had not come', async () => {
  const pair = await makePair().establish();
  const before = pair.host.child.inSpi;
  const answers: Datagram[] = [];
  pair.wire.tamper = (datagram) => {
    if (!messageFrom(datagram)?.header.isResponse) return [datagram];
    answers.push(datagram);
    return [];
  };
  await pair.host.endpoint.rekeyChild(before, pair.nowMs);
  await pair.runFor(500);
  pair.wire.tamper = undefined;

  const [own] = answers;
  const header = own && messageFrom(own)?.header;
  const [session] = pair.cluster.endpoint.sessions();
  if (!header || !session || !('channel' in session)) throw new Error('the cluster has not answered');
  const other = { ...header, exchange: exchangeTypes.numbers.INFORMATIONAL };
  for (const octets of await session.channel.seal(noRandomness, other, [])) {
    pair.wire.send({ ...own, octets }, pair.nowMs);
  }
  await pair.run(5_000);

  expect(pair.host.failures).toEqual([]);
  expect(pair.host.child.inSpi).not.toBe(before);
  expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
});
