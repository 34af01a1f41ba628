/** Waits for the cluster, then opens the console; or says why there is none. */
import { QueryClientProvider } from '@tanstack/react-query';
import { use, useState } from 'react';
import { createBrowserRouter, RouterProvider } from 'react-router';
import { LabProvider } from '../api/lab.tsx';
import { makeLabStore } from '../api/lab-store.ts';
import { makeQueryClient, routerContext } from '../api/query-client.ts';
import type { LabPort } from '../contract/lab-port.ts';
import { BrokenLab } from './BrokenLab.tsx';
import { LabFailed, LabOpenElsewhere } from './LabAbsent.tsx';
import { routes } from './routes.tsx';
import type { Start } from './start.ts';

export function Console({ start }: { readonly start: Promise<Start> }) {
  const started = use(start);
  switch (started.state) {
    case 'running':
      return <RunningConsole port={started.port} />;
    case 'broken':
      return <BrokenLab port={started.port} health={started.health} />;
    case 'openElsewhere':
      return <LabOpenElsewhere />;
    case 'failed':
      return <LabFailed error={started.error} />;
  }
}

function RunningConsole({ port }: { readonly port: LabPort }) {
  const [{ queries, store, router }] = useState(() => openConsole(port));
  return (
    <QueryClientProvider client={queries}>
      <LabProvider store={store}>
        <RouterProvider router={router} />
      </LabProvider>
    </QueryClientProvider>
  );
}

function openConsole(port: LabPort) {
  const queries = makeQueryClient();
  const router = createBrowserRouter(routes, {
    future: { v8_middleware: true },
    getContext: () => routerContext(queries),
  });
  return { queries, router, store: makeLabStore(port) };
}
