/** The soak's laws about reuse can fail: an end that breaks them is named. */
import { expect, test } from 'vitest';
import { printAddress } from '../../net/address.ts';
import type { Datagram } from '../datagram.ts';
import { hostAddress } from './builders.ts';
import { makePair } from './pair.ts';
import { demandFreshIvs, demandFreshMessageIds } from './reuse.ts';

async function established() {
  const pair = makePair({ settings: { fragmentIpOctets: 200 } });
  const sent: Datagram[] = [];
  pair.wire.tamper = (datagram) => {
    if (printAddress(datagram.local.address) === hostAddress) sent.push(datagram);
    return [datagram];
  };
  await pair.establish();
  const last = sent.at(-1);
  if (!last) throw new Error('the host said nothing');
  return { sent, last, transcript: pair.host.transcript };
}

test('one IV before two ciphertexts is found, a repetition of the same octets is lawful', async () => {
  const { sent, last } = await established();
  const other = last.octets.with(-1, (last.octets.at(-1) ?? 0) ^ 1);

  expect(() => demandFreshIvs('host', [...sent, ...sent])).not.toThrow();
  expect(() => demandFreshIvs('host', [...sent, { ...last, octets: other }])).toThrow(/^host: IV .* is used twice/);
});

test('one message id for two messages is found, all fragments of one message are lawful', async () => {
  const { transcript } = await established();
  const last = transcript.findLast(({ direction }) => direction === 'out');
  if (!last) throw new Error('the host said nothing');

  expect(() => demandFreshMessageIds('host', [...transcript, ...transcript])).not.toThrow();
  expect(() => demandFreshMessageIds('host', [...transcript, { ...last, payloads: [] }])).toThrow(
    /^host: message id .* is used twice/,
  );
});
