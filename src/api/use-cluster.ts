/** The cluster of the URL that the page stands at. */
import { useMemo } from 'react';
import { useParams } from 'react-router';
import { type ClusterRef, clusterRef } from './cluster-ref.ts';

export function useCluster(): ClusterRef {
  const { cluster } = useParams();
  return useMemo(() => clusterRef(cluster), [cluster]);
}
