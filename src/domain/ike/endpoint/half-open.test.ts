import { describe, expect, test } from 'vitest';
import { seededProvider } from '../../crypto/seeded-provider.ts';
import { webProvider } from '../../crypto/web-provider.ts';
import { meansOf } from '../means.ts';
import { defaultSettings } from '../settings.ts';
import { agreementOf, makePair, type Pair, type PairWish } from '../testing/pair.ts';
import { messageFrom } from '../testing/tamper.ts';
import { HalfOpen } from './half-open.ts';
import type { Slot } from './slots.ts';

test('a peer that moves while it is half-open is counted off where it began, so that nobody locks an address out', () => {
  const settings = { ...defaultSettings, halfOpenPerAddress: 1 };
  const halfOpen = new HalfOpen(settings, meansOf(seededProvider(webProvider, 'half-open')));
  const request = Uint8Array.of(1);
  for (let i = 0; i < 3; i++) {
    const key = { text: `${i}`, address: '192.0.2.1' };
    const slot = {} as Slot; // it serves as a name alone: wherever its session is by now plays no part
    expect(halfOpen.admit(key, request).type).toBe('new');
    halfOpen.answered(key, request, slot);
    halfOpen.ended(slot);
    expect(halfOpen.count).toBe(0);
  }
});

describe('the same first request again, when what came of it has ended, begins anew: what has ended takes no IKE_AUTH', () => {
  test('since the answer was long in coming', async () => {
    const pair = await unheard(6_000, { clusterSettings: { halfOpenMs: 5_000 } });
    await pair.run(10_000);

    expect(pair.cluster.failures).toMatchObject([{ refusal: { code: 'halfOpenExpired' } }]);
    expect(pair.host.sad).toHaveLength(1);
    expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
  });

  test('since the connection was gone for a moment', async () => {
    const pair = await unheard(1_000);
    await pair.cluster.endpoint.setConnections([], pair.nowMs);
    await pair.cluster.endpoint.setConnections([pair.cluster.connection], pair.nowMs);
    await pair.run(10_000);

    expect(pair.host.sad).toHaveLength(1);
    expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
  });

  /** For so long the host hears nothing. */
  async function unheard(forMs: number, wish: PairWish = {}): Promise<Pair> {
    const pair = makePair(wish);
    pair.wire.tamper = (datagram) => (messageFrom(datagram)?.header.isResponse ? [] : [datagram]);
    await pair.host.initiate();
    await pair.runFor(forMs);
    pair.wire.tamper = undefined;
    return pair;
  }
});
