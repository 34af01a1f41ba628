/** What the wizard begins with: a draft that this tab kept, a policy made again, what a link names, or nothing. */
import type { IpsecPolicyRecord } from '../../contract/ipsec-policies.ts';
import { emptyDraft, fromRecord, type PolicyDraft } from './policy-draft.ts';
import { intentCards } from './policy-intents.ts';
import { freeName, proposeName } from './policy-name.ts';
import type { PolicyFacts } from './step-props.ts';

/** A link that says what to make goes before a draft that was left behind. */
export const isPrefilled = (search: URLSearchParams): boolean =>
  ['from', 'intent', 'remote', 'lif'].some((name) => search.has(name));

/** A policy like this one under a free name; its key is not to be had. */
export const repeated = (model: IpsecPolicyRecord, { policies }: Pick<PolicyFacts, 'policies'>): PolicyDraft => ({
  ...fromRecord(model),
  name: freeName(model.name, model.svm?.name ?? '', policies),
});

/** The draft that this tab kept; else a policy made again (`?from=`), or what the link names (`?intent=&remote=&lif=`). */
export function startingDraft(
  kept: PolicyDraft | undefined,
  search: URLSearchParams,
  { policies, lifs, hosts }: Pick<PolicyFacts, 'policies' | 'lifs' | 'hosts'>,
): PolicyDraft {
  if (kept !== undefined) return kept;
  const model = policies.find(({ uuid }) => uuid === search.get('from'));
  if (model !== undefined) return repeated(model, { policies });
  const card = intentCards.find(({ value }) => value === search.get('intent'));
  const lif = lifs.find(({ name, uuid }) => uuid === search.get('lif') || name === search.get('lif'));
  const named = {
    ...emptyDraft,
    ...(card && { intent: card.value, ...card.fills }),
    ...(search.has('remote') && { remote: search.get('remote') ?? '' }),
    ...(lif && { lif: lif.uuid, svm: lif.svm?.name ?? '', local: lif.ip?.address ?? '' }),
  };
  return isPrefilled(search) ? { ...named, name: proposeName(named, hosts, policies) } : named;
}
