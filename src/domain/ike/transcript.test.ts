/** What a transcript shows: every datagram, what was in it, which octets say it; repeated and unreadable ones as what they are. */
import { expect, test } from 'vitest';
import { address } from '../net/address.ts';
import { hostAddress } from './testing/builders.ts';
import { makePair } from './testing/pair.ts';
import { dissect } from './transcript.ts';

/** What stands before each payload, and before all of them. */
const ofChain = ['header', 'next payload', 'flags', 'length'];

test('each payload has its octets, those inside SK too, and both ends show the same', async () => {
  const pair = await makePair().establish();
  const shown = pair.ends.map(({ transcript }) => transcript.map((entry) => ({ entry, ...dissect(entry) })));
  for (const { entry, message, inside } of shown.flat()) {
    const { fields } = inside ?? message;
    const names = fields.filter(({ name }) => !ofChain.includes(name)).map(({ name }) => name);

    expect(names).toEqual(entry.payloads?.map(({ type }) => type));
    expect(fields.at(-1)?.end).toBe((entry.inside?.octets ?? entry.octets).length);
    expect(inside !== undefined).toBe(entry.header?.messageId === 1);
  }
  const [host, cluster] = shown.map((entries) => entries.map(({ message, inside }) => ({ message, inside })));
  expect(host).toEqual(cluster);
});

test('what goes out and comes in again is noted as repeated, with the octets as they went', async () => {
  const pair = makePair();
  pair.wire.tamper = (datagram) => (pair.host.transcript.length < 3 ? [] : [datagram]);
  await pair.host.initiate();
  await pair.run(10_000);

  const [first, second] = pair.host.transcript;
  expect(second).toMatchObject({ direction: 'out', note: 'repeated', octets: first?.octets });
});

test('octets that are no message are noted, whoever sent them', async () => {
  const pair = makePair();
  const end = { address: address(hostAddress), port: 500 };
  await pair.host.endpoint.receive({ local: end, remote: end, octets: new Uint8Array(40) }, pair.nowMs);

  expect(pair.host.transcript).toMatchObject([{ direction: 'in', note: 'malformed' }]);
});
