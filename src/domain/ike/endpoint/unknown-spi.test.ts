/** An end that has lost its memory, and one that only says so (RFC 7296 1.5, 2.21.4). */
import { describe, expect, test } from 'vitest';
import { address } from '../../net/address.ts';
import type { Datagram } from '../datagram.ts';
import type { EspSpi, Message } from '../message/message.ts';
import { exchangeTypes } from '../message/names.ts';
import { notify } from '../message/notifies.ts';
import { writeMessage } from '../message/write.ts';
import { clusterAddress, hostAddress } from '../testing/builders.ts';
import { makePair, type Pair, type TestEnd } from '../testing/pair.ts';
import { messageFrom } from '../testing/tamper.ts';

const { INFORMATIONAL, CREATE_CHILD_SA } = exchangeTypes.numbers;
const strange = 0xdead_beef as EspSpi;
const ends = { local: address(clusterAddress), remote: address(hostAddress) };

describe('a message for an IKE SA that is not here', () => {
  test('a request is answered INVALID_IKE_SPI, its SPIs and id copied, without protection', async () => {
    const pair = await makePair().establish();
    await forget(pair.cluster, pair);
    const said = sentBy(pair, clusterAddress);

    await pair.host.endpoint.rekeyChild(pair.host.child.inSpi, pair.nowMs);
    await pair.runFor(100);

    const [session] = pair.host.endpoint.sessions();
    expect(said).toMatchObject([
      {
        header: {
          initiatorSpi: session?.spis.initiator,
          responderSpi: session?.spis.responder,
          exchange: CREATE_CHILD_SA,
          messageId: 2,
          isResponse: true,
          isFromInitiator: false,
        },
        payloads: [{ type: 'NOTIFY', notify: 4 }],
      },
    ]);
  });

  test('its answer ends nothing: the request goes on, and the SA falls when nobody authentic answers', async () => {
    const pair = await makePair().establish();
    await forget(pair.cluster, pair);
    await pair.host.endpoint.rekeyChild(pair.host.child.inSpi, pair.nowMs);
    await pair.runFor(5_000);
    expect(pair.host.ikeSas).toHaveLength(1);

    await pair.runFor(60_000);

    expect(pair.host.ikeSas).toEqual([]);
    expect(pair.host.failures).toMatchObject([{ refusal: { code: 'noAnswer' } }]);
  });

  test('a response is never answered, and a flood of requests seldom', async () => {
    const pair = await makePair({ settings: { unprotectedPerSecond: 3 } }).establish();
    await forget(pair.cluster, pair);
    const [answer] = pair.host.transcript.filter(({ direction }) => direction === 'in').slice(-1);
    const [request] = pair.host.transcript.filter(({ direction }) => direction === 'out').slice(-1);
    const said = sentBy(pair, clusterAddress);
    const asReceived = (octets: Datagram['octets']): Datagram => ({
      local: { address: ends.local, port: 500 },
      remote: { address: ends.remote, port: 500 },
      octets,
    });

    for (let i = 0; i < 10; i++) {
      if (answer) await pair.cluster.endpoint.receive(asReceived(inverted(answer.octets)), pair.nowMs);
      if (request) await pair.cluster.endpoint.receive(asReceived(request.octets), pair.nowMs);
    }

    expect(said).toHaveLength(3);
    expect(pair.cluster.endpoint.counters.answersWithheld).toBe(7);
  });
});

describe('ESP for an SA that is not here', () => {
  test('from a peer with an IKE SA: it is told inside, once in a while, and neither end changes anything', async () => {
    const pair = await makePair().establish();
    const before = [pair.ladder().length, pair.host.sad, pair.cluster.sad] as const;

    for (let i = 0; i < 5; i++) await pair.cluster.endpoint.unknownEspSpi(strange, ends, pair.nowMs);
    await pair.run();

    expect(pair.ladder(before[0])).toEqual([
      'host <- INFORMATIONAL 0 request N(INVALID_SPI)',
      'host -> INFORMATIONAL 0 response',
    ]);
    expect([pair.host.sad, pair.cluster.sad]).toEqual(before.slice(1));
    expect(pair.host.failures).toEqual([]);
  });

  test('of an SA that has just been removed says nothing: its last packets are on their way', async () => {
    const pair = await makePair().establish();
    const { inSpi } = pair.cluster.child;
    await pair.cluster.endpoint.deleteChild(inSpi, pair.nowMs);
    await pair.run();
    const before = pair.ladder().length;

    await pair.cluster.endpoint.unknownEspSpi(inSpi, ends, pair.nowMs);
    await pair.run();
    expect(pair.ladder(before)).toEqual([]);

    await pair.runFor(61_000);
    await pair.cluster.endpoint.unknownEspSpi(inSpi, ends, pair.nowMs);
    await pair.run();
    expect(pair.ladder(before)).toHaveLength(2);
  });

  test('from a peer without: it is told in a message of no exchange, to where the packet came from', async () => {
    const pair = await makePair().establish();
    await forget(pair.cluster, pair);
    const sent: Datagram[] = [];
    pair.wire.tamper = (datagram) => {
      sent.push(datagram);
      return [datagram];
    };

    await pair.cluster.endpoint.unknownEspSpi(strange, ends, pair.nowMs);
    const udp = { localPort: 4500, remotePort: 40_000 };
    await pair.cluster.endpoint.unknownEspSpi(strange, { ...ends, udp }, pair.nowMs);

    expect(sent.map(({ local, remote }) => [local.port, remote.port])).toEqual([
      [500, 500],
      [4500, 40_000],
    ]);
    for (const each of sent) {
      expect(messageFrom(each)).toMatchObject({
        header: { exchange: INFORMATIONAL, isFromInitiator: true, isResponse: false, messageId: 0 },
        payloads: [{ type: 'NOTIFY', notify: 11, data: Uint8Array.of(0xde, 0xad, 0xbe, 0xef) }],
      });
    }
  });
});

