/** How much of an SA's life is spent, and what comes next: in words and as shares of a bar. */
import { formatDuration } from '../../components/text/format.ts';
import type { Life } from './association-row.ts';

export interface LifeLook {
  /** From 0 to 1 of the whole life. */
  readonly spent: number;
  /** Where the soft limit stands; absent: none is known. */
  readonly rekeyAt: number | undefined;
  /** `rekey in 41 m 12 s`. */
  readonly words: string;
  /** `41 m 12 s` beneath a head that says "Rekey in"; the words where that would be wrong. */
  readonly brief: string;
}

export function lifeLook({ bornAtMs, rekeyAtMs, expiresAtMs, nowMs }: Life): LifeLook | undefined {
  const endMs = expiresAtMs ?? rekeyAtMs;
  if (endMs === undefined || endMs <= bornAtMs) return undefined;
  const share = (atMs: number) => Math.min(1, Math.max(0, (atMs - bornAtMs) / (endMs - bornAtMs)));
  return {
    spent: share(nowMs),
    rekeyAt: rekeyAtMs === undefined || rekeyAtMs >= endMs ? undefined : share(rekeyAtMs),
    words: lifeWords(nowMs, rekeyAtMs, expiresAtMs),
    brief: lifeWords(nowMs, rekeyAtMs, expiresAtMs).replace(/^rekey in /, ''),
  };
}

function lifeWords(nowMs: number, rekeyAtMs: number | undefined, expiresAtMs: number | undefined): string {
  if (rekeyAtMs !== undefined && rekeyAtMs > nowMs) return `rekey in ${formatDuration(rekeyAtMs - nowMs)}`;
  if (expiresAtMs === undefined) return 'rekey is due';
  return expiresAtMs > nowMs ? `ends in ${formatDuration(expiresAtMs - nowMs)}` : 'has ended';
}
