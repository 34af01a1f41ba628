/**
 * Which cluster a page speaks to. The cluster stands in every URL and first in every query key, so a link, a cache entry and a
 * draft never belong to "whichever cluster happened to be current".
 */

export interface ClusterRef {
  /** As in the URL: `/c/:cluster/…`. */
  readonly id: string;
  /** The embedded lab, or an ONTAP cluster behind the same-origin proxy. Only the lab has counters by the second and controls. */
  readonly kind: 'lab' | 'ontap';
  /** What precedes ONTAP's own paths, without a slash at the end. */
  readonly apiRoot: string;
}

export const labCluster: ClusterRef = { id: 'lab', kind: 'lab', apiRoot: '/api' };

/** The cluster that a URL names; every name but the lab's is an ONTAP cluster. */
export function clusterRef(id: string | undefined): ClusterRef {
  if (id === undefined || id === labCluster.id) return labCluster;
  return { id, kind: 'ontap', apiRoot: '/api' };
}

/** `Delete policy` on a cluster, `Delete policy (lab)` in the lab: nobody may take one for the other. */
export const inLab = (cluster: ClusterRef, label: string): string =>
  cluster.kind === 'lab' ? `${label} (lab)` : label;
