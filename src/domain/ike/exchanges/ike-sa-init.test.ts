import { describe, expect, test } from 'vitest';
import type { Octets } from '../../bytes/octets.ts';
import type { Datagram } from '../datagram.ts';
import type { Payload } from '../message/message.ts';
import { notify } from '../message/notifies.ts';
import { makePair, type Pair } from '../testing/pair.ts';
import { proposalOf } from '../testing/proposals.ts';
import { messageFrom, rewrite } from '../testing/tamper.ts';

const damaged = (datagram: Datagram, damage: (octets: Octets) => Octets): Datagram => ({
  ...datagram,
  octets: damage(datagram.octets.slice()),
});

const natd = 'N(NAT_DETECTION_SOURCE_IP) N(NAT_DETECTION_DESTINATION_IP) N(IKEV2_FRAGMENTATION_SUPPORTED)';
const childless = 'N(CHILDLESS_IKEV2_SUPPORTED)';

test('a responder under load asks for a cookie, keeps nothing, and gets it back first and unchanged', async () => {
  const pair = await makePair({ clusterSettings: { cookieThreshold: 0 } }).establish();

  expect(pair.ladder().slice(0, 4)).toEqual([
    `host -> IKE_SA_INIT 0 request SA KE Nonce ${natd}`,
    'host <- IKE_SA_INIT 0 response N(COOKIE)',
    `host -> IKE_SA_INIT 0 request N(COOKIE) SA KE Nonce ${natd}`,
    `host <- IKE_SA_INIT 0 response SA KE Nonce ${natd} ${childless}`,
  ]);
  expect(pair.host.child.outSpi).toBe(pair.cluster.child.inSpi);
});

test('a cookie that was damaged on its way is as none: the responder asks again, keeps nothing, and the true one serves', async () => {
  const pair = makePair({ clusterSettings: { cookieThreshold: 0 } });
  let returned = 0;
  pair.wire.tamper = (datagram) => {
    const { header, payloads = [] } = messageFrom(datagram) ?? {};
    const [first] = payloads;
    if (header?.isResponse || first?.type !== 'NOTIFY' || returned++ > 0) return [datagram];
    return [
      rewrite(datagram, ([, ...rest]) => [
        { ...first, data: first.data.with(-1, (first.data.at(-1) ?? 0) ^ 1) },
        ...rest,
      ]),
    ];
  };
  await pair.establish();

  expect(pair.ladder().slice(0, 6)).toEqual([
    `host -> IKE_SA_INIT 0 request SA KE Nonce ${natd}`,
    'host <- IKE_SA_INIT 0 response N(COOKIE)',
    `host -> IKE_SA_INIT 0 request N(COOKIE) SA KE Nonce ${natd}`,
    'host <- IKE_SA_INIT 0 response N(COOKIE)',
    `host -> IKE_SA_INIT 0 request N(COOKIE) SA KE Nonce ${natd}`,
    `host <- IKE_SA_INIT 0 response SA KE Nonce ${natd} ${childless}`,
  ]);
  expect(pair.host.child.outSpi).toBe(pair.cluster.child.inSpi);
});

test('a responder that wants another group of the offer says which; the initiator repeats all proposals with it', async () => {
  const pair = await makePair({
    host: { ike: ['aes256gcm16-prfsha256-x25519-ecp256'] },
    cluster: { ike: ['aes256gcm16-prfsha256-ecp256'] },
  }).establish();

  expect(pair.ladder().slice(0, 4)).toEqual([
    `host -> IKE_SA_INIT 0 request SA KE Nonce ${natd}`,
    'host <- IKE_SA_INIT 0 response N(INVALID_KE_PAYLOAD)',
    `host -> IKE_SA_INIT 0 request SA KE Nonce ${natd}`,
    `host <- IKE_SA_INIT 0 response SA KE Nonce ${natd} ${childless}`,
  ]);
  expect(pair.host.child.outSpi).toBe(pair.cluster.child.inSpi);
});

test('a cookie and another group take two more rounds, and no loop', async () => {
  const pair = await makePair({
    host: { ike: ['aes256gcm16-prfsha256-x25519-ecp256'] },
    cluster: { ike: ['aes256gcm16-prfsha256-ecp256'] },
    clusterSettings: { cookieThreshold: 0 },
  }).establish();

  expect(pair.ladder().slice(1, 6)).toEqual([
    'host <- IKE_SA_INIT 0 response N(COOKIE)',
    `host -> IKE_SA_INIT 0 request N(COOKIE) SA KE Nonce ${natd}`,
    'host <- IKE_SA_INIT 0 response N(INVALID_KE_PAYLOAD)',
    `host -> IKE_SA_INIT 0 request N(COOKIE) SA KE Nonce ${natd}`,
    `host <- IKE_SA_INIT 0 response SA KE Nonce ${natd} ${childless}`,
  ]);
});

