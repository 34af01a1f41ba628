import { expect, test } from 'vitest';
import { notify } from '../message/notifies.ts';
import { octetsOfEspSpi } from '../message/spi.ts';
import { askWith } from '../testing/other-answer.ts';
import { makePair } from '../testing/pair.ts';

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
