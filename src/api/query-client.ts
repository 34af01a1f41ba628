/**
 * The page's one cache, and how a route's loader reaches it. The router is made with
 *
 *     createBrowserRouter(routes, { future: { v8_middleware: true }, getContext: () => routerContext(queries) })
 *
 * so that no module holds a client of its own and a test can give each router a fresh one.
 */
import { QueryClient } from '@tanstack/react-query';
import { createContext, type LoaderFunctionArgs, RouterContextProvider } from 'react-router';
import { type ClusterRef, clusterRef } from './cluster-ref.ts';
import { isWorthRetrying } from './errors.ts';

/** A refused call is not repeated; a silent cluster is asked twice more, and the old rows stay meanwhile. */
export const makeQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        retry: (failures, error) => failures < 2 && isWorthRetrying(error),
        // `always`: the lab needs no network, and a browser that believes itself offline must not stop it.
        networkMode: 'always',
      },
      mutations: { retry: false, networkMode: 'always' },
    },
  });

const queriesContext = createContext<QueryClient>();

export function routerContext(queries: QueryClient): RouterContextProvider {
  const context = new RouterContextProvider();
  context.set(queriesContext, queries);
  return context;
}

/** What a loader works with: the cluster that the URL names, and the cache. */
export function loaderTools({ params: { cluster }, context }: LoaderFunctionArgs): {
  readonly cluster: ClusterRef;
  readonly queries: QueryClient;
} {
  return { cluster: clusterRef(cluster), queries: context.get(queriesContext) };
}
