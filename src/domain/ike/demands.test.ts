/**
 * Demands of docs/conformance.md that belong to no one exchange: peers that hold the key and say what they should not, a NAT that
 * changes its mind, an IKE SA without a first child, limits.
 */
import { describe, expect, test } from 'vitest';
import { parseHex, toHex } from '../bytes/hex.ts';
import type { Octets } from '../bytes/octets.ts';
import { andThen } from '../crypto/awaitable.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import { seededProvider } from '../crypto/seeded-provider.ts';
import { webProvider } from '../crypto/web-provider.ts';
import { address } from '../net/address.ts';
import { lastId } from './channel/window.ts';
import type { ChildTemplate } from './connection.ts';
import type { Env } from './env.ts';
import { meansOf } from './means.ts';
import { isLive, type Session } from './sa/state.ts';
import { advance } from './session/session.ts';
import { defaultSettings } from './settings.ts';
import { clusterAddress, hostAddress } from './testing/builders.ts';
import { agreementOf, makePair, type Pair } from './testing/pair.ts';
import { messageFrom, rewrite } from './testing/tamper.ts';

const tunnel: Partial<ChildTemplate> = { mode: { want: 'tunnel', strictness: 'require' } };

describe('a peer that holds the key', () => {
  test('is not believed when its answer is wider than our offer (2.9)', async () => {
    const pair = makePair({
      host: { localSubnet: '10.1.0.0/24', remoteSubnet: '10.2.0.0/24', child: tunnel },
      cluster: { localSubnet: '10.2.0.0/24', remoteSubnet: '10.1.0.0/24', child: tunnel },
      clusterProvider: saying({ '0a0200000a0200ff': '0a0200000a02ffff' }),
    });

    await pair.establish();

    expect(pair.host.failures).toMatchObject([{ by: 'local', scope: 'child', refusal: { code: 'selectors' } }]);
    expect(pair.ends.map(({ sad }) => sad)).toEqual([[], []]);
    expect(pair.host.ikeSas).toMatchObject([{ phase: 'established' }]);
  });

  test('fails its answer by an error notify that nobody registered (3.10.1)', async () => {
    const pair = await makePair({ clusterProvider: saying({ [transportMode]: '00001fff' }) }).establish();

    expect(pair.host.failures).toMatchObject([{ by: 'remote', notify: 0x1fff, refusal: { code: 'peerRefused' } }]);
  });

  test('may say a status notify that nobody registered (3.10.1)', async () => {
    const pair = await makePair({
      both: { child: { mode: { want: 'transport', strictness: 'prefer' } } },
      clusterProvider: saying({ [transportMode]: '0000a003' }),
    }).establish();

    expect(pair.host.failures).toEqual([]);
    expect(pair.host.child.mode).toBe('tunnel'); // nobody echoed USE_TRANSPORT_MODE
  });
});

test('a REDIRECT that we did not offer to follow leads nobody away (RFC 5685 3)', async () => {
  const pair = makePair();
  pair.wire.tamper = (datagram) => {
    const elsewhere = { ...redirect, data: Uint8Array.of(1, 4, 192, 0, 2, 66) };
    const isInitAnswer = datagram.octets[18] === 34 && datagram.octets[19] === 0x20;
    return isInitAnswer ? [rewrite(datagram, () => [elsewhere]), datagram] : [datagram];
  };

  await pair.establish();

  expect(agreementOf(pair).host).toHaveLength(1);
  expect(pair.host.ikeSas[0]?.remote.address).toEqual(address(clusterAddress));
});

test('a peer with a wider window is still asked one thing at a time (2.3)', async () => {
  const pair = await makePair({
    both: { child: { mode: { want: 'transport', strictness: 'prefer' } } },
    clusterProvider: saying({ [transportMode]: '00004001' }), // SET_WINDOW_SIZE
  }).establish();

  await Promise.all([pair.host.endpoint.rekeyChild(pair.host.child.inSpi, pair.nowMs), pair.host.initiate()]);
  await pair.run();

  const directions = pair.ladder(4).map((line) => line.split(' ')[1]);
  expect(directions.length).toBeGreaterThanOrEqual(4);
  expect(directions).toEqual(directions.map((_, i) => (i % 2 === 0 ? '->' : '<-')));
});

