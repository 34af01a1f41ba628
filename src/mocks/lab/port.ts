/**
 * The lab as a page reaches it: `LabPort` and ONTAP's REST over one running lab. What is stored may be broken; then nothing is
 * touched, health() says what it is and offers what can still be read, and only `reset` starts afresh.
 */
import type { LabHealth, LabPort, LabSnapshot } from '../../contract/lab-port.ts';
import type { Result } from '../../domain/bytes/result.ts';
import type { CryptoProvider } from '../../domain/crypto/provider.ts';
import { ontapApp } from '../ontap/app.ts';
import type { Store, StoreFault } from '../store.ts';
import { healthOf } from '../store-health.ts';
import { openCluster } from '../stored-cluster.ts';
import { readLab } from './lab-documents.ts';
import type { LabTimers } from './pacer.ts';
import { RunningLab } from './running-lab.ts';

export interface LabSetup {
  readonly openStore: () => Promise<Result<Store, StoreFault>>;
  readonly provider: CryptoProvider;
  readonly timers: LabTimers;
  readonly newUuid: () => string;
  /** A bug that an end of the lab met; the lab goes on. */
  readonly onError: (error: unknown, endName: string) => void;
  /** Given: the whole run can be replayed from it. Absent: the provider's randomness. */
  readonly seed?: string;
}

export interface OpenLab {
  readonly port: LabPort;
  readonly app: { fetch(request: Request): Response | Promise<Response> };
  /** Resolves when nothing is under way. */
  settle(): Promise<void>;
  /** Ends every timer, and closes the store when what was under way is done. */
  close(): Promise<void>;
}

/** At most twice a second. */
const leastBetweenMs = 500;

type Opened =
  | {
      readonly state: 'running';
      readonly lab: RunningLab;
      readonly store: Store;
      readonly fetch: OpenLab['app']['fetch'];
    }
  | { readonly state: 'broken'; readonly store: Store | undefined; readonly health: LabHealth };

/** Starts the lab from what its store holds. */
export async function openLab(setup: LabSetup): Promise<OpenLab> {
  const publisher = new Publisher(setup.timers, () => snapshot());
  let opened = await open(setup, () => publisher.changed());

  const snapshot = (): LabSnapshot | undefined =>
    opened.state === 'running' ? opened.lab.snapshot(publisher.sequence) : undefined;

  const startAfresh = async (): Promise<void> => {
    await opened.store?.clear();
    await opened.store?.close();
    opened = await open(setup, () => publisher.changed());
    publisher.changed();
  };

  return {
    port: {
      async snapshot() {
        const now = snapshot();
        if (now === undefined) throw new Error('The stored state of the lab cannot be read: see health().');
        return now;
      },
      subscribe: async (onSnapshot) => publisher.subscribe(onSnapshot),
      async do(command) {
        if (opened.state === 'running') return opened.lab.do(command);
        const isMended = command.type === 'reset' && (await startAfresh().then(() => opened.state === 'running'));
        return isMended
          ? { ok: true }
          : { ok: false, message: 'The stored state of the lab cannot be read. Start afresh.' };
      },
      health: async () => (opened.state === 'running' ? { ok: true } : opened.health),
    },
    app: { fetch: (request) => (opened.state === 'running' ? opened.fetch(request) : brokenAnswer()) },
    settle: async () => (opened.state === 'running' ? opened.lab.settle() : undefined),
    async close() {
      publisher.stop();
      if (opened.state === 'running') {
        opened.lab.stop();
        await opened.lab.settle();
      }
      await opened.store?.close();
    },
  };
}

async function open(setup: LabSetup, onChange: () => void): Promise<Opened> {
  const { provider, timers, seed, onError } = setup;
  const opening = await setup.openStore();
  if (!opening.ok) return { state: 'broken', store: undefined, health: await healthOf(opening.error) };
  const store = opening.value;
  const broken = async (fault: StoreFault): Promise<Opened> => ({
    state: 'broken',
    store,
    health: await healthOf(fault, store),
  });
  const cluster = await openCluster(store, { newUuid: setup.newUuid });
  if (!cluster.ok) return broken(cluster.error);
  const stored = await readLab(store);
  if (!stored.ok) return broken(stored.error);

  const lab = await RunningLab.start({
    ...{ cluster: cluster.value, store, stored: stored.value, provider, timers, onChange, onError },
    ...(seed !== undefined && { seed }),
  });
  const app = ontapApp({ cluster: cluster.value, associations: () => lab.associations() });
  return { state: 'running', lab, store, fetch: (request) => app.fetch(request) };
}

const brokenAnswer = (): Response =>
  Response.json({ error: { code: '1', message: "the lab's stored state cannot be read" } }, { status: 500 });

/** Hands out snapshots: only after a change, only to those who listen, never more often than twice a real second. */
class Publisher {
  sequence = 1;
  readonly #listeners = new Set<(snapshot: LabSnapshot) => void>();
  #publishedAtMs = Number.NEGATIVE_INFINITY;
  #cancelTimer: (() => void) | undefined;

  constructor(
    private readonly timers: LabTimers,
    private readonly snapshot: () => LabSnapshot | undefined,
  ) {}

  subscribe(onSnapshot: (snapshot: LabSnapshot) => void): () => void {
    this.#listeners.add(onSnapshot);
    const now = this.snapshot();
    if (now !== undefined) onSnapshot(now);
    return () => this.#listeners.delete(onSnapshot);
  }

  changed(): void {
    this.sequence += 1;
    if (this.#listeners.size === 0 || this.#cancelTimer !== undefined) return;
    const dueMs = this.#publishedAtMs + leastBetweenMs - this.timers.nowMs();
    this.#cancelTimer = this.timers.after(Math.max(0, dueMs), () => this.#publish());
  }

  stop(): void {
    this.#cancelTimer?.();
    this.#listeners.clear();
  }

  #publish(): void {
    this.#cancelTimer = undefined;
    this.#publishedAtMs = this.timers.nowMs();
    const now = this.snapshot();
    if (now !== undefined) for (const listener of this.#listeners) listener(now);
  }
}
