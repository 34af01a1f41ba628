import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LabPort, LabSnapshot } from '../contract/lab-port.ts';
import { makeLabStore, newer } from './lab-store.ts';

const aSnapshot = (sequence: number): LabSnapshot => ({
  sequence,
  clock: { nowMs: 0, rate: 1, isPaused: false },
  seed: 's',
  faults: { loss: 0, duplicate: 0, reorder: 0, delayMs: 0 },
  hosts: [],
  streams: [],
  ikeSas: [],
  failures: [],
});

const held = (sequence: number) => ({ snapshot: aSnapshot(sequence), receivedAtMs: sequence });

test('in whatever order snapshots come, the page ends with the newest and never goes back', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 50 }), { minLength: 1 }), (sequences) => {
      let latest = held(sequences[0] ?? 0);
      for (const sequence of sequences) {
        const next = newer(latest, held(sequence));
        expect(next.snapshot.sequence).toBeGreaterThanOrEqual(latest.snapshot.sequence);
        latest = next;
      }
      expect(latest.snapshot.sequence).toBe(Math.max(...sequences));
    }),
  );
});

test('one subscription serves every listener, and what is already known wakes nobody', async () => {
  let deliver: (snapshot: LabSnapshot) => void = () => undefined;
  let subscriptions = 0;
  const port: LabPort = {
    snapshot: async () => aSnapshot(1),
    subscribe: async (onSnapshot) => {
      subscriptions++;
      deliver = onSnapshot;
      return () => undefined;
    },
    do: async () => ({ ok: true }),
    health: async () => ({ ok: true }),
  };
  const store = makeLabStore(port, () => 7);
  const woken: string[] = [];
  store.subscribe(() => woken.push('a'));
  const leave = store.subscribe(() => woken.push('b'));
  await Promise.resolve();

  deliver(aSnapshot(2));
  deliver(aSnapshot(2));
  leave();
  deliver(aSnapshot(3));

  expect(subscriptions).toBe(1);
  expect(store.held()).toMatchObject({ snapshot: { sequence: 3 }, receivedAtMs: 7 });
  expect(woken.filter((who) => who === 'b')).toHaveLength(woken.filter((who) => who === 'a').length - 1);
});