describe('an IKE SA without a first CHILD SA (RFC 6023)', () => {
  test('is made where the initiator wants it so and the responder can, and its child comes by itself', async () => {
    const pair = await makePair({ host: { more: { childless: 'force' } } }).establish();

    expect(pair.ladder(2).map((line) => line.split(' ').slice(1, 5).join(' '))).toEqual([
      '-> IKE_AUTH 1 request',
      '<- IKE_AUTH 1 response',
      '-> CREATE_CHILD_SA 2 request',
      '<- CREATE_CHILD_SA 2 response',
    ]);
    expect(pair.ladder(2)[0]).not.toContain('TSi');
    expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
  });

  test('is made alone where nothing else is asked for', async () => {
    const pair = makePair();

    await pair.host.endpoint.initiateIke('nfs', {}, pair.nowMs);
    await pair.run();

    expect(pair.ladder()).toHaveLength(4);
    expect(pair.ends.map(({ ikeSas, sad }) => [ikeSas.length, sad.length])).toEqual([
      [1, 0],
      [1, 0],
    ]);
  });

  test('is not asked of a responder that did not announce it', async () => {
    const pair = await makePair({
      host: { more: { childless: 'force' } },
      cluster: { more: { childless: 'never' } },
    }).establish();

    expect(pair.ladder(2)).toEqual([]);
    expect(pair.host.failures).toMatchObject([{ by: 'local', refusal: { code: 'childless' } }]);
  });

  test('is refused by a responder that never makes one, though the initiator insists', async () => {
    const pair = makePair({
      host: { more: { childless: 'force' } },
      cluster: { more: { childless: 'never' } },
    });
    pair.wire.tamper = (datagram) => {
      const isInitAnswer = datagram.octets[18] === 34 && ((datagram.octets[19] ?? 0) & 0x20) !== 0;
      return [isInitAnswer ? rewrite(datagram, (payloads) => [...payloads, childlessSupported]) : datagram];
    };

    await pair.establish();

    expect(pair.cluster.failures).toMatchObject([
      { by: 'local', notify: 7, refusal: { code: 'childless', insists: 'remote' } },
    ]);
    expect(pair.host.failures).toMatchObject([{ by: 'remote', notify: 7, refusal: { code: 'refusedUnproven' } }]);
    expect([...pair.host.ikeSas, ...pair.cluster.ikeSas]).toEqual([]);
  });

  test('is demanded by a responder that makes no other: the initiator learns no more than that it was refused', async () => {
    const pair = await makePair({ cluster: { more: { childless: 'force' } } }).establish();

    expect(pair.cluster.failures).toMatchObject([{ refusal: { code: 'childless', insists: 'local' } }]);
    expect(pair.host.failures).toMatchObject([
      { by: 'remote', child: 'nfs', refusal: { code: 'refusedUnproven', notify: 7, offered: { mode: 'transport' } } },
    ]);
  });
});

test('beyond its limit of CHILD SAs an end says NO_ADDITIONAL_SAS, and the others stand (1.3)', async () => {
  const pair = await makePair({ clusterSettings: { childrenPerIkeSa: 1 } }).establish();
  const [first] = pair.host.sad;

  await pair.host.initiate();
  await pair.run();

  expect(pair.cluster.failures).toMatchObject([{ by: 'local', refusal: { code: 'noAdditionalSas' } }]);
  expect(pair.host.sad).toContainEqual(first); // what else is wanted: overflow.test.ts
});

test('the delete of an IKE SA wins over its rekey (2.25.2)', async () => {
  const pair = await makePair().establish();
  const spi = pair.host.ikeSas[0]?.initiatorSpi;
  if (spi === undefined) throw new Error('no IKE SA');

  await Promise.all([pair.host.endpoint.rekeyIke(spi, pair.nowMs), pair.cluster.endpoint.deleteIkeSa(spi, pair.nowMs)]);
  await pair.run(60_000);

  for (const end of pair.ends) expect([end.ikeSas, end.sad]).toEqual([[], []]);
});

test('the last message id ends the IKE SA, so that none comes twice (2.2)', async () => {
  const pair = await makePair().establish();
  const [session] = pair.host.endpoint.sessions();
  if (!session || !isLive(session)) throw new Error('no IKE SA');
  const worn: Session = { ...session, window: { ...session.window, nextId: lastId } };

  const step = await advance(worn, { type: 'want', task: { type: 'probe' } }, envOf(pair));

  expect(step.session).toMatchObject({ phase: 'deleting', window: { outstanding: { id: lastId } } });
  expect(step.send).toHaveLength(1);
});

