/**
 * The page's copy of what the lab says by its own port: counters, failures, hosts, faults, clock. One subscription for the
 * whole page, kept outside React, read by `useSyncExternalStore` (lab.tsx). Snapshots may come late or twice: the sequence
 * decides, a pure function merges.
 */
import { proxy } from 'comlink';
import type { LabAnswer, LabCommand, LabPort, LabSnapshot } from '../contract/lab-port.ts';
import { extendHistory, type LabHistory } from './lab-history.ts';

/** What the page holds: the newest snapshot and when this page got it, so that every figure can say its age. */
export interface LabHeld {
  readonly snapshot: LabSnapshot;
  readonly receivedAtMs: number;
}

export interface LabStore {
  readonly held: () => LabHeld | undefined;
  /** What was seen since this page was opened. */
  readonly history: () => LabHistory | undefined;
  readonly subscribe: (listener: () => void) => () => void;
  readonly do: (command: LabCommand) => Promise<LabAnswer>;
}

/** Starts listening at once and until the page ends. `nowMs` is the page's clock, given for tests. */
export function makeLabStore(port: LabPort, nowMs: () => number = Date.now): LabStore {
  let held: LabHeld | undefined;
  let history: LabHistory | undefined;
  const listeners = new Set<() => void>();
  const receive = (snapshot: LabSnapshot): void => {
    const next = newer(held, { snapshot, receivedAtMs: nowMs() });
    if (next === held) return;
    held = next;
    history = extendHistory(history, next.snapshot, next.receivedAtMs);
    for (const listener of listeners) listener();
  };

  port.snapshot().then(receive, () => undefined); // silence shows as age; health() says what is broken
  port.subscribe(proxy(receive)).catch(() => undefined);

  return {
    held: () => held,
    history: () => history,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    do: (command) => port.do(command),
  };
}

/** The newer of what is held and what came; the very same object if what came is older or known. */
export function newer(held: LabHeld | undefined, came: LabHeld): LabHeld {
  if (held === undefined || came.snapshot.sequence > held.snapshot.sequence) return came;
  return held;
}
