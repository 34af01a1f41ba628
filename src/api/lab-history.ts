/**
 * What this page saw of the lab's traffic and SAs, since it was opened: a cluster keeps no history, so rates over time and the chain
 * of SAs that replaced each other exist only where somebody looked on. Pure; the lab's store keeps the newest.
 */
import type { LabIpsecSa, LabSnapshot } from '../contract/lab-port.ts';

/** Octets a second, both ways, seen from the cluster. */
export interface RatePoint {
  /** Of this page's clock. */
  readonly atMs: number;
  readonly inRate: number;
  readonly outRate: number;
}

export interface SeenSa {
  readonly inSpi: string;
  readonly outSpi: string;
  /** Of the lab's clock, as is the end; absent: it stands. */
  readonly bornAtMs: number;
  readonly endedAtMs?: number;
  /** When it was last seen. */
  readonly inOctets: number;
  readonly outOctets: number;
}

/** Of the traffic between two addresses. */
export interface PairHistory {
  readonly rates: readonly RatePoint[];
  /** Oldest first. */
  readonly sas: readonly SeenSa[];
}

export interface LabHistory {
  /** Since when, by the lab's clock. */
  readonly sinceMs: number;
  readonly pairs: ReadonlyMap<string, PairHistory>;
}

export const pairName = (localAddress: string, remoteAddress: string): string => `${localAddress} ${remoteAddress}`;

export const rateWindowMs = 60_000;
/** Snapshots come twice a second; a chart has a point for each second. */
const rateStepMs = 1_000;
const keptSas = 16;

/** `atMs`: when the page got the snapshot. */
export function extendHistory(history: LabHistory | undefined, snapshot: LabSnapshot, atMs: number): LabHistory {
  const pairs = new Map(history?.pairs);
  const change = (name: string, by: (pair: PairHistory) => PairHistory) =>
    pairs.set(name, by(pairs.get(name) ?? { rates: [], sas: [] }));
  for (const [name, point] of ratesOf(snapshot, atMs))
    change(name, (pair) => ({ ...pair, rates: withPoint(pair.rates, point) }));
  const standing = standingSas(snapshot);
  for (const name of new Set([...pairs.keys(), ...standing.keys()]))
    change(name, (pair) => ({ ...pair, sas: withSas(pair.sas, standing.get(name) ?? [], snapshot.clock.nowMs) }));
  return { sinceMs: history?.sinceMs ?? snapshot.clock.nowMs, pairs };
}

/** Of all pairs together. */
export function totalRates({ pairs }: LabHistory): readonly RatePoint[] {
  const totals = new Map<number, RatePoint>();
  for (const { rates } of pairs.values())
    for (const { atMs, inRate, outRate } of rates) {
      const other = totals.get(atMs);
      totals.set(atMs, { atMs, inRate: inRate + (other?.inRate ?? 0), outRate: outRate + (other?.outRate ?? 0) });
    }
  return [...totals.values()].sort((one, other) => one.atMs - other.atMs);
}

function ratesOf({ streams }: LabSnapshot, atMs: number): ReadonlyMap<string, RatePoint> {
  const points = new Map<string, RatePoint>();
  for (const { lifAddress, hostAddress, inRate, outRate } of streams) {
    const name = pairName(lifAddress, hostAddress);
    const other = points.get(name);
    points.set(name, { atMs, inRate: inRate + (other?.inRate ?? 0), outRate: outRate + (other?.outRate ?? 0) });
  }
  return points;
}

function withPoint(rates: readonly RatePoint[], point: RatePoint): readonly RatePoint[] {
  const last = rates.at(-1);
  if (last !== undefined && point.atMs - last.atMs < rateStepMs * 0.9) return rates;
  return [...rates.filter(({ atMs }) => point.atMs - atMs < rateWindowMs), point];
}

function standingSas({ ikeSas }: LabSnapshot): ReadonlyMap<string, readonly LabIpsecSa[]> {
  const standing = new Map<string, readonly LabIpsecSa[]>();
  for (const { localAddress, remoteAddress, children } of ikeSas) {
    const name = pairName(localAddress, remoteAddress);
    standing.set(name, [...(standing.get(name) ?? []), ...children]);
  }
  return standing;
}

/** What stands is brought up to date, what no longer does has ended now. */
function withSas(seen: readonly SeenSa[], standing: readonly LabIpsecSa[], nowMs: number): readonly SeenSa[] {
  const bySpi = new Map(standing.map((sa) => [sa.inSpi, sa]));
  const known = new Set(seen.map(({ inSpi }) => inSpi));
  const kept = seen.map((sa): SeenSa => {
    const now = bySpi.get(sa.inSpi);
    if (now !== undefined) return seenSa(now);
    return sa.endedAtMs === undefined ? { ...sa, endedAtMs: nowMs } : sa;
  });
  const born = standing.filter(({ inSpi }) => !known.has(inSpi)).map(seenSa);
  return [...kept, ...born].slice(-keptSas);
}

const seenSa = ({ inSpi, outSpi, bornAtMs, inOctets, outOctets }: LabIpsecSa): SeenSa => ({
  inSpi,
  outSpi,
  bornAtMs,
  inOctets,
  outOctets,
});