describe('nothing unprotected is believed at once', () => {
  test('a forged NO_PROPOSAL_CHOSEN before the real answer changes nothing', async () => {
    const pair = makePair();
    pair.wire.tamper = (datagram) =>
      messageFrom(datagram)?.header.isResponse && messageFrom(datagram)?.header.exchange === 34
        ? [rewrite(datagram, () => [notify('NO_PROPOSAL_CHOSEN')]), datagram]
        : [datagram];

    await pair.establish();

    expect(pair.host.child.outSpi).toBe(pair.cluster.child.inSpi);
    expect(pair.host.failures).toEqual([]);
  });

  test.each([
    ['cut off', (datagram: Datagram) => damaged(datagram, (octets) => octets.fill(0xff, 28)), { code: 'malformed' }],
    [
      'with a critical payload that nobody knows',
      (datagram: Datagram) =>
        rewrite(datagram, () => [{ type: 'unknown', number: 200, isCritical: true, data: new Uint8Array(4) }]),
      { code: 'unknownCritical', payload: 200 },
    ],
  ])('an answer that is no message, %s: nothing better came, and it is the reason', async (_, damage, refusal) => {
    const pair = makePair();
    pair.wire.tamper = (datagram) => [messageFrom(datagram)?.header.isResponse ? damage(datagram) : datagram];
    await pair.establish();
    await pair.run(60_000);

    expect(pair.host.failures).toMatchObject([
      { by: 'local', scope: 'ike', decidedAt: { exchange: 34, message: 'response' }, refusal },
    ]);
  });

  test('a forged one is doubted for a while: the real answer, which comes a second later, is believed', async () => {
    const pair = makePair();
    let forged = 0;
    pair.wire.tamper = (datagram) => {
      const isFirst = messageFrom(datagram)?.header.isResponse && forged++ === 0;
      return [isFirst ? rewrite(datagram, () => [notify('NO_PROPOSAL_CHOSEN')]) : datagram];
    };
    await pair.establish();
    expect(pair.host.failures).toEqual([]);
    await pair.run(5_000);

    expect(forged).toBeGreaterThan(1);
    expect(pair.host.failures).toEqual([]);
    expect(pair.host.child.outSpi).toBe(pair.cluster.child.inSpi);
  });

  test('a real one is believed when nothing better came, and tells what was offered', async () => {
    const pair = await makePair({
      host: { ike: ['aes128-sha256-prfsha256-ecp256'] },
      cluster: { ike: ['aes256-sha384-prfsha384-ecp384'] },
    }).establish();
    await pair.run(60_000);

    expect(pair.host.failures).toMatchObject([
      { by: 'remote', notify: 14, scope: 'ike', decidedAt: { exchange: 34, message: 'response' } },
    ]);
    expect(pair.host.failures[0]?.refusal).toMatchObject({ code: 'noProposal', protocol: 'IKE' });
    expect(pair.cluster.failures[0]).toMatchObject({
      by: 'local',
      connection: 'nfs',
      refusal: { accepted: [proposalOf('IKE', 'aes256-sha384-prfsha384-ecp384')] },
    });
    expect(pair.host.ikeSas).toEqual([]);
  });

  test('a group that was not offered is no reason to use it: perhaps a downgrade', async () => {
    const pair = makePair();
    pair.wire.tamper = (datagram) =>
      messageFrom(datagram)?.header.isResponse
        ? [rewrite(datagram, () => [notify('INVALID_KE_PAYLOAD', Uint8Array.of(0, 14))])]
        : [datagram];

    await pair.establish();
    await pair.run(10_000);

    expect(pair.host.failures[0]?.refusal).toMatchObject({ code: 'groupRefused', wanted: 14, offered: [31] });
    expect(groupsSaid(pair)).toEqual([31]);
  });

  test('a group that was tried already is not tried again, whoever goes on asking for it', async () => {
    const pair = makePair({ both: { ike: ['aes256gcm16-prfsha256-x25519-ecp256'] } });
    let count = 0;
    pair.wire.tamper = (datagram) => {
      if (!messageFrom(datagram)?.header.isResponse) return [datagram];
      const wanted = count++ % 2 === 0 ? 19 : 31;
      return [rewrite(datagram, () => [notify('INVALID_KE_PAYLOAD', Uint8Array.of(0, wanted))])];
    };
    await pair.establish();
    await pair.run(60_000);

    expect(groupsSaid(pair)).toEqual([31, 19]);
    expect(pair.host.failures[0]?.refusal).toMatchObject({ code: 'groupRefused', wanted: 31, tried: [31, 19] });
  });

  /** Of the host's first requests, each once. */
  const groupsSaid = ({ host }: Pair): readonly number[] => [
    ...new Set(
      host.transcript
        .filter(({ direction }) => direction === 'out')
        .flatMap(({ payloads = [] }) => payloads.flatMap((each) => (each.type === 'KE' ? [each.group] : []))),
    ),
  ];

  test('cookies without end are not followed', async () => {
    const pair = makePair();
    let count = 0;
    pair.wire.tamper = (datagram) =>
      messageFrom(datagram)?.header.isResponse
        ? [rewrite(datagram, () => [notify('COOKIE', Uint8Array.of(count++, 1, 2))])]
        : [datagram];

    await pair.establish();

    expect(pair.ladder().filter((line) => line.includes('->'))).toHaveLength(3);
  });
});

