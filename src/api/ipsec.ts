/** The cluster-wide IPsec settings: whether it is on, the replay window, offload. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { type IpsecConfigPatch, ipsecConfig } from '../contract/ipsec.ts';
import { change, getOne } from './client.ts';
import type { ClusterRef } from './cluster-ref.ts';

const path = '/security/ipsec';

export const ipsecQuery = (cluster: ClusterRef) =>
  queryOptions({
    queryKey: [cluster.id, 'security/ipsec'],
    queryFn: ({ signal }) => getOne(cluster, path, ipsecConfig, {}, signal),
    refetchInterval: 10_000,
  });

/** Changes some of the settings. Turning IPsec on or off changes the SAs too. */
export function useChangeIpsec(cluster: ClusterRef) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (settings: IpsecConfigPatch) => change(cluster, path, settings),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ipsecQuery(cluster).queryKey }),
        queries.invalidateQueries({ queryKey: [cluster.id, 'security/ipsec/security-associations'] }),
      ]),
  });
}
