/** Tries again by itself, each time after a longer wait. */
import { useEffect, useEffectEvent, useState } from 'react';
import { useNow } from '../components/use-now.ts';

const waitsMs = [5_000, 10_000, 20_000, 40_000, 60_000] as const;

/** Seconds until `retry` is called; undefined: it will not be. A call that changes nothing is followed by another. */
export function useBackOff(isWanted: boolean, retry: () => void): number | undefined {
  const [tryCount, setTryCount] = useState(0);
  const [dueAtMs, setDueAtMs] = useState<number>();
  const nowMs = useNow();
  const tryAgain = useEffectEvent(() => {
    setTryCount(tryCount + 1);
    retry();
  });
  useEffect(() => {
    if (!isWanted) {
      setDueAtMs(undefined);
      return;
    }
    const waitMs = waitsMs[Math.min(tryCount, waitsMs.length - 1)] ?? waitsMs[0];
    setDueAtMs(Date.now() + waitMs);
    const timer = setTimeout(() => tryAgain(), waitMs);
    return () => clearTimeout(timer);
  }, [isWanted, tryCount]);
  return dueAtMs === undefined ? undefined : Math.max(0, Math.ceil((dueAtMs - nowMs) / 1000));
}
