/** An exception is a bug, ours or of who owns the endpoint: it is told, costs one input, and stops nothing else. */
import { describe, expect, test } from 'vitest';
import type { CryptoProvider } from '../../crypto/provider.ts';
import { webProvider } from '../../crypto/web-provider.ts';
import { meansOf } from '../means.ts';
import { agreementOf, makePair, type Pair, type PairWish } from '../testing/pair.ts';
import { guarded } from './ports.ts';

const bug = new Error('a bug');

describe('thrown while a session takes an input', () => {
  test('a datagram is lost as on the wire: it comes again, and the session goes on', async () => {
    const { pair, told, breaks } = breakable('hmac');
    pair.wire.tamper = (datagram) => {
      breaks.isOn = told.length === 0 && pair.cluster.endpoint.sessions().length > 0; // once keys are wanted
      return [datagram];
    };
    await pair.host.initiate();
    await pair.run(10_000);

    expect(told).toEqual([bug]);
    expect(pair.cluster.sad).toHaveLength(1);
    expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
  });

  test('a deadline is met a second later, again and again; meanwhile the session answers, and then it goes on', async () => {
    const more = { ikeLifetime: { rekeyAfterMs: 60_000, jitter: 0 } };
    const { pair, told, breaks } = breakable('keyPair', { cluster: { more } });
    await pair.establish();
    const [old] = pair.cluster.ikeSas;
    breaks.isOn = true;
    await pair.runFor(60_500);
    expect(told).toEqual([bug]);
    expect(pair.cluster.endpoint.nextWakeAtMs).toBe((old?.rekeyAtMs ?? 0) + 1000);

    await pair.host.endpoint.rekeyChild(pair.host.child.inSpi, pair.nowMs);
    await pair.runFor(10_000);
    expect(told).toHaveLength(12); // at first, once a second, and once because another input had the deadlines looked at
    expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
    breaks.isOn = false;
    await pair.runFor(2_000);
    expect(told).toHaveLength(12);
    expect(pair.cluster.ikeSas.map(({ initiatorSpi }) => initiatorSpi)).not.toContain(old?.initiatorSpi);
  });
});

test('thrown by the answer to a first request: nothing of it is kept, and the request that comes again is a new one', async () => {
  const { pair, told, breaks } = breakable('keyPair');
  breaks.isOn = true;
  await pair.host.initiate();
  await pair.runFor(500);
  expect(told).toEqual([bug]);
  expect(pair.cluster.endpoint.halfOpenCount).toBe(0);

  breaks.isOn = false;
  await pair.run(10_000);
  expect(pair.cluster.sad).toHaveLength(1);
});

test('thrown by the wire: what was to be sent is lost, and is sent again', async () => {
  const { pair, told } = breakable('hmac');
  pair.wire.tamper = (datagram) => {
    if (told.length < 2) throw bug;
    return [datagram];
  };
  await pair.host.initiate();
  await pair.run(10_000);

  expect(told).toEqual([bug, bug]);
  expect(agreementOf(pair)).toMatchObject({ host: [expect.any(String)], cluster: agreementOf(pair).host });
});

test('thrown by any callback of the owner: told, and no affair of who calls', () => {
  const fail = () => {
    throw bug;
  };
  const told: unknown[] = [];
  const ports = guarded({
    ...{ means: meansOf(webProvider), send: fail, onFact: fail, onWakeChange: fail, transcript: fail },
    onError: (error) => told.push(error),
  });
  const datagram = {} as Parameters<typeof ports.send>[0]; // nobody reads it

  ports.send(datagram);
  ports.onFact({} as Parameters<typeof ports.onFact>[0]);
  ports.onWakeChange(undefined);
  ports.transcript?.({} as Parameters<NonNullable<typeof ports.transcript>>[0]);

  expect(told).toEqual([bug, bug, bug, bug]);
});

/** A pair whose cluster's cryptography throws in one place as long as it is to; what is thrown is told here. */
function breakable(
  what: 'hmac' | 'keyPair',
  wish: PairWish = {},
): { readonly pair: Pair; readonly told: unknown[]; readonly breaks: { isOn: boolean } } {
  const told: unknown[] = [];
  const breaks = { isOn: false };
  const orBreak =
    <Given extends unknown[], Answer>(call: (...given: Given) => Answer) =>
    (...given: Given): Answer => {
      if (breaks.isOn) throw bug;
      return call(...given);
    };
  const clusterProvider: CryptoProvider = { ...webProvider, [what]: orBreak<never[], unknown>(webProvider[what]) };
  return { pair: makePair({ ...wish, clusterProvider, onError: (error) => told.push(error) }), told, breaks };
}
