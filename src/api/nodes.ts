/** The nodes of a cluster, with their state and release. */
import { queryOptions } from '@tanstack/react-query';
import { node } from '../contract/nodes.ts';
import { getAll } from './client.ts';
import type { ClusterRef } from './cluster-ref.ts';

export const nodesQuery = (cluster: ClusterRef) =>
  queryOptions({
    queryKey: [cluster.id, 'cluster/nodes'],
    queryFn: ({ signal }) => getAll(cluster, '/cluster/nodes', node, { fields: '*' }, signal),
    refetchInterval: 15_000,
  });
