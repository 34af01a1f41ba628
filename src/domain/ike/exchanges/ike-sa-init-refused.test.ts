/** What IKE_SA_INIT is refused for before there is any key: its form, and what it chooses (RFC 7296 2.7, 3.3.1, RFC 8247). */
import { describe, expect, test } from 'vitest';
import type { Payload } from '../message/message.ts';
import { ikeSpiOf } from '../message/spi.ts';
import { makePair } from '../testing/pair.ts';
import { proposalOf } from '../testing/proposals.ts';
import { messageFrom, rewrite } from '../testing/tamper.ts';

describe('what may not run (RFC 8247 2)', () => {
  test('is left out of an offer that has something better: a peer that would like it does not get it', async () => {
    const pair = await makePair({ both: { ike: ['3des-aes256-sha256-prfsha256-modp1024-ecp256'] } }).establish();

    expect(pair.host.ikeSas[0]?.transforms).toEqual(
      expect.arrayContaining([
        { type: 1, id: 12, keyBits: 256 },
        { type: 4, id: 19 },
      ]),
    );
    const [offer] = pair.host.transcript.flatMap(({ payloads = [] }) => payloads);
    expect(offer).toMatchObject({ type: 'SA', proposals: [proposalOf('IKE', 'aes256-sha256-prfsha256-ecp256')] });
  });

  test.each(['3des-sha256-prfsha256-ecp256', 'aes256-sha1-prfsha256-ecp256', 'aes256-prfsha256-ecp256'])(
    '%s alone is asked for; the peer that agrees is not believed',
    async (ike) => {
      const pair = makePair({ both: { ike: [ike] } });
      const agreed = (): readonly Payload[] => [
        { type: 'SA', proposals: [proposalOf('IKE', ike)] },
        { type: 'KE', group: 19, publicValue: new Uint8Array(64) },
        { type: 'NONCE', nonce: new Uint8Array(32) },
      ];
      pair.wire.tamper = (datagram) => [
        messageFrom(datagram)?.header.isResponse
          ? rewrite(datagram, agreed, { responderSpi: ikeSpiOf(new Uint8Array(8).fill(1)) })
          : datagram,
      ];
      await pair.establish();
      await pair.run(60_000);

      expect(pair.host.failures).toMatchObject([
        { by: 'local', refusal: { code: 'notRunnable', chosen: proposalOf('IKE', ike) } },
      ]);
      expect(pair.host.ikeSas).toEqual([]);
    },
  );

  test('a group alone: there is nothing to ask with, and the reason says so at once', async () => {
    const pair = makePair({ both: { ike: ['aes256gcm16-prfsha256-modp1024'] } });
    await pair.host.initiate();
    await pair.run();

    expect(pair.ladder()).toEqual([]);
    expect(pair.host.failures).toMatchObject([{ by: 'local', refusal: { code: 'noGroup' } }]);
  });
});

test('an answer that chooses what was not offered is refused, with both (RFC 7296 2.7)', async () => {
  const pair = makePair({ both: { ike: ['aes256gcm16-prfsha256-ecp256'] } });
  const other = proposalOf('IKE', 'aes128gcm16-prfsha256-ecp256');
  pair.wire.tamper = (datagram) => [
    messageFrom(datagram)?.header.isResponse
      ? rewrite(datagram, (all) => all.map((each) => (each.type === 'SA' ? { ...each, proposals: [other] } : each)))
      : datagram,
  ];
  await pair.establish();
  await pair.run(60_000);

  expect(pair.host.failures).toMatchObject([{ by: 'local', refusal: { code: 'notOffered', chosen: [other] } }]);
});

describe('what no IKE_SA_INIT may be (RFC 7296 3.3.1, appendix C)', () => {
  const twice = (name: Payload['type']) => (payloads: readonly Payload[]) =>
    payloads.flatMap((each) => (each.type === name ? [each, each] : [each]));
  const withSpi = (payloads: readonly Payload[]) =>
    payloads.map((each) =>
      each.type === 'SA'
        ? { ...each, proposals: each.proposals.map((proposal) => ({ ...proposal, spi: new Uint8Array(8) })) }
        : each,
    );
  const faults: readonly [string, (payloads: readonly Payload[]) => readonly Payload[], string][] = [
    ['two key exchanges', twice('KE'), 'KE'],
    ['two nonces', twice('NONCE'), 'NONCE'],
    ['two SA payloads', twice('SA'), 'SA'],
    ['an SPI in its proposal', withSpi, 'SA > proposal > SPI'],
  ];

  test.each(faults)('a request with %s is not answered', async (_, change) => {
    const pair = makePair();
    pair.wire.tamper = (datagram) => [messageFrom(datagram)?.header.isResponse ? datagram : rewrite(datagram, change)];
    await pair.establish();

    expect(pair.ladder().filter((line) => line.startsWith('host <-'))).toEqual([]);
    expect(pair.cluster.endpoint.ikeSas()).toEqual([]);
  });

  test.each(faults)('an answer with %s is refused, and the place is told', async (_, change, path) => {
    const pair = makePair();
    pair.wire.tamper = (datagram) => [messageFrom(datagram)?.header.isResponse ? rewrite(datagram, change) : datagram];
    await pair.establish();
    await pair.run(60_000);

    expect(pair.host.failures).toMatchObject([{ by: 'local', refusal: { code: 'malformed', at: { path } } }]);
    expect(pair.host.ikeSas).toEqual([]);
  });
});
