/**
 * The one form behind all steps of the policy wizard, and what moves by itself in it: a card fills protocol and ports, a name is
 * proposed until one is typed, another source of the key forgets the key, and all but secrets is kept in session storage.
 */
import { useEffect, useRef } from 'react';
import { type UseFormReturn, useForm } from 'react-hook-form';
import type { ClusterRef } from '../../api/cluster-ref.ts';
import { draftResolver } from './draft-resolver.ts';
import { isTouched, keepDraft } from './draft-store.ts';
import { type DraftField, type PolicyDraft, policyDraft } from './policy-draft.ts';
import { intentCard } from './policy-intents.ts';
import { proposeName } from './policy-name.ts';
import type { PolicyFacts } from './step-props.ts';

export interface PolicyForm {
  readonly form: UseFormReturn<PolicyDraft>;
  /** Validates these fields, the empty ones too; true: they may be left. */
  readonly check: (fields: readonly (keyof PolicyDraft)[]) => Promise<boolean>;
}

export function usePolicyForm(start: PolicyDraft, facts: Pick<PolicyFacts, 'hosts' | 'policies'>): PolicyForm {
  const wantsMissing = useRef(false);
  const form = useForm<PolicyDraft>({
    defaultValues: start,
    resolver: draftResolver(() => wantsMissing.current),
    mode: 'onBlur',
  });
  useMending(form);
  useFillings(form);
  useNameProposal(form, facts);
  const check: PolicyForm['check'] = async (fields) => {
    wantsMissing.current = true;
    const isRight = await form.trigger([...fields]);
    wantsMissing.current = false;
    return isRight;
  };
  return { form, check };
}

/** Keeps the draft in this tab, without its key, from the first touch on; `furthest` is how far the wizard has come. */
export function useKeptDraft(form: UseFormReturn<PolicyDraft>, cluster: ClusterRef, furthest: number): void {
  useEffect(() => {
    const keep = (draft: PolicyDraft) => {
      if (isTouched(draft)) keepDraft(sessionStorage, cluster, { draft, savedAtMs: Date.now(), furthest });
    };
    if (furthest > 0) keep(form.getValues());
    return form.subscribe({ formState: { values: true }, callback: ({ values }) => keep(values) });
  }, [form, cluster, furthest]);
}

/**
 * What is in error is read again at each change, so that an error goes the moment it is mended, and not on the way to Next. Other
 * fields too: a port mends what "All clients" lacks. What the cluster refused stays until its own field changes.
 */
function useMending(form: UseFormReturn<PolicyDraft>): void {
  useEffect(
    () =>
      form.subscribe({
        formState: { values: true },
        callback: ({ name }) => {
          const inError = draftFields.filter((field) => {
            const { error } = form.getFieldState(field);
            return error !== undefined && (field === name || error.type === 'fault');
          });
          if (inError.length > 0) void form.trigger(inError);
        },
      }),
    [form],
  );
}

const draftFields: readonly DraftField[] = policyDraft.keyof().options;

function useFillings(form: UseFormReturn<PolicyDraft>): void {
  useEffect(
    () =>
      form.subscribe({
        formState: { values: true },
        callback: ({ name, values }) => {
          if (name === 'keySource') forgetKey(form);
          const fills = name === 'intent' ? intentCard(values.intent)?.fills : undefined;
          if (fills === undefined) return;
          for (const field of ['action', 'protocol', 'localPort', 'remotePort'] as const)
            form.setValue(field, fills[field]);
        },
      }),
    [form],
  );
}

function forgetKey(form: UseFormReturn<PolicyDraft>): void {
  for (const field of ['key', 'keyAgain'] as const) form.setValue(field, '');
  for (const field of ['isKeyStored', 'isWeakKeyAccepted'] as const) form.setValue(field, false);
  form.clearErrors(['key', 'keyAgain', 'isKeyStored', 'isWeakKeyAccepted']);
}

/** A name that is not the last proposal was typed, and stays. */
function useNameProposal(
  form: UseFormReturn<PolicyDraft>,
  { hosts, policies }: Pick<PolicyFacts, 'hosts' | 'policies'>,
) {
  const proposed = useRef(proposeName(form.getValues(), hosts, policies));
  useEffect(
    () =>
      form.subscribe({
        formState: { values: true },
        callback: ({ name, values }) => {
          const isTyped = values.name !== '' && values.name !== proposed.current;
          if (name === 'name' || isTyped) return;
          proposed.current = proposeName(values, hosts, policies);
          if (proposed.current !== values.name) form.setValue('name', proposed.current);
        },
      }),
    [form, hosts, policies],
  );
}
