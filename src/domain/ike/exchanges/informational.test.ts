import { expect, test } from 'vitest';
import { protocols } from '../message/names.ts';
import { notify } from '../message/notifies.ts';
import { octetsOfEspSpi } from '../message/spi.ts';
import { askWith } from '../testing/other-answer.ts';
import { makePair } from '../testing/pair.ts';
import { messageFrom } from '../testing/tamper.ts';

test('the end of the IKE SA takes its CHILD SAs with it, unsaid', async () => {
  const pair = await makePair().establish();
  const [ikeSa] = pair.host.ikeSas;

  if (ikeSa) await pair.host.endpoint.deleteIkeSa(ikeSa.initiatorSpi, pair.nowMs);
  await pair.run();

  expect(pair.ladder(4)).toEqual(['host -> INFORMATIONAL 2 request D', 'host <- INFORMATIONAL 2 response']);
  for (const end of pair.ends) {
    expect(end.sad).toEqual([]);
    expect(end.ikeSas).toEqual([]);
    expect(end.facts.at(-1)).toMatchObject({ type: 'ikeClosed', because: { code: 'asked' } });
  }
});

test('whether the peer lives is asked only after silence, and only when something goes out', async () => {
  const pair = await makePair().establish();
  await pair.cluster.endpoint.confirm(pair.cluster.child.inSpi, pair.nowMs); // a packet has come

  await pair.run(3_600_000);
  expect(pair.ladder(4)).toEqual([]); // an idle SA says nothing
  await pair.host.endpoint.suspectSilence(pair.host.child.inSpi, pair.nowMs);
  await pair.run();
  await pair.host.endpoint.suspectSilence(pair.host.child.inSpi, pair.nowMs + 1);
  await pair.run();

  expect(pair.ladder(4)).toEqual(['host -> INFORMATIONAL 2 request', 'host <- INFORMATIONAL 2 response']);
});

test('a peer that does not answer is given up, with its SAs', async () => {
  const pair = await makePair().establish();
  await pair.cluster.endpoint.dropSilently(pair.nowMs);
  await pair.run(60_000);

  await pair.host.endpoint.suspectSilence(pair.host.child.inSpi, pair.nowMs);
  await pair.run(120_000);

  expect(pair.host.sad).toEqual([]);
  expect(pair.host.facts.at(-1)).toMatchObject({ type: 'ikeClosed', because: { code: 'noAnswer', tries: 6 } });
});

test('INITIAL_CONTACT ends what the peer forgot, and not what it is just making', async () => {
  const pair = await makePair().establish();
  await pair.host.endpoint.dropSilently(pair.nowMs); // the host reboots
  await pair.run(1_000);

  await pair.establish();

  expect(pair.cluster.ikeSas).toHaveLength(1);
  expect(pair.cluster.sad).toHaveLength(1);
  expect(pair.cluster.child.outSpi).toBe(pair.host.sad.at(-1)?.inSpi);
});

test('a request that says several things has each of them done: a delete beside a COOKIE2 (1.4, RFC 4555 3.7)', async () => {
  const pair = await makePair({ both: { more: { mobike: 'offered' } } }).establish();
  const asked = pair.host.transcript.filter(({ direction, header }) => direction === 'out' && !header?.isResponse);
  await askWith(pair, 'INFORMATIONAL', asked.length, [
    notify('COOKIE2', new Uint8Array(16)),
    { type: 'DELETE', protocol: 3, spis: [octetsOfEspSpi(pair.host.child.inSpi)] },
  ]);

  expect(pair.ladder().at(-1)).toContain('response D N(COOKIE2)');
  expect(pair.cluster.sad).toEqual([]);
});

test('of deletes that name SAs which are not there, in case one is the SA that is being made, the last are remembered and no more', async () => {
  const pair = await makePair().establish();
  pair.wire.tamper = (datagram) => (messageFrom(datagram)?.header.isFromInitiator ? [datagram] : []);
  await pair.cluster.initiate();
  const spi = (message: number, i: number) => Uint8Array.of(0xff, message, i >>> 8, i);
  for (const [i, id] of [2, 3, 4, 5].entries()) {
    const spis = Array.from({ length: 1000 }, (_, j) => spi(i, j));
    await askWith(pair, 'INFORMATIONAL', id, [{ type: 'DELETE', protocol: protocols.numbers.ESP, spis }]);
  }

  const [session] = pair.cluster.endpoint.sessions();
  const pending = session?.window.outstanding?.pending;
  const remembered = pending?.type === 'createChild' ? (pending.deletedSpis ?? []) : [];
  expect(remembered).toHaveLength(64);
  expect(octetsOfEspSpi(remembered.at(-1) ?? expect.unreachable('none'))).toEqual(spi(3, 999));
});
