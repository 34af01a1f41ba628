/**
 * When an SA is to be replaced and when it ends (RFC 7296 2.8). Each end has its own times and tells nobody; chance takes a share
 * off the soft one, so that both ends seldom rekey at once.
 */
import type { Lifetime } from '../connection.ts';
import type { Means } from '../means.ts';
import type { VolumeLimits } from './child-sa.ts';

export interface LifeEnds {
  readonly rekeyAtMs?: number;
  readonly expiresAtMs?: number;
}

export function lifeFrom(lifetime: Lifetime, means: Means, nowMs: number): LifeEnds {
  const { rekeyAfterMs, expireAfterMs, jitter } = lifetime;
  return {
    ...(rekeyAfterMs === undefined ? {} : { rekeyAtMs: nowMs + rekeyAfterMs * (1 - jitter * chance(means)) }),
    ...(expireAfterMs === undefined ? {} : { expiresAtMs: nowMs + expireAfterMs }),
  };
}

/** Volumes have soft limits as times have: both ends count the same packets, and would rekey at the same one. */
export function volumeFrom(volume: VolumeLimits, { jitter }: Lifetime, means: Means): VolumeLimits {
  const { rekeyOctets, rekeyPackets } = volume;
  const early = (limit: number) => Math.ceil(limit * (1 - jitter * chance(means)));
  return {
    ...volume,
    ...(rekeyOctets === undefined ? {} : { rekeyOctets: early(rekeyOctets) }),
    ...(rekeyPackets === undefined ? {} : { rekeyPackets: early(rekeyPackets) }),
  };
}

const retryAtLeastMs = 10_000;
const endlessRetryMs = 300_000;

/** A rekey that failed is tried again in half of the time that the SA has left; one without an end waits the same time always. */
export function retryAtMs({ expiresAtMs }: LifeEnds, nowMs: number): number {
  if (expiresAtMs === undefined) return nowMs + endlessRetryMs;
  return nowMs + Math.max(retryAtLeastMs, (expiresAtMs - nowMs) / 2);
}

/** From 0 to 1, both far ends seldom. */
export function chance(means: Means): number {
  const [high = 0, low = 0] = means.random(2);
  return (256 * high + low) / 65_536;
}