test('a higher major version is answered with ours, a few times a second (2.5)', async () => {
  const pair = await makePair({ clusterSettings: { unprotectedPerSecond: 3 } }).establish();
  const answers: Octets[] = [];
  pair.wire.tamper = (datagram) => {
    answers.push(datagram.octets);
    return [];
  };
  const request = pair.host.transcript[0]?.octets.slice();
  if (!request) throw new Error('nothing was sent');
  request[17] = 0x30;

  for (let i = 0; i < 10; i++) await pair.cluster.endpoint.receive(atCluster(request), pair.nowMs);

  expect(answers).toHaveLength(3);
  expect(messageFrom({ ...atCluster(answers[0] ?? request) })).toMatchObject({
    header: { majorVersion: 2, isResponse: true },
    payloads: [{ type: 'NOTIFY', notify: 5 }],
  });
});

test('a peer behind a NAT is answered where its last authentic message came from, and forged ones move nobody (2.23)', async () => {
  const pair = makePair();
  const nat = translateAt(pair, 10_000);
  await pair.establish();
  expect(pair.cluster.ikeSas[0]?.remote.port).toBe(14_500);

  nat.offset = 20_000;
  const forged = pair.host.transcript.at(-1)?.octets.slice() ?? new Uint8Array(28);
  forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1;
  await pair.cluster.endpoint.receive({ ...atCluster(forged), remote: { ...natEnd, port: 30_000 } }, pair.nowMs);
  expect(pair.cluster.ikeSas[0]?.remote.port).toBe(14_500);
  await pair.host.endpoint.rekeyChild(pair.host.child.inSpi, pair.nowMs);
  await pair.run();

  expect(pair.cluster.ikeSas[0]?.remote.port).toBe(24_500);
  expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
});

const childlessSupported = {
  type: 'NOTIFY',
  protocol: 0,
  spi: new Uint8Array(0),
  notify: 16418,
  data: new Uint8Array(0),
} as const;

const redirect = { type: 'NOTIFY', protocol: 0, spi: new Uint8Array(0), notify: 16407 } as const;

/** Protocol, SPI size and type of USE_TRANSPORT_MODE. */
const transportMode = '00004007';

const natEnd = { address: address(hostAddress), port: 500 };
const atCluster = (octets: Octets) => ({
  local: { address: address(clusterAddress), port: 500 },
  remote: natEnd,
  octets,
});

const envOf = ({ nowMs }: Pair): Env => ({
  nowMs,
  means: meansOf(seededProvider(webProvider, 'demands')),
  settings: defaultSettings,
  connections: [],
  transcribes: false,
  freshEspSpi: () => expect.unreachable('no SPI is needed'),
  freshIkeSpi: () => expect.unreachable('no SPI is needed'),
  isFirstContact: () => false,
  older: () => [],
});

/** A NAT before the host that shifts its ports. */
function translateAt(pair: Pair, offset: number): { offset: number } {
  const nat = { offset };
  pair.wire.tamper = (datagram) => {
    const isFromHost = toHex(datagram.local.address.octets) === toHex(natEnd.address.octets);
    const { local, remote } = datagram;
    return isFromHost
      ? [{ ...datagram, local: { ...local, port: local.port + nat.offset } }]
      : [{ ...datagram, remote: { ...remote, port: remote.port - nat.offset } }];
  };
  return nat;
}

/** A provider that puts other octets of the same length into what it is about to seal. */
function saying(replaced: Readonly<Record<string, string>>): CryptoProvider {
  const change = (plain: Octets): Octets => {
    const said = Object.entries(replaced).reduce((text, [from, to]) => text.replaceAll(from, to), toHex(plain));
    return parseHex(said) ?? plain;
  };
  return {
    ...webProvider,
    aesGcm: (key, tagOctets) =>
      andThen(webProvider.aesGcm(key, tagOctets), (aead) => ({
        ...aead,
        seal: (nonce, associated, plain, head) => aead.seal(nonce, associated, change(plain), head),
      })),
  };
}
