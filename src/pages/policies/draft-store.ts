/**
 * Drafts of the policy wizard, one for each cluster, in session storage: they live as long as the tab. A key never goes there.
 */
import { z } from 'zod';
import type { ClusterRef } from '../../api/cluster-ref.ts';
import { emptyDraft, type PolicyDraft, policyDraft } from './policy-draft.ts';

export interface KeptDraft {
  readonly draft: PolicyDraft;
  readonly savedAtMs: number;
  /** How far the wizard had come: the place of a step. */
  readonly furthest: number;
}

type DraftStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const kept = z.object({ draft: policyDraft, savedAtMs: z.number(), furthest: z.number().int().nonnegative() });

const keyOf = (cluster: ClusterRef): string => `overwire.policy-draft.${cluster.id}`;

export function keepDraft(storage: DraftStorage, cluster: ClusterRef, { draft, ...rest }: KeptDraft): void {
  storage.setItem(keyOf(cluster), JSON.stringify({ draft: withoutSecrets(draft), ...rest } satisfies KeptDraft));
}

/** The draft that this tab holds for the cluster; one of another release of the console counts as none. */
export function keptDraft(storage: DraftStorage, cluster: ClusterRef): KeptDraft | undefined {
  const text = storage.getItem(keyOf(cluster));
  if (text === null) return undefined;
  const parsed = kept.safeParse(jsonOf(text));
  return parsed.success ? parsed.data : undefined;
}

export const discardDraft = (storage: DraftStorage, cluster: ClusterRef): void => storage.removeItem(keyOf(cluster));

/** Also forgets what was said about the key: it will be another one. */
const withoutSecrets = (draft: PolicyDraft): PolicyDraft => ({
  ...draft,
  key: '',
  keyAgain: '',
  isKeyStored: false,
  isWeakKeyAccepted: false,
});

/** Whether anything really differs from an untouched form. */
export const isTouched = (draft: PolicyDraft, untouched: PolicyDraft = emptyDraft): boolean =>
  JSON.stringify(draft) !== JSON.stringify(untouched);

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not ours: somebody else wrote under this name
  }
}
