/** Which traffic a CHILD SA is for (RFC 7296 2.9, 2.9.2, 3.13.1), as two ends agree on it. */
import { describe, expect, test } from 'vitest';
import { seededProvider } from '../../crypto/seeded-provider.ts';
import { webProvider } from '../../crypto/web-provider.ts';
import { printSelector } from '../../spd/selector.ts';
import { aFlow, aSelector } from '../../spd/testing/builders.ts';
import type { Env } from '../env.ts';
import { meansOf } from '../means.ts';
import type { Payload } from '../message/message.ts';
import { findAll, readSelectors } from '../message/payloads.ts';
import { espSpiOf, octetsOfEspSpi } from '../message/spi.ts';
import type { Live } from '../sa/state.ts';
import { defaultSettings } from '../settings.ts';
import { type EndName, makePair, type Pair, type TestEnd } from '../testing/pair.ts';
import { chooseChild } from './answering.ts';
import { offerChild, offerPayloads } from './offering.ts';
import { checkAnswer } from './taking-answer.ts';

const tunnel = { mode: { want: 'tunnel', strictness: 'require' } } as const;
const hosts = '10.2.0.0/16';
const lifs = '10.1.0.0/16';
const subnets = {
  host: { localSubnet: hosts, remoteSubnet: lifs },
  cluster: { localSubnet: lifs, remoteSubnet: hosts },
};
/** Seen from the host. */
const aPacket = aFlow('10.2.2.2', '10.1.1.1', 51_034, 2049);
const another = aFlow('10.2.2.3', '10.1.1.1', 51_034, 2049);

describe.each([
  { title: 'ICMP echo, by type and code', own: ['[icmp/2048]', '[icmp/0]'], peer: ['[icmp/2048]', '[icmp/0]'] },
  { title: 'packets whose ports cannot be seen', own: ['[udp/opaque]'], peer: ['[udp/opaque]'] },
  { title: 'several services', own: ['[tcp]', '[udp]'], peer: ['[tcp/2049]', '[tcp/445]', '[udp/2049]'] },
])('$title', ({ own, peer }) => {
  test.each(['host', 'cluster'] as const)('begun by the %s, an SA for just that', async (begins) => {
    const at = (address: string, of: readonly string[]) => of.map((each) => aSelector(`${address}${each}`));
    const pair = makePair({
      host: { child: { localSelectors: at('192.0.2.1', own), remoteSelectors: at('192.0.2.2', peer) } },
      cluster: { child: { localSelectors: at('192.0.2.2', peer), remoteSelectors: at('192.0.2.1', own) } },
    });

    await pair[begins].initiate();
    await pair.run();

    expect(selectorsOf(pair.host)).toEqual({
      local: own.map((each) => `192.0.2.1/32${each}`),
      remote: peer.map((each) => `192.0.2.2/32${each}`),
    });
    expect(mirrored(selectorsOf(pair.cluster))).toEqual(selectorsOf(pair.host));
  });
});

test('of more selectors than a payload can count as many are offered as it can, the packet that asked among them', async () => {
  const ports = Array.from({ length: 300 }, (_, i) => aSelector(`10.1.1.1[tcp/${2001 + 2 * i}]`));
  const pair = makePair({
    ...subnets,
    host: { ...subnets.host, child: { ...tunnel, remoteSelectors: ports } },
    cluster: { ...subnets.cluster, child: tunnel },
  });
  await pair.host.initiate({ flow: aFlow('10.2.2.2', '10.1.1.1', 51_034, 2599) });
  await pair.run();

  expect(pair.host.child.remoteSelectors.map(printSelector)).toContain('10.1.1.1/32[tcp/2599]');
  expect(pair.host.child.remoteSelectors).toHaveLength(255);
  expect(mirrored(selectorsOf(pair.cluster))).toEqual(selectorsOf(pair.host));
});

