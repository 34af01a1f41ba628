/** The policies of a cluster: its security policy database. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import {
  type IpsecPolicyCreate,
  type IpsecPolicyPatch,
  type IpsecPolicyRecord,
  ipsecPolicy,
} from '../contract/ipsec-policies.ts';
import { change, create, getAll, remove } from './client.ts';
import type { ClusterRef } from './cluster-ref.ts';

const path = '/security/ipsec/policies';

export const ipsecPoliciesQuery = (cluster: ClusterRef) =>
  queryOptions({
    queryKey: [cluster.id, 'security/ipsec/policies'],
    queryFn: ({ signal }) => getAll(cluster, path, ipsecPolicy, { fields: '*' }, signal),
    refetchInterval: 10_000,
  });

export function useCreateIpsecPolicy(cluster: ClusterRef) {
  const refresh = useRefresh(cluster);
  return useMutation({
    mutationFn: (body: IpsecPolicyCreate) => create(cluster, path, ipsecPolicy, body),
    onSettled: refresh,
    // A key was in the body: the cache forgets the call as soon as nobody shows it.
    gcTime: 0,
  });
}

export interface IpsecPolicyChange {
  readonly uuid: string;
  readonly patch: IpsecPolicyPatch;
}

export function useChangeIpsecPolicy(cluster: ClusterRef) {
  const refresh = useRefresh(cluster);
  return useMutation({
    mutationFn: ({ uuid, patch }: IpsecPolicyChange) => change(cluster, `${path}/${encodeURIComponent(uuid)}`, patch),
    onSettled: refresh,
  });
}

export function useDeleteIpsecPolicy(cluster: ClusterRef) {
  const refresh = useRefresh(cluster);
  return useMutation({
    mutationFn: ({ uuid }: Pick<IpsecPolicyRecord, 'uuid'>) => remove(cluster, `${path}/${encodeURIComponent(uuid)}`),
    onSettled: refresh,
  });
}

/** What a policy changes: the list of policies, and the SAs that hang on them. */
function useRefresh(cluster: ClusterRef): () => Promise<unknown> {
  const queries = useQueryClient();
  return () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ipsecPoliciesQuery(cluster).queryKey }),
      queries.invalidateQueries({ queryKey: [cluster.id, 'security/ipsec/security-associations'] }),
    ]);
}
