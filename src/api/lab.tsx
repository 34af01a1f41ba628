/**
 * The lab's own port as hooks. On a real cluster there is no provider and every hook says "nothing": no page may need these
 * facts (contract/lab-port.ts).
 */
import { type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useSyncExternalStore } from 'react';
import type { LabCommand, LabSnapshot } from '../contract/lab-port.ts';
import { labCluster } from './cluster-ref.ts';
import type { LabHistory } from './lab-history.ts';
import type { LabHeld, LabStore } from './lab-store.ts';

const LabContext = createContext<LabStore | undefined>(undefined);

export function LabProvider({ store, children }: { readonly store: LabStore; readonly children: ReactNode }) {
  return <LabContext value={store}>{children}</LabContext>;
}

const noSubscription = () => () => undefined;
const nothing = () => undefined;

/** The newest snapshot with the moment at which this page got it; absent: not a lab, or nothing came yet. */
export function useLabHeld(): LabHeld | undefined {
  const store = useContext(LabContext);
  return useSyncExternalStore(store?.subscribe ?? noSubscription, store?.held ?? nothing);
}

/** What this page saw since it was opened; absent: not a lab, or nothing came yet. */
export function useLabHistory(): LabHistory | undefined {
  const store = useContext(LabContext);
  return useSyncExternalStore(store?.subscribe ?? noSubscription, store?.history ?? nothing);
}

export const useLabSnapshot = (): LabSnapshot | undefined => useLabHeld()?.snapshot;

/** A command that the lab refused, with a sentence a person can act on. */
class LabRefusal extends Error {
  override readonly name = 'LabRefusal';
}

/** Sends one command; what it changed on the cluster is read again by whoever shows it. */
export function useLabCommand(): UseMutationResult<void, Error, LabCommand> {
  const store = useContext(LabContext);
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (command: LabCommand) => {
      if (store === undefined) throw new LabRefusal('This cluster has no lab.');
      const answer = await store.do(command);
      if (!answer.ok) throw new LabRefusal(answer.message);
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: [labCluster.id] }),
  });
}