test('the packet that asked is told first, with its ports, and in nothing but the first request for it', async () => {
  const pair = makePair({ both: { child: tunnel }, ...subnets });
  await pair.host.initiate({ flow: aPacket });
  await pair.run();
  await pair.host.endpoint.rekeyChild(pair.host.child.inSpi, pair.nowMs);
  await pair.run();

  expect(offeredBy(pair, 'host', 'TSi')).toEqual([['10.2.2.2/32[tcp/51034]', hosts], [hosts]]);
  expect(offeredBy(pair, 'host', 'TSr')).toEqual([['10.1.1.1/32[tcp/2049]', lifs], [lifs]]);
});

describe('a responder that makes an SA for one pair of addresses', () => {
  const onePair = {
    both: { child: tunnel },
    ...subnets,
    cluster: { ...subnets.cluster, child: { ...tunnel, fromPacket: ['local', 'remote'] } },
  } as const;

  test('makes it for those of the packet that asked, and says that more is possible; the next packet has the next SA', async () => {
    const pair = makePair(onePair);
    await pair.host.initiate({ flow: aPacket });
    await pair.run();
    expect(selectorsOf(pair.host)).toEqual({ local: ['10.2.2.2/32'], remote: ['10.1.1.1/32'] });
    expect(pair.ladder()[3]).toContain('N(ADDITIONAL_TS_POSSIBLE)');

    await pair.host.initiate({ flow: another });
    await pair.run();

    expect(pair.host.sad.map(({ localSelectors }) => localSelectors.map(printSelector))).toEqual([
      ['10.2.2.2/32'],
      ['10.2.2.3/32'],
    ]);
    expect(pair.host.ikeSas).toHaveLength(1);
  });

  test('asks for a pair where none is named, and the initiator names one', async () => {
    const pair = await makePair(onePair).establish();

    expect(pair.ladder().slice(3)).toEqual([
      expect.stringMatching(/IKE_AUTH 1 response .*N\(SINGLE_PAIR_REQUIRED\)$/),
      expect.stringMatching(/^host -> CREATE_CHILD_SA 2 request/),
      expect.stringMatching(/^host <- CREATE_CHILD_SA 2 response .* TSi TSr$/),
    ]);
    expect(selectorsOf(pair.cluster)).toEqual({ local: ['10.1.0.0/32'], remote: ['10.2.0.0/32'] });
    expect(pair.cluster.failures).toMatchObject([{ refusal: { code: 'singlePair' }, notify: 34 }]);
  });

  test.each(['host', 'cluster'] as const)('keeps its pair when the %s rekeys', async (rekeys) => {
    const pair = makePair(onePair);
    await pair.host.initiate({ flow: aPacket });
    await pair.run();

    await pair[rekeys].endpoint.rekeyChild(pair[rekeys].child.inSpi, pair.nowMs);
    await pair.run();

    expect(pair.host.child.replaces).toBeDefined();
    expect(selectorsOf(pair.host)).toEqual({ local: ['10.2.2.2/32'], remote: ['10.1.1.1/32'] });
    expect(mirrored(selectorsOf(pair.cluster))).toEqual(selectorsOf(pair.host));
  });

  test('as initiator offers the packet’s pair and no more', async () => {
    const pair = makePair(onePair);
    await pair.cluster.initiate({ flow: aFlow('10.1.1.1', '10.2.2.2', 2049, 51_034) });
    await pair.run();

    expect(offeredBy(pair, 'cluster', 'TSi')).toEqual([['10.1.1.1/32[tcp/2049]', '10.1.1.1/32']]);
    expect(selectorsOf(pair.cluster)).toEqual({ local: ['10.1.1.1/32'], remote: ['10.2.2.2/32'] });
  });
});

test('a responder that makes an SA for one service asks for the packet where none is named, and hears of none', async () => {
  const perService = { ...tunnel, fromPacket: ['protocol', 'localPort'] } as const;
  const pair = await makePair({
    ...{ both: { child: tunnel }, ...subnets },
    cluster: { ...subnets.cluster, child: perService },
  }).establish();
  expect(pair.host.failures).toMatchObject([{ by: 'remote', refusal: { code: 'singlePair' }, notify: 34 }]);
  expect(pair.cluster.failures).toHaveLength(2);

  await pair.host.initiate({ flow: aPacket });
  await pair.run();
  expect(selectorsOf(pair.host)).toEqual({ local: [`${hosts}[tcp]`], remote: [`${lifs}[tcp/2049]`] });
});

