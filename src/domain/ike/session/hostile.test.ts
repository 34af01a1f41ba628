/**
 * What strangers send: damaged, forged, replayed, random. Nothing throws, and no session changes: the next state is the very same
 * object (RFC 7296 2.4, 2.21).
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import mutations from '../../../../vectors/ike-mutations.json' with { type: 'json' };
import { parseHex } from '../../bytes/hex.ts';
import { concat, type Octets } from '../../bytes/octets.ts';
import { seededProvider } from '../../crypto/seeded-provider.ts';
import { webProvider } from '../../crypto/web-provider.ts';
import { address } from '../../net/address.ts';
import type { Datagram } from '../datagram.ts';
import { meansOf } from '../means.ts';
import { parseMessage } from '../message/parse.ts';
import type { Session } from '../sa/state.ts';
import { defaultSettings } from '../settings.ts';
import { clusterAddress, hostAddress } from '../testing/builders.ts';
import { makePair, type Pair } from '../testing/pair.ts';
import { advance } from './session.ts';

const atCluster = (octets: Octets): Datagram => ({
  local: { address: address(clusterAddress), port: 500 },
  remote: { address: address(hostAddress), port: 500 },
  octets,
});

/** Every datagram of a life with rekeys, as it went. */
async function aLife(): Promise<{ readonly pair: Pair; readonly sent: readonly Octets[] }> {
  const pair = await makePair().establish();
  await pair.host.endpoint.rekeyChild(pair.host.child.inSpi, pair.nowMs);
  await pair.run();
  await pair.host.endpoint.suspectSilence(pair.host.child.inSpi, pair.nowMs + 60_000);
  await pair.run();
  const sent = pair.ends.flatMap(({ transcript }) =>
    transcript.filter(({ direction }) => direction === 'out').map(({ octets }) => octets),
  );
  return { pair, sent };
}

/** What an outsider can tell of an end: its SAs, and how often it spoke. */
const stateOf = (pair: Pair) => pair.ends.map(({ ikeSas, sad, facts }) => ({ ikeSas, sad, facts: facts.length }));

test('a damaged copy of any message that was ever sent changes nothing', async () => {
  const { pair, sent } = await aLife();
  const before = stateOf(pair);

  await fc.assert(
    fc.asyncProperty(
      fc.nat(sent.length - 1),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      async (which, where, flip) => {
        const octets = (sent[which] as Octets).slice();
        const at = 16 + (where % (octets.length - 16)); // another SPI would be another session's affair
        octets[at] = (octets[at] ?? 0) ^ flip;
        const datagram = atCluster(octets);
        await pair.cluster.endpoint.receive(datagram, pair.nowMs);
        await pair.host.endpoint.receive({ ...datagram, local: datagram.remote, remote: datagram.local }, pair.nowMs);
        await pair.settle();
      },
    ),
    { numRuns: 2000 },
  );

  const [host, cluster] = stateOf(pair);
  // Damaged IKE_SA_INIT requests may begin SAs of their own, half-open and soon forgotten.
  expect(host?.ikeSas.filter(({ phase }) => phase !== 'connecting')).toEqual(before[0]?.ikeSas);
  expect(cluster?.ikeSas.filter(({ phase }) => phase !== 'connecting')).toEqual(before[1]?.ikeSas);
  expect(host?.sad).toEqual(before[0]?.sad);
  expect(cluster?.sad).toEqual(before[1]?.sad);
}, 30_000);

test('every message of the past, replayed, is answered from the store or not at all', async () => {
  const { pair, sent } = await aLife();
  const before = stateOf(pair).map(({ ikeSas, sad }) => ({ sad, phases: ikeSas.map(({ phase }) => phase) }));

  for (const octets of [...sent, ...sent]) {
    const datagram = atCluster(octets);
    await pair.cluster.endpoint.receive(datagram, pair.nowMs);
    await pair.host.endpoint.receive({ ...datagram, local: datagram.remote, remote: datagram.local }, pair.nowMs);
  }
  await pair.run();

  const after = stateOf(pair).map(({ ikeSas, sad }) => ({
    sad,
    phases: ikeSas.filter(({ phase }) => phase !== 'connecting').map(({ phase }) => phase),
  }));
  expect(after).toEqual(before);
});

test('random octets and random truncations are dropped', async () => {
  const { pair, sent } = await aLife();
  const before = stateOf(pair)[1]?.sad;

  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 200 }),
      fc.nat(sent.length - 1),
      fc.nat(),
      async (noise, which, cut) => {
        const whole = sent[which] as Octets;
        await pair.cluster.endpoint.receive(atCluster(Uint8Array.from(noise)), pair.nowMs);
        await pair.cluster.endpoint.receive(atCluster(whole.slice(0, cut % whole.length)), pair.nowMs);
        await pair.cluster.endpoint.receive(atCluster(concat(whole, Uint8Array.from(noise))), pair.nowMs);
      },
    ),
    { numRuns: 500 },
  );

  expect(pair.cluster.sad).toEqual(before);
});

test('a session that is given a forged message gives back the very same object', async () => {
  const { sent } = await aLife();
  const session = await standingSession();
  const env = {
    nowMs: 2_000_000,
    means: meansOf(seededProvider(webProvider, 'hostile')),
    settings: defaultSettings,
    connections: [],
    transcribes: false,
    freshEspSpi: () => expect.unreachable('no SPI is needed'),
    freshIkeSpi: () => expect.unreachable('no SPI is needed'),
    isFirstContact: () => true,
    older: () => [],
  };

  for (const octets of sent) {
    const parsed = parseMessage(octets);
    if (!parsed.ok) continue;
    const ids = [0, 1, 2, 3, 4].map((messageId) => ({
      ...parsed.value,
      header: { ...parsed.value.header, messageId },
    }));
    for (const message of [parsed.value, ...ids]) {
      const step = await advance(session, { type: 'datagram', datagram: atCluster(octets), message }, env);
      expect(step.session).toBe(session);
      expect(step.send).toEqual([]);
    }
  }
});

test.each(mutations.vectors.map((each) => [each.id, each] as const))(
  'mutation %s: no session comes of what must be dropped',
  async (_, { hex, expect: reaction }) => {
    const pair = makePair({ cluster: { ike: ['aes256-sha384-prfsha384-ecp384'] } });
    const octets = parseHex(hex);

    await pair.cluster.endpoint.receive(atCluster(octets as Octets), pair.nowMs);
    await pair.run();

    if (reaction !== 'as the original') expect(pair.cluster.ikeSas).toEqual([]);
  },
);

/** An established session of an unrelated pair. */
async function standingSession(): Promise<Session> {
  const pair = await makePair({ seed: 'another' }).establish();
  const [session] = pair.cluster.endpoint.sessions();
  return session ?? expect.unreachable('one IKE SA stands');
}
