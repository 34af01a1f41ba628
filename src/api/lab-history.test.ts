import { expect, test } from 'vitest';
import type { LabIkeSa, LabIpsecSa, LabSnapshot } from '../contract/lab-port.ts';
import { aStream } from '../contract/testing/a-stream.ts';
import { extendHistory, type LabHistory, pairName, rateWindowMs, totalRates } from './lab-history.ts';

const sa = (inSpi: string, over: Partial<LabIpsecSa> = {}): LabIpsecSa => ({
  inSpi,
  outSpi: 'c2515559',
  suite: 'AES-256-GCM',
  isUdpEncapsulated: false,
  localSelector: '',
  remoteSelector: '',
  inOctets: 0,
  outOctets: 0,
  inPackets: 0,
  outPackets: 0,
  replayDrops: 0,
  icvDrops: 0,
  bornAtMs: 10,
  ...over,
});

const ike = (children: readonly LabIpsecSa[]): LabIkeSa => ({
  initiatorSpi: 'c764f9ee020cec69',
  responderSpi: '9a1d04b7e2f35c68',
  policyName: 'nfs',
  localAddress: '10.1.0.20',
  remoteAddress: '10.1.4.17',
  state: 'established',
  isInitiator: true,
  suite: '',
  bornAtMs: 0,
  children,
});

const snapshot = (nowMs: number, over: Partial<LabSnapshot> = {}): LabSnapshot => ({
  sequence: nowMs,
  clock: { nowMs, rate: 1, isPaused: false },
  seed: '',
  faults: { loss: 0, duplicate: 0, reorder: 0, delayMs: 0 },
  hosts: [],
  streams: [],
  ikeSas: [],
  failures: [],
  ...over,
});

const pair = pairName('10.1.0.20', '10.1.4.17');
const after = (...snapshots: readonly LabSnapshot[]): LabHistory | undefined =>
  snapshots.reduce<LabHistory | undefined>(
    (history, next) => extendHistory(history, next, next.clock.nowMs),
    undefined,
  );

test('a rekeyed SA is followed by its successor: the old one keeps its end and its last count', () => {
  const history = after(
    snapshot(1_000, { ikeSas: [ike([sa('aaaaaaaa', { inOctets: 5 })])] }),
    snapshot(2_000, { ikeSas: [ike([sa('aaaaaaaa', { inOctets: 9 }), sa('bbbbbbbb', { bornAtMs: 1_900 })])] }),
    snapshot(3_000, { ikeSas: [ike([sa('bbbbbbbb', { bornAtMs: 1_900, inOctets: 4 })])] }),
    snapshot(4_000, { ikeSas: [ike([sa('bbbbbbbb', { bornAtMs: 1_900, inOctets: 6 })])] }),
  );

  expect(history?.sinceMs).toBe(1_000);
  expect(history?.pairs.get(pair)?.sas).toEqual([
    { inSpi: 'aaaaaaaa', outSpi: 'c2515559', bornAtMs: 10, endedAtMs: 3_000, inOctets: 9, outOctets: 0 },
    { inSpi: 'bbbbbbbb', outSpi: 'c2515559', bornAtMs: 1_900, inOctets: 6, outOctets: 0 },
  ]);
});

test('rates have a point a second, of all streams between the two addresses, for a minute', () => {
  const stream = aStream({ lifAddress: '10.1.0.20', hostAddress: '10.1.4.17', inRate: 100, outRate: 10 });
  const each = Array.from({ length: 200 }, (_, step) => snapshot(step * 500, { streams: [stream, stream] }));
  const rates = after(...each)?.pairs.get(pair)?.rates ?? [];

  expect(rates).toHaveLength(60);
  expect(rates.at(-1)).toEqual({ atMs: 99_000, inRate: 200, outRate: 20 });
  expect(99_500 - (rates[0]?.atMs ?? 0)).toBeLessThan(rateWindowMs);
});

test('the total of a second is that of all pairs', () => {
  const one = aStream({ lifAddress: '10.1.0.20', hostAddress: '10.1.4.17', inRate: 100, outRate: 10 });
  const other = aStream({ lifAddress: '10.1.0.20', hostAddress: '10.1.4.18', inRate: 1, outRate: 2 });
  const history = after(snapshot(0, { streams: [one, other] }), snapshot(1_000, { streams: [one, other] }));

  expect(history === undefined ? [] : totalRates(history)).toEqual([
    { atMs: 0, inRate: 101, outRate: 12 },
    { atMs: 1_000, inRate: 101, outRate: 12 },
  ]);
});
