/**
 * The security associations of a cluster. REST offers no event stream and no verb to end or rekey one, so they are polled:
 * each second in the lab, where a call costs milliseconds, each five seconds on a cluster.
 */
import { queryOptions } from '@tanstack/react-query';
import { securityAssociation } from '../contract/security-associations.ts';
import { getAll } from './client.ts';
import type { ClusterRef } from './cluster-ref.ts';

export const securityAssociationsQuery = (cluster: ClusterRef) =>
  queryOptions({
    queryKey: [cluster.id, 'security/ipsec/security-associations'],
    queryFn: ({ signal }) =>
      getAll(cluster, '/security/ipsec/security-associations', securityAssociation, { fields: '*' }, signal),
    refetchInterval: pollMs(cluster),
    staleTime: pollMs(cluster),
  });

export const pollMs = (cluster: ClusterRef): number => (cluster.kind === 'lab' ? 1_000 : 5_000);
