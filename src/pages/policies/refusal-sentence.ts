/** ONTAP's refusal of a policy in our words, where its code tells more than its message; the message and code stay as details. */
import { OntapError } from '../../api/errors.ts';
import { describeError } from '../../components/feedback/describe-error.ts';
import type { IpsecPolicyRecord } from '../../contract/ipsec-policies.ts';
import { type DraftField, draftFieldOf, type PolicyDraft } from './policy-draft.ts';
import { freeName } from './policy-name.ts';

export interface PlacedRefusal {
  /** Absent: it concerns the form as a whole. */
  readonly field?: DraftField;
  readonly sentence: string;
  /** ONTAP's own message, code and target. */
  readonly details?: string;
}

export function placeRefusal(
  error: unknown,
  draft: PolicyDraft,
  policies: readonly Pick<IpsecPolicyRecord, 'name' | 'svm'>[],
): PlacedRefusal {
  if (!(error instanceof OntapError)) return describeError(error);
  const field = draftFieldOf(error.target);
  const details = [
    `ONTAP: ${error.message.replace(/\.$/, '')}`,
    `code ${error.code}`,
    error.target && `target ${error.target}`,
  ];
  return {
    ...(field !== undefined && { field: field === 'local' && draft.lif !== 'subnet' ? 'lif' : field }),
    sentence: sentences[error.code]?.(draft, policies) ?? error.message,
    details: details.filter(Boolean).join(', '),
  };
}

type Sentence = (draft: PolicyDraft, policies: readonly Pick<IpsecPolicyRecord, 'name' | 'svm'>[]) => string;

const sentences: Readonly<Record<string, Sentence>> = {
  66257104: (draft, policies) => {
    const name = draft.name.trim();
    const taken = { name, svm: { uuid: '', name: draft.svm } }; // made elsewhere, so our list may not have it yet
    return `${draft.svm} has a policy ${name} already. ${freeName(name, draft.svm, [...policies, taken])} is free.`;
  },
  66257129: () => 'All clients needs a port, else every packet of the LIF would match. NFS uses 2049.',
  66257127: () => 'The cluster’s side is a LIF or a subnet of LIFs; it cannot be every address.',
  66257107: () => '0x announces hexadecimal; the cluster could not read this key as such.',
  66257109: () => '0s announces Base64; the cluster could not read this key as such.',
  66257200: () => 'The cluster takes keys of 18 to 128 ASCII characters.',
  66257121: (draft) => `${draft.svm} holds as many policies as ONTAP allows. Delete one that is not needed first.`,
  66257130: () => 'The cluster holds as many policies as ONTAP allows. Delete one that is not needed first.',
  66257199: () => 'Not all nodes of the cluster run a release that supports this.',
};
