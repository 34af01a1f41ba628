/** When an SA is to be replaced and when it ends (RFC 7296 2.8), and what chance has to do with it. */
import { describe, expect, test } from 'vitest';
import { seededProvider } from '../../crypto/seeded-provider.ts';
import { webProvider } from '../../crypto/web-provider.ts';
import { meansOf } from '../means.ts';
import { makePair, type Pair } from '../testing/pair.ts';
import { lifeFrom, retryAtMs, volumeFrom } from './lifetime.ts';

const many = Array.from({ length: 200 }, (_, seed) => meansOf(seededProvider(webProvider, String(seed))));

describe('chance takes up to the share off', () => {
  test('the soft time, and nothing off the hard one', () => {
    const lives = many.map((means) =>
      lifeFrom({ rekeyAfterMs: 1000, expireAfterMs: 1500, jitter: 0.2 }, means, 10_000),
    );
    expectSpread(lives.map(({ rekeyAtMs = 0 }) => rekeyAtMs - 10_000));
    expect(new Set(lives.map(({ expiresAtMs }) => expiresAtMs))).toEqual(new Set([11_500]));
  });

  test('the soft volumes, each by itself, and nothing off the hard ones', () => {
    const limits = { rekeyOctets: 1000, rekeyPackets: 1000, expireOctets: 1500, expirePackets: 1500 };
    const volumes = many.map((means) => volumeFrom(limits, { jitter: 0.2 }, means));
    expectSpread(volumes.map(({ rekeyOctets = 0 }) => rekeyOctets));
    expectSpread(volumes.map(({ rekeyPackets = 0 }) => rekeyPackets));
    expect(volumes.some(({ rekeyOctets, rekeyPackets }) => rekeyOctets !== rekeyPackets)).toBe(true);
    for (const volume of volumes) expect(volume).toMatchObject({ expireOctets: 1500, expirePackets: 1500 });
  });

  function expectSpread(limits: readonly number[]): void {
    expect(Math.min(...limits)).toBeGreaterThanOrEqual(800);
    expect(Math.min(...limits)).toBeLessThan(810);
    expect(Math.max(...limits)).toBeGreaterThan(990);
    expect(Math.max(...limits)).toBeLessThanOrEqual(1000);
  }
});

test('what has no limit gets none', () => {
  const [means] = many;
  expect(means && lifeFrom({ jitter: 0.2 }, means, 0)).toEqual({});
  expect(means && volumeFrom({}, { jitter: 0.2 }, means)).toEqual({});
});

test('both ends of a CHILD SA seldom have the same soft volume', async () => {
  const pair = await makePair({
    both: { child: { volume: { rekeyPackets: 100_000 }, lifetime: { jitter: 0.1 } } },
  }).establish();
  expect(pair.host.child.volume.rekeyPackets).not.toBe(pair.cluster.child.volume.rekeyPackets);
});

test.each([
  [100_000, 50_000],
  [12_000, 10_000],
  [undefined, 300_000],
])('a rekey that failed %s ms before the end is tried again after %i', (leftMs, afterMs) => {
  const life = leftMs === undefined ? {} : { expiresAtMs: 5_000_000 + leftMs };
  expect(retryAtMs(life, 5_000_000)).toBe(5_000_000 + afterMs);
});

describe('a rekey that the peer refuses', () => {
  /** Fits in IKE_AUTH, where no group is spoken of, and never again. */
  const refused = { host: { esp: ['aes256gcm16-ecp256-noesn'] }, cluster: { esp: ['aes256gcm16-noesn'] } };

  test('is tried again until the hard lifetime, which deletes the SA', async () => {
    const lifetime = { rekeyAfterMs: 60_000, expireAfterMs: 90_000, jitter: 0 };
    const pair = await makePair({ ...refused, host: { ...refused.host, child: { lifetime } } }).establish();
    const { inSpi, bornAtMs } = pair.host.child;

    await pair.runFor(bornAtMs + 62_000 - pair.nowMs);
    const [shown] = pair.host.endpoint.ikeSas().flatMap(({ children }) => children);
    expect(((shown?.rekeyAtMs ?? 0) - bornAtMs) / 1000).toBeCloseTo(75, 0); // what it was born with is over

    await pair.runFor(bornAtMs + 89_000 - pair.nowMs);
    expect(pair.host.child.inSpi).toBe(inSpi);
    expect(rekeysOf(pair)).toBe(3); // after 60 s, 75 s, and 85 s

    await pair.run(2_000);
    expect([...pair.host.sad, ...pair.cluster.sad]).toEqual([]);
    const gone = pair.host.facts.find(({ type }) => type === 'childRemoved');
    expect(gone).toMatchObject({ because: { code: 'asked', by: 'local', reason: 'lifetime' } });
    expect(gone?.atMs).toBeGreaterThanOrEqual(bornAtMs + 90_000);
  });

  test('is tried again every five minutes where there is no hard lifetime', async () => {
    const lifetime = { rekeyAfterMs: 60_000, jitter: 0 };
    const pair = await makePair({ ...refused, host: { ...refused.host, child: { lifetime } } }).establish();
    await pair.run(3_600_000);
    expect(rekeysOf(pair)).toBe(12);
    expect(pair.host.sad).toHaveLength(1);
  });

  test('of the IKE SA comes through when the peer agrees at last', async () => {
    const lifetime = { rekeyAfterMs: 60_000, jitter: 0 };
    const pair = await makePair({ host: { more: { ikeLifetime: lifetime } } }).establish();
    const [old] = pair.host.ikeSas;
    const [connection] = pair.cluster.endpoint.connections;
    const changing = connection as { ikeProposals: unknown }; // as no endpoint does while SAs stand
    const { ikeProposals } = changing;
    changing.ikeProposals = [];
    await pair.run(62_000);
    expect(pair.host.ikeSas[0]?.initiatorSpi).toBe(old?.initiatorSpi);

    changing.ikeProposals = ikeProposals;
    await pair.run(300_000);
    expect(pair.host.ikeSas).toHaveLength(1);
    expect(pair.host.ikeSas[0]?.initiatorSpi).not.toBe(old?.initiatorSpi);
  });

  const rekeysOf = (pair: Pair) =>
    pair.ladder().filter((line) => line.includes('host -> CREATE_CHILD_SA') && line.includes('N(REKEY_SA)')).length;
});
