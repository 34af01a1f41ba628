/** Whether the cluster of this page has been silent for too long: what is shown is dated then, and no act is offered. */
import { useFreshness } from '../api/freshness.ts';
import { useCluster } from '../api/use-cluster.ts';
import { useNow } from './use-now.ts';

export const useIsSilent = (): boolean => useFreshness(useCluster(), useNow()).isStale;
