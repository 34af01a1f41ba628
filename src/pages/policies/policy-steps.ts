/** The wizard's steps: one form, several views of it. A step names the fields it answers for; the URL's last part says where one is. */
import type { ReactNode } from 'react';
import { AuthenticationStep } from './AuthenticationStep.tsx';
import { ClusterSideStep } from './ClusterSideStep.tsx';
import { IdentitiesStep } from './IdentitiesStep.tsx';
import { IntentStep } from './IntentStep.tsx';
import { type DraftField, isProtecting, type PolicyDraft } from './policy-draft.ts';
import { ReviewStep } from './ReviewStep.tsx';
import type { StepProps } from './step-props.ts';

export interface PolicyStep {
  readonly id: string;
  readonly title: string;
  readonly fields: readonly DraftField[];
  readonly isFor?: (draft: Pick<PolicyDraft, 'action'>) => boolean;
  readonly View: (props: StepProps) => ReactNode;
}

const policySteps: readonly PolicyStep[] = [
  {
    id: 'intent',
    title: 'What to protect',
    fields: ['intent', 'action', 'protocol', 'localPort', 'remotePort', 'clients', 'remote', 'name'],
    View: IntentStep,
  },
  { id: 'cluster-side', title: 'Cluster side', fields: ['lif', 'svm', 'local'], View: ClusterSideStep },
  {
    id: 'authentication',
    title: 'Authentication',
    fields: ['keySource', 'key', 'keyAgain', 'isKeyStored', 'isWeakKeyAccepted'],
    isFor: isProtecting,
    View: AuthenticationStep,
  },
  {
    id: 'identities',
    title: 'Identities',
    fields: ['identities', 'localIdentity', 'remoteIdentity'],
    isFor: isProtecting,
    View: IdentitiesStep,
  },
  { id: 'review', title: 'Review', fields: ['start'], View: ReviewStep },
];

export const firstStepId = 'intent';

/** The steps that a draft needs: bypass and discard have no key and no identities. */
export const stepsFor = (draft: Pick<PolicyDraft, 'action'>): readonly PolicyStep[] =>
  policySteps.filter(({ isFor }) => isFor === undefined || isFor(draft));

/** The first step that answers for one of these fields. */
export const stepOwning = (steps: readonly PolicyStep[], fields: readonly string[]): PolicyStep | undefined =>
  steps.find((step) => step.fields.some((field) => fields.includes(field)));
