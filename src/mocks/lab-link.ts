/**
 * The page's link to the worker that has the lab. A worker can die (the browser needs memory, somebody ends it); the link then
 * starts another, which knows all that was acknowledged, and listens on. Calls that were under way fail, for nobody knows how far
 * they came.
 */
import { type Endpoint, proxy, type Remote, wrap } from 'comlink';
import type { LabPort, LabSnapshot } from '../contract/lab-port.ts';
import { type LabDoor, labLock, type PlainRequest, type PlainResponse } from './lab-door.ts';

/** How long a worker may wait for another tab's to let go of the lab before we say that it is open elsewhere. */
const patienceMs = 5_000;

interface Connection {
  readonly door: Remote<LabDoor>;
  /** Rejects when the worker has died, and does nothing else. */
  readonly death: Promise<never>;
}

interface Subscriber {
  readonly listen: (snapshot: LabSnapshot) => void;
  stop: () => void;
}

export class LabLink {
  readonly #startWorker: () => Endpoint;
  #connection: Promise<Connection>;
  readonly #subscribers = new Set<Subscriber>();
  /** Added to the sequence of snapshots, which begins anew with each worker. */
  #sequenceBase = 0;
  #lastSequence = 0;

  private constructor(startWorker: () => Endpoint) {
    this.#startWorker = startWorker;
    this.#connection = this.#connect();
  }

  /** Undefined: another tab has the lab and does not let go of it. */
  static async open(startWorker: () => Endpoint): Promise<LabLink | undefined> {
    const link = new LabLink(startWorker);
    const tooLong = new Promise<undefined>((resolve) => setTimeout(resolve, patienceMs));
    return (await Promise.race([link.#connection, tooLong])) === undefined ? undefined : link;
  }

  answer(request: PlainRequest): Promise<PlainResponse> {
    return this.#call((door) => door.answer(request));
  }

  /** The lab's port as long as the page lives, whichever worker is behind it. */
  readonly port: LabPort = {
    snapshot: async () => this.#counted(await this.#call((door) => door.snapshot())),
    do: (command) => this.#call((door) => door.do(command)),
    health: () => this.#call((door) => door.health()),
    subscribe: async (onSnapshot) => {
      const subscriber: Subscriber = { listen: onSnapshot, stop: () => undefined };
      this.#subscribers.add(subscriber);
      await this.#listen(subscriber);
      return () => {
        this.#subscribers.delete(subscriber);
        subscriber.stop();
      };
    },
  };

  async #call<T>(ask: (door: Remote<LabDoor>) => T): Promise<Awaited<T>> {
    const { door, death } = await this.#connection;
    return Promise.race([ask(door), death]);
  }

  async #connect(): Promise<Connection> {
    const door = wrap<LabDoor>(this.#startWorker());
    await door.owned();
    const died = navigator.locks.request(labLock, { mode: 'shared' }, () => undefined); // granted once the worker is no more
    const death = died.then((): never => {
      throw new Error('the worker of the lab has ended');
    });
    death.catch(() => this.#revive());
    return { door, death };
  }

  #revive(): void {
    this.#sequenceBase = this.#lastSequence;
    this.#connection = this.#connect();
    for (const subscriber of this.#subscribers) this.#listen(subscriber).catch(() => undefined); // its death revives again
  }

  async #listen(subscriber: Subscriber): Promise<void> {
    const base = this.#sequenceBase;
    const stop = await this.#call((door) =>
      door.subscribe(proxy((snapshot) => subscriber.listen(this.#counted(snapshot, base)))),
    );
    subscriber.stop = () => void stop();
  }

  /** The snapshot with a sequence that goes on where the worker before left off. */
  #counted(snapshot: LabSnapshot, base = this.#sequenceBase): LabSnapshot {
    const sequence = base + snapshot.sequence;
    this.#lastSequence = Math.max(this.#lastSequence, sequence);
    return { ...snapshot, sequence };
  }
}
