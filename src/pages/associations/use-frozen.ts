/** Freeze stops the view, not what it shows: the page keeps what it had, and counts what has come since. */
import { useState } from 'react';

export interface Frozen<T> {
  readonly shown: T;
  /** When the view was stopped; absent: it is live. */
  readonly frozenAtMs: number | undefined;
  readonly toggle: () => void;
}

export function useFrozen<T>(live: T): Frozen<T> {
  const [held, setHeld] = useState<{ readonly value: T; readonly atMs: number }>();
  return {
    shown: held === undefined ? live : held.value,
    frozenAtMs: held?.atMs,
    toggle: () => setHeld(held === undefined ? { value: live, atMs: Date.now() } : undefined),
  };
}
