/** The data SVMs of a cluster, with the protocols that they serve. */
import { queryOptions } from '@tanstack/react-query';
import { svm } from '../contract/svms.ts';
import { getAll } from './client.ts';
import type { ClusterRef } from './cluster-ref.ts';

export const svmsQuery = (cluster: ClusterRef) =>
  queryOptions({
    queryKey: [cluster.id, 'svm/svms'],
    queryFn: ({ signal }) => getAll(cluster, '/svm/svms', svm, { fields: '*' }, signal),
    staleTime: 60_000,
  });