test('an impossible public value of the initiator: the responder says why to its owner, and nothing to the peer', async () => {
  const pair = makePair();
  pair.wire.tamper = (datagram) => {
    const isRequest = messageFrom(datagram)?.header.isResponse === false;
    const zeros = (payload: Payload): Payload =>
      payload.type === 'KE' ? { ...payload, publicValue: new Uint8Array(32) } : payload;
    return [isRequest ? rewrite(datagram, (payloads) => payloads.map(zeros)) : datagram];
  };
  await pair.establish();

  expect(pair.ladder().filter((line) => line.startsWith('host <-'))).toHaveLength(1); // a half-open IKE SA comes first
  expect(pair.cluster.failures).toMatchObject([
    {
      ...{ by: 'local', scope: 'ike', decidedAt: { exchange: 34, message: 'request' } },
      refusal: { code: 'badPublicValue', group: 31 },
    },
  ]);
  expect(pair.cluster.ikeSas).toEqual([]);
});

test('a nonce shorter than half the key of the PRF that is chosen is refused, by whoever meets it (2.10)', async () => {
  const ike = ['aes256gcm16-prfsha384-x25519'];
  for (const isResponse of [false, true]) {
    const pair = makePair({ both: { ike } });
    const short = (payload: Payload): Payload =>
      payload.type === 'NONCE' ? { ...payload, nonce: new Uint8Array(16) } : payload;
    pair.wire.tamper = (datagram) => {
      const isIts = messageFrom(datagram)?.header.isResponse === isResponse;
      return [isIts ? rewrite(datagram, (payloads) => payloads.map(short)) : datagram];
    };
    await pair.establish();
    await pair.run(60_000);

    const refusing = isResponse ? pair.host : pair.cluster;
    expect(refusing.failures[0]).toMatchObject({ by: 'local', refusal: { code: 'nonceLength', octets: 16 } });
    expect(pair.ends.flatMap(({ sad }) => sad)).toEqual([]);
  }
});

test('a repeated request gets its stored answer and makes no second SA', async () => {
  const pair = makePair();
  pair.wire.tamper = (datagram) => [datagram, datagram];

  await pair.establish();

  expect(pair.cluster.ikeSas).toHaveLength(1);
  expect(pair.host.child.outSpi).toBe(pair.cluster.child.inSpi);
});

test('a request for which no connection stands is refused, and says so once in a while only', async () => {
  const pair = makePair({ cluster: { remote: '198.51.100.9' }, clusterSettings: { unprotectedPerSecond: 1 } });
  pair.wire.tamper = (datagram) => [datagram, datagram, datagram];

  await pair.establish();
  await pair.run(200);

  expect(pair.cluster.failures).toMatchObject([{ refusal: { code: 'noConnection' }, notify: 14 }]);
});

test('encapsulation that is forced moves both ends to port 4500 and ESP into UDP', async () => {
  const pair = await makePair({ cluster: { more: { forcesUdpEncapsulation: true } } }).establish();

  expect(pair.host.child.encapsulation).toEqual({ localPort: 4500, remotePort: 4500 });
  expect(pair.cluster.child.encapsulation).toEqual({ localPort: 4500, remotePort: 4500 });
  expect(pair.host.ikeSas[0]).toMatchObject({ local: { port: 4500 }, hasNat: { remote: true } });
});
