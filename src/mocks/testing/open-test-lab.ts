/** A whole lab behind its port and its REST app, over a store in memory, with a clock that only the test moves. */
import type { LabCommand, LabPort, LabSnapshot } from '../../contract/lab-port.ts';
import { unheard } from '../../domain/bytes/exceptions.ts';
import { ok } from '../../domain/bytes/result.ts';
import type { CryptoProvider } from '../../domain/crypto/provider.ts';
import { webProvider } from '../../domain/crypto/web-provider.ts';
import type { LabTimers } from '../lab/pacer.ts';
import { type OpenLab, openLab } from '../lab/port.ts';
import { aesGcmSealer, newSealingKey, type Sealer } from '../sealer.ts';
import { Store } from '../store.ts';
import { countingUuids, inMemory } from './ontap-lab.ts';

/** Time that stands still until the test lets it pass. */
export class TestTimers implements LabTimers {
  #nowMs = 1_760_000_000_000;
  #timers: { readonly atMs: number; readonly callBack: () => void }[] = [];

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, callBack: () => void): () => void {
    const timer = { atMs: this.#nowMs + delayMs, callBack };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  }

  /** Real seconds. Between two timers everything that was begun comes to its end. */
  async pass(seconds: number, settle: () => Promise<void>): Promise<void> {
    const untilMs = this.#nowMs + seconds * 1_000;
    for (;;) {
      await settle();
      const due = this.#timers.toSorted((a, b) => a.atMs - b.atMs)[0];
      if (due === undefined || due.atMs > untilMs) break;
      this.#timers = this.#timers.filter((each) => each !== due);
      this.#nowMs = Math.max(this.#nowMs, due.atMs);
      due.callBack();
    }
    this.#nowMs = untilMs;
  }

  /** Real seconds in which no timer comes, as on a machine that sleeps. */
  sleep(seconds: number): void {
    this.#nowMs += seconds * 1_000;
  }

  get pendingCount(): number {
    return this.#timers.length;
  }
}

export interface TestedLab {
  readonly timers: TestTimers;
  /** Lets real seconds pass. */
  pass(seconds: number): Promise<void>;
  readonly port: LabPort;
  ask(method: string, path: string, body?: unknown): Promise<{ readonly status: number; readonly json: unknown }>;
  do(command: LabCommand): Promise<void>;
  snapshot(): Promise<LabSnapshot>;
  /** Ends the worker and starts another over the same store. */
  restart(): Promise<TestedLab>;
  readonly entries: Map<string, string>;
  close(): Promise<void>;
}

export async function openTestLab(
  entries = new Map<string, string>(),
  given?: Sealer,
  seed?: string,
  provider: CryptoProvider = webProvider,
): Promise<TestedLab> {
  const sealer = given ?? aesGcmSealer(await newSealingKey());
  const timers = new TestTimers();
  const lab: OpenLab = await openLab({
    openStore: async () => ok(new Store(inMemory(entries), sealer)),
    provider,
    timers,
    onError: unheard, // fails the test
    ...countingUuids(),
    ...(seed !== undefined && { seed }),
  });
  const { port } = lab;
  return {
    timers,
    port,
    entries,
    pass: (seconds) => timers.pass(seconds, () => lab.settle()),
    async ask(method, path, body) {
      const init = { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
      const response = await lab.app.fetch(new Request(`http://lab/api${path}`, init));
      const text = await response.text();
      return { status: response.status, json: text === '' ? undefined : JSON.parse(text) };
    },
    async do(command) {
      const answer = await port.do(command);
      if (!answer.ok) throw new Error(answer.message);
    },
    snapshot: () => port.snapshot(),
    async restart() {
      await lab.close();
      return openTestLab(entries, sealer, seed, provider);
    },
    close: () => lab.close(),
  };
}
