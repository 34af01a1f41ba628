/**
 * The page's side of the embedded lab: MSW catches what the page asks of `/api`, hands it to the lab's worker and answers with what
 * comes back. One SharedWorker serves every tab; a browser without it gives the page a worker of its own, and then only one tab can
 * have the lab.
 */
import type { Endpoint } from 'comlink';
import { HttpResponse, http } from 'msw';
import { setupWorker } from 'msw/browser';
import type { LabPort } from '../contract/lab-port.ts';
import { plainRequest, toResponse } from './lab-door.ts';
import { LabLink } from './lab-link.ts';

export type StartedLab =
  /** Requests to `/api` are answered from now on. */
  | { readonly state: 'running'; readonly port: LabPort }
  /** Another tab has the lab and does not share it: the browser has no SharedWorker, or that tab runs another build. */
  | { readonly state: 'openElsewhere' };

/** Resolves when requests can be made. Rejects when the service worker cannot be started. */
export async function startLab(): Promise<StartedLab> {
  const link = await LabLink.open(startWorker);
  if (link === undefined) return { state: 'openElsewhere' };

  const service = setupWorker(
    http.all('/api/*', async ({ request }) => {
      try {
        return toResponse(await link.answer(await plainRequest(request)));
      } catch {
        return HttpResponse.error(); // the worker has ended: to the page, nobody answered
      }
    }),
  );
  await service.start({
    quiet: true,
    onUnhandledRequest: 'bypass',
    serviceWorker: { url: `${import.meta.env.BASE_URL}mockServiceWorker.js` },
  });
  return { state: 'running', port: link.port };
}

// Vite bundles a worker only where its script stands in the constructor's call.
function startWorker(): Endpoint {
  if (!('SharedWorker' in globalThis)) {
    return new Worker(new URL('../workers/lab.ts', import.meta.url), { type: 'module', name: 'overwire-lab' });
  }
  const shared = new SharedWorker(new URL('../workers/lab.ts', import.meta.url), {
    type: 'module',
    name: 'overwire-lab',
  });
  return shared.port;
}
