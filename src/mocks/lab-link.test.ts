/**
 * The link between a page and its worker, with real message ports. Node has no Web Locks: `Locks` is the part of them that is used,
 * and can end the holder of a lock as a browser does when a worker dies.
 */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LabSnapshot } from '../contract/lab-port.ts';
import { type ServedLab, serveLab, toResponse } from './lab-door.ts';
import { LabLink } from './lab-link.ts';
import { makeOntapLab } from './testing/ontap-lab.ts';

type Grant = () => unknown;

class Locks {
  #isHeld = false;
  #exclusive: Grant[] = [];
  #shared: Grant[] = [];

  request(_name: string, options: { mode: string } | Grant, callback?: Grant): Promise<unknown> {
    return new Promise((resolve) => {
      if (typeof options === 'function') this.#exclusive.push(() => resolve(options()));
      else this.#shared.push(() => resolve(callback?.()));
      this.#grant();
    });
  }

  /** The holder dies: those who wait with it are told, then the next one holds. */
  kill(): void {
    this.#isHeld = false;
    this.#grant();
  }

  #grant(): void {
    if (this.#isHeld) return;
    for (const grant of this.#shared.splice(0)) grant();
    const next = this.#exclusive.shift();
    this.#isHeld = next !== undefined;
    next?.();
  }
}

let locks: Locks;
let ports: MessagePort[];
beforeEach(() => {
  locks = new Locks();
  ports = [];
  vi.stubGlobal('navigator', { locks });
});
afterEach(() => {
  vi.unstubAllGlobals();
  for (const port of ports) port.close();
});

/** Starts a worker that serves this lab, and gives the page's end of its port. */
const workerOf = (lab: () => Promise<ServedLab>) => (): MessagePort => {
  const scope: { onconnect: ((event: MessageEvent) => void) | null } = { onconnect: null };
  serveLab(lab, scope as unknown as Parameters<typeof serveLab>[1]); // a SharedWorker's scope as far as `serveLab` looks
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  scope.onconnect?.({ ports: [port1] } as unknown as MessageEvent); // all of the event that `serveLab` looks at
  port2.start();
  return port2;
};

/** A lab whose snapshots are published by the test. */
async function aLab() {
  const { app } = await makeOntapLab();
  const listeners = new Set<(snapshot: LabSnapshot) => void>();
  const snapshot = (sequence: number) => ({ sequence }) as LabSnapshot; // the link looks at nothing else
  const served: ServedLab = {
    app,
    port: {
      snapshot: async () => snapshot(1),
      do: async () => ({ ok: true }),
      health: async () => ({ ok: true }),
      subscribe: async (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
  };
  const publish = (sequence: number): void => {
    for (const listener of listeners) listener(snapshot(sequence));
  };
  return { served, listeners, publish };
}

const policiesRequest = { method: 'GET', url: 'http://lab/api/security/ipsec/policies', headers: [] };

test('a request crosses to the worker and its answer comes back whole', async () => {
  const { served } = await aLab();
  const link = await LabLink.open(workerOf(async () => served));

  const created = await link?.answer({
    method: 'POST',
    url: 'http://lab/api/security/ipsec/policies',
    headers: [['content-type', 'application/json']],
    body: '{"name":"größe"}',
  });

  const response = toResponse(created ?? { status: 0, headers: [], body: '' });
  expect(response.status).toBe(400);
  expect(response.headers.get('content-type')).toBe('application/hal+json');
  expect((await response.json()).error.code).toBe('66257148');
});

test('what is asked before the lab has started waits for it', async () => {
  const { served } = await aLab();
  let start = (): void => undefined;
  const started = new Promise<ServedLab>((resolve) => {
    start = () => resolve(served);
  });
  const link = await LabLink.open(workerOf(() => started));

  const answer = link?.answer(policiesRequest);
  start();

  expect((await answer)?.status).toBe(200);
});

test('a worker that dies fails what was under way; the next one answers, and snapshots go on counting', async () => {
  const first = await aLab();
  const second = await aLab();
  const never = { ...first.served, app: { fetch: () => new Promise<Response>(() => undefined) } };
  const labs = [never, second.served];
  const link = await LabLink.open(() => {
    const lab = labs.shift();
    return workerOf(async () => lab ?? second.served)();
  });
  if (link === undefined) throw new Error('no link');
  const seen: number[] = [];
  await link.port.subscribe(({ sequence }) => seen.push(sequence));
  first.publish(7);
  await vi.waitFor(() => expect(seen).toEqual([7]));

  const underWay = link.answer(policiesRequest);
  const failed = expect(underWay).rejects.toThrow('has ended');
  locks.kill();
  await failed;

  expect((await link.answer(policiesRequest)).status).toBe(200);
  await vi.waitFor(() => expect(second.listeners.size).toBe(1));
  second.publish(1);
  await vi.waitFor(() => expect(seen).toEqual([7, 8]));
});

test('who stopped listening hears nothing more, from the next worker neither', async () => {
  const first = await aLab();
  const second = await aLab();
  const labs = [first.served, second.served];
  const link = await LabLink.open(() => {
    const lab = labs.shift();
    return workerOf(async () => lab ?? second.served)();
  });
  const stop = await link?.port.subscribe(() => undefined);
  stop?.();
  await vi.waitFor(() => expect(first.listeners.size).toBe(0));
  locks.kill();
  await vi.waitFor(async () => expect((await link?.answer(policiesRequest))?.status).toBe(200));
  expect(second.listeners.size).toBe(0);
});

test('a lab that another tab does not let go of is open elsewhere', async () => {
  vi.useFakeTimers();
  const { served } = await aLab();
  void locks.request('overwire-lab', () => new Promise(() => undefined)); // the other tab's worker
  const opening = LabLink.open(workerOf(async () => served));
  await vi.runAllTimersAsync();
  expect(await opening).toBeUndefined();
  vi.useRealTimers();
});
