/**
 * When the cluster last answered this page, by REST or by the lab's port. What every live figure's age is counted from, and what
 * decides that a page is stale.
 */
import { useQuery } from '@tanstack/react-query';
import type { ClusterRef } from './cluster-ref.ts';
import { ipsecQuery } from './ipsec.ts';
import { useLabHeld } from './lab.tsx';

/** Twice the interval at which the settings are read: one missed answer is no silence. */
const staleAfterMs = 20_000;

export interface Freshness {
  /** Absent: nothing has come yet. */
  readonly answeredAtMs: number | undefined;
  readonly isStale: boolean;
  readonly retry: () => void;
}

export function useFreshness(cluster: ClusterRef, nowMs: number): Freshness {
  const settings = useQuery(ipsecQuery(cluster));
  const held = useLabHeld();
  const answeredAtMs = Math.max(settings.dataUpdatedAt, held?.receivedAtMs ?? 0);
  return {
    answeredAtMs: answeredAtMs === 0 ? undefined : answeredAtMs,
    isStale: answeredAtMs !== 0 && (settings.isRefetchError || nowMs - answeredAtMs > staleAfterMs),
    retry: () => void settings.refetch(),
  };
}
