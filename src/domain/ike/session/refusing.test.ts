/** Answers that the initiator does not accept (RFC 7296 2.21.2, 2.21.3). */
import { expect, test } from 'vitest';
import type { Payload } from '../message/message.ts';
import { exchangeTypes } from '../message/names.ts';
import { answerWith, noRandomness } from '../testing/other-answer.ts';
import { makePair } from '../testing/pair.ts';
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
  const [session] = pair.host.endpoint.sessions();
  pair.wire.tamper = (datagram) => (messageFrom(datagram)?.header.isResponse ? [datagram] : []);
  await pair.cluster.initiate();
  await pair.runFor(100);
  const header = {
    initiatorSpi: session?.spis.initiator as never,
    responderSpi: session?.spis.responder as never,
    exchange: exchangeTypes.numbers.INFORMATIONAL,
    ...{ majorVersion: 2, minorVersion: 0, isFromInitiator: true, isResponse: false, messageId: 2 },
  };
  const refusal: Payload = { type: 'NOTIFY', protocol: 0, spi: new Uint8Array(0), notify: 24, data: new Uint8Array(0) };
  const sealed = session && 'channel' in session ? await session.channel.seal(noRandomness, header, [refusal]) : [];
  const { local, remote } = { local: session?.path.remote, remote: session?.path.local };
  for (const octets of sealed)
    if (local && remote) await pair.cluster.endpoint.receive({ local, remote, octets }, pair.nowMs);

  expect(pair.cluster.failures).toMatchObject([{ scope: 'ike', child: 'nfs', notify: 24 }]);
  expect(pair.cluster.sad).toEqual([]);
});
