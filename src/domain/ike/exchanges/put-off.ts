/**
 * TEMPORARY_FAILURE (RFC 7296 2.25): the peer is in the middle of what forbids our request. It is asked again after a time that chance
 * spreads, since both ends may be waiting for each other; and not for ever.
 */
import { chance } from '../child/lifetime.ts';
import type { Env } from '../env.ts';
import type { Refusal } from '../refusal.ts';

const timesAtMost = 20;

/** Undefined: it has been busy too often. */
export function putOff<T extends { readonly tries: number }>(
  env: Pick<Env, 'nowMs' | 'settings' | 'means'>,
  task: T,
): (T & { readonly notBeforeMs: number }) | undefined {
  if (task.tries >= timesAtMost) return undefined;
  const notBeforeMs = env.nowMs + env.settings.busyMs * (1 + chance(env.means));
  return { ...task, tries: task.tries + 1, notBeforeMs };
}

export const stillBusy: Refusal = { code: 'busy', why: 'peer' };