describe('a rekey never carries less than the SA that it replaces (2.9.2)', () => {
  test('an offer of less is TS_UNACCEPTABLE', async () => {
    const { session, child } = liveOf((await established()).cluster);
    const wider = chooseChild(env, session, offerOf(hosts, lifs), 'alone', child);
    const narrower = chooseChild(env, session, offerOf('10.2.2.0/24', lifs), 'alone', child);

    expect(wider).toMatchObject({ ok: true });
    expect(narrower).toMatchObject({
      ok: false,
      error: { code: 'selectors', allowed: { local: child.sa.localSelectors } },
    });
  });

  test('an answer of less is not taken, and the SA goes on', async () => {
    const { session, child } = liveOf((await established()).host);
    const offered = offerChild(env, session, 'alone', { child: child.template.name, old: child });
    if (!offered.ok) throw new Error('nothing was offered');
    const { inSpi, proposals } = offered.value;
    const answerOf = (tsi: string): readonly Payload[] => [
      { type: 'SA', proposals: proposals.slice(0, 1).map((each) => ({ ...each, spi: octetsOfEspSpi(inSpi) })) },
      ...offerOf(tsi, lifs).slice(1),
    ];

    expect(checkAnswer(session, offered.value, answerOf(hosts))).toMatchObject({ ok: true });
    expect(checkAnswer(session, offered.value, answerOf('10.2.2.0/24'))).toMatchObject({
      ok: false,
      error: { code: 'selectors', allowed: { local: child.sa.localSelectors } },
    });
  });

  const established = () => makePair({ both: { child: tunnel }, ...subnets }).establish();

  /** SA, TSi, TSr as the host would offer them. */
  function offerOf(tsi: string, tsr: string): readonly Payload[] {
    const template = makePair({ both: { child: tunnel }, ...subnets }).host.connection.children[0];
    if (!template) throw new Error('no template');
    const { sa, selectors } = offerPayloads({
      ...{ template, inSpi: freshSpi(), wantsTransport: false, local: [aSelector(tsi)], remote: [aSelector(tsr)] },
      proposals: template.espProposals.map((each, i) => ({ ...each, number: i + 1, spi: octetsOfEspSpi(freshSpi()) })),
    });
    return [sa, ...selectors];
  }
});

function freshSpi() {
  const spi = espSpiOf(Uint8Array.of(1, 2, 3, 4));
  if (spi === undefined) throw new Error('no SPI');
  return spi;
}

const env: Env = {
  nowMs: 1_000_000,
  means: meansOf(seededProvider(webProvider, 'selectors')),
  settings: defaultSettings,
  connections: [],
  transcribes: false,
  freshEspSpi: freshSpi,
  freshIkeSpi: () => expect.unreachable('no SPI is needed'),
  isFirstContact: () => false,
  older: () => [],
};

function liveOf({ endpoint }: TestEnd) {
  const session = endpoint.sessions().find((each): each is Live => each.phase === 'established');
  const child = session?.children[0];
  if (!session || !child) throw new Error('no SA');
  return { session, child };
}

interface Printed {
  readonly local: readonly string[];
  readonly remote: readonly string[];
}

const selectorsOf = ({ child }: TestEnd): Printed => ({
  local: child.localSelectors.map(printSelector),
  remote: child.remoteSelectors.map(printSelector),
});

const mirrored = ({ local, remote }: Printed): Printed => ({ local: remote, remote: local });

/** Selectors of each request of an end. */
function offeredBy(pair: Pair, name: EndName, type: 'TSi' | 'TSr'): readonly (readonly string[])[] {
  return pair[name].transcript
    .filter(({ direction, header }) => direction === 'out' && header?.isResponse === false)
    .flatMap(({ payloads }) => findAll(payloads ?? [], type))
    .map(({ selectors }) => readSelectors(selectors).map(printSelector));
}
