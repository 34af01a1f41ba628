/** The LIFs of a cluster: where clients reach its SVMs. */
import { queryOptions } from '@tanstack/react-query';
import { ipInterface } from '../contract/ip-interfaces.ts';
import { getAll } from './client.ts';
import type { ClusterRef } from './cluster-ref.ts';

export const ipInterfacesQuery = (cluster: ClusterRef) =>
  queryOptions({
    queryKey: [cluster.id, 'network/ip/interfaces'],
    queryFn: ({ signal }) => getAll(cluster, '/network/ip/interfaces', ipInterface, { fields: '*' }, signal),
    staleTime: 30_000,
  });
