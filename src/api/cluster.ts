/** The cluster itself: its name and the release that it runs. */
import { queryOptions } from '@tanstack/react-query';
import { cluster as clusterSchema } from '../contract/cluster.ts';
import { getOne } from './client.ts';
import type { ClusterRef } from './cluster-ref.ts';

export const clusterQuery = (cluster: ClusterRef) =>
  queryOptions({
    queryKey: [cluster.id, 'cluster'],
    queryFn: ({ signal }) => getOne(cluster, '/cluster', clusterSchema, {}, signal),
    staleTime: 60_000,
  });
