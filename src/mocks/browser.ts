/**
 * The page's side of the embedded lab: MSW catches what the page asks of `/api`, hands it to the lab's worker and answers with what
 * comes back. One SharedWorker serves every tab. A browser without SharedWorker gets a worker of the page's own, and a Web Lock
 * sees to it that only one tab has a lab.
 */
import { type Endpoint, wrap } from 'comlink';
import { HttpResponse, http } from 'msw';
import { setupWorker } from 'msw/browser';
import type { LabPort } from '../contract/lab-port.ts';
import { type LabDoor, plainRequest, toResponse } from './lab-door.ts';

export type StartedLab =
  /** Requests to `/api` are answered from now on. */
  | { readonly state: 'running'; readonly port: LabPort }
  /** Another tab has the lab, and this browser cannot share it. */
  | { readonly state: 'openElsewhere' };

/** Held for life by the one page that has a worker of its own. */
const soleLabLock = 'overwire-lab';

/** Resolves when requests can be made. Rejects when the worker's script or the service worker cannot be loaded. */
export async function startLab(): Promise<StartedLab> {
  const endpoint = 'SharedWorker' in globalThis ? sharedWorker() : await ownWorker();
  if (endpoint === undefined) return { state: 'openElsewhere' };

  const door = wrap<LabDoor>(endpoint);
  const service = setupWorker(
    http.all('/api/*', async ({ request }) => {
      try {
        return toResponse(await door.answer(await plainRequest(request)));
      } catch {
        return HttpResponse.error(); // the worker failed: to the page, nobody answered
      }
    }),
  );
  await service.start({
    quiet: true,
    onUnhandledRequest: 'bypass',
    serviceWorker: { url: `${import.meta.env.BASE_URL}mockServiceWorker.js` },
  });
  return { state: 'running', port: door };
}

function sharedWorker(): Endpoint {
  const worker = new SharedWorker(new URL('../workers/lab.ts', import.meta.url), {
    type: 'module',
    name: 'overwire-lab',
  });
  return worker.port;
}

/** A worker of this page, or nothing if another tab has one. */
async function ownWorker(): Promise<Endpoint | undefined> {
  const isOurs = await new Promise<boolean>((resolve) => {
    void navigator.locks.request(soleLabLock, { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      return lock === null ? undefined : new Promise<never>(() => undefined); // kept until the page ends
    });
  });
  if (!isOurs) return undefined;
  return new Worker(new URL('../workers/lab.ts', import.meta.url), { type: 'module', name: 'overwire-lab' });
}
