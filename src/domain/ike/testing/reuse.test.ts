/** The soak's laws about reuse can fail: an end that breaks them is named. */
import { expect, test } from 'vitest';
import { printAddress } from '../../net/address.ts';
import type { Datagram } from '../datagram.ts';
import { hostAddress } from './builders.ts';
import { makePair } from './pair.ts';
import { demandFreshIvs, demandFreshMessageIds } from './reuse.ts';

const gcm = 'aes256gcm16-prfsha256-x25519';
const cbc = 'aes256-sha256-prfsha256-x25519';

async function established(suite = gcm) {
  const pair = makePair({ both: { ike: [suite] }, settings: { fragmentIpOctets: 200 } });
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

/** The same message with another octet there; the IV of a fragment begins at 36. */
const changedAt = ({ octets, ...ends }: Datagram, at: number): Datagram => ({
  ...ends,
  octets: octets.with(at, (octets.at(at) ?? 0) ^ 1),
});

test.each([gcm, cbc])(
  'one IV before two ciphertexts of %s is found, a repetition of the same octets is lawful',
  async (suite) => {
    const { sent, last, transcript } = await established(suite);

    expect(() => demandFreshIvs('host', [...sent, ...sent], transcript)).not.toThrow();
    expect(() => demandFreshIvs('host', [...sent, changedAt(last, -1)], transcript)).toThrow(
      /^host: IV .* is used twice/,
    );
  },
);

test.each([
  { suite: gcm, isAnother: [true, false, false] },
  { suite: cbc, isAnother: [true, true, false] },
])('of $suite the IV has the octets that the suite gives it', async ({ suite, isAnother }) => {
  const { sent, last, transcript } = await established(suite);

  const isFresh = [36, 36 + 8, 36 + 16].map((at) => {
    try {
      demandFreshIvs('host', [...sent, changedAt(last, at)], transcript);
      return true;
    } catch {
      return false;
    }
  });

  expect(isFresh).toEqual(isAnother);
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
