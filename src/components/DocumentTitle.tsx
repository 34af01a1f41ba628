/** The title of the tab: the page, the cluster, the product; the lab says so first. */
import { useCluster } from '../api/use-cluster.ts';

export function DocumentTitle({ page }: { readonly page: string }) {
  const cluster = useCluster();
  return <title>{cluster.kind === 'lab' ? `LAB · ${page} · Overwire` : `${page} · ${cluster.id} · Overwire`}</title>;
}