describe('both are done seldom, since anybody can make us do them', () => {
  test('of a stream of strange ESP packets twenty a second are spoken of', async () => {
    const pair = await makePair().establish();
    await forget(pair.cluster, pair);
    const said = sentBy(pair, clusterAddress);
    for (let i = 0; i < 100; i++) await pair.cluster.endpoint.unknownEspSpi(strange, ends, pair.nowMs);
    expect(said).toHaveLength(20);

    await pair.runFor(1_000);
    await pair.cluster.endpoint.unknownEspSpi(strange, ends, pair.nowMs);
    expect(said).toHaveLength(21);
  });

  test('five hints a second are looked at: after others had them, that of a silent peer waits', async () => {
    const pair = await makePair().establish();
    await pair.runFor(20_000);
    const before = pair.ladder().length;
    const header = { isResponse: false, exchange: INFORMATIONAL } as const;
    for (let i = 0; i < 5; i++) await hint(pair, 'INVALID_SPI', header, '203.0.113.9');
    await hint(pair, 'INVALID_SPI', header);
    await pair.runFor(999);
    expect(pair.ladder(before)).toEqual([]);

    await pair.runFor(1);
    await hint(pair, 'INVALID_SPI', header);
    await pair.runFor(100);
    expect(pair.ladder(before)[0]).toBe('host -> INFORMATIONAL 2 request');
  });
});

describe('a hint that anybody may have given', () => {
  test.each([
    ['INVALID_SPI', { isResponse: false, exchange: INFORMATIONAL }],
    ['INVALID_IKE_SPI', { isResponse: true, exchange: INFORMATIONAL }],
  ] as const)(
    '%s: the peer is asked whether it lives, if it has been silent, and nothing else',
    async (name, header) => {
      const pair = await makePair().establish();
      const before = pair.ladder().length;
      await hint(pair, name, header);
      await pair.runFor(100);
      expect(pair.ladder(before)).toEqual([]); // it was heard a moment ago

      await pair.runFor(20_000);
      for (let i = 0; i < 20; i++) await hint(pair, name, header);
      await pair.runFor(1_000);

      expect(pair.ladder(before)).toEqual(['host -> INFORMATIONAL 2 request', 'host <- INFORMATIONAL 2 response']);
      expect([pair.host.ikeSas, pair.host.sad]).toMatchObject([[{ phase: 'established' }], [{}]]);
    },
  );

  test('a peer that has really lost its memory is found out so, before any traffic times out', async () => {
    const pair = await makePair().establish();
    const { outSpi } = pair.host.child;
    await forget(pair.cluster, pair);
    await pair.runFor(61_000);

    await pair.cluster.endpoint.unknownEspSpi(outSpi, ends, pair.nowMs);
    await pair.runFor(60_000);

    expect(pair.host.ikeSas).toEqual([]);
    expect(pair.host.sad).toEqual([]);
  });

  test('from an address that holds no SA with us it is nothing', async () => {
    const pair = await makePair().establish();
    await pair.runFor(20_000);
    const before = pair.ladder().length;

    await hint(pair, 'INVALID_SPI', { isResponse: false, exchange: INFORMATIONAL }, '203.0.113.9');
    await pair.runFor(100);

    expect(pair.ladder(before)).toEqual([]);
  });
});

/** The cluster's own answer as if it were the host's. */
const inverted = (octets: Datagram['octets']) => octets.with(19, (octets[19] ?? 0) ^ 0x08);

/** All that an end says, by the name of the sender's address. */
function sentBy(pair: Pair, from: string): readonly Message[] {
  const messages: Message[] = [];
  pair.wire.tamper = (datagram) => {
    const message = messageFrom(datagram);
    if (message && datagram.local.address.octets.join('.') === from) messages.push(message);
    return [datagram];
  };
  return messages;
}

const forget = (end: TestEnd, pair: Pair): Promise<void> => end.endpoint.dropSilently(pair.nowMs);

/** A word to the host in the cluster's name. */
async function hint(
  pair: Pair,
  name: 'INVALID_SPI' | 'INVALID_IKE_SPI',
  kind: { readonly isResponse: boolean; readonly exchange: number },
  from = clusterAddress,
): Promise<void> {
  const [session] = pair.host.endpoint.sessions();
  if (!session) throw new Error('the host has no session');
  const header = {
    initiatorSpi: session.spis.initiator,
    responderSpi: session.spis.responder,
    ...{ majorVersion: 2, minorVersion: 0, isFromInitiator: false, messageId: 1, ...kind },
  };
  const octets = writeMessage({ header, payloads: [notify(name)] });
  const datagram = { local: session.path.local, remote: { address: address(from), port: 500 }, octets };
  await pair.host.endpoint.receive(datagram, pair.nowMs);
}
