/**
 * When an SA is to be replaced and when it ends (RFC 7296 2.8). Each end has its own times and tells nobody; chance takes a share
 * off the soft one, so that both ends seldom rekey at once.
 */
import type { Lifetime } from '../connection.ts';
import type { Means } from '../means.ts';

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

/** From 0 to 1, both far ends seldom. */
export function chance(means: Means): number {
  const [high = 0, low = 0] = means.random(2);
  return (256 * high + low) / 65_536;
}
