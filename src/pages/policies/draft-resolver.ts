/**
 * Validation as the form runs it: a fault shows once its field was left filled, what is missing only when somebody asks to go on.
 */
import type { FieldErrors, Resolver } from 'react-hook-form';
import { faultsOf } from './draft-faults.ts';
import type { PolicyDraft } from './policy-draft.ts';

/** `wantsMissing` is true while Next or Create is being answered. */
export const draftResolver =
  (wantsMissing: () => boolean): Resolver<PolicyDraft> =>
  (draft) => {
    const faults = faultsOf(draft).filter(({ isMissing }) => isMissing !== true || wantsMissing());
    if (faults.length === 0) return { values: draft, errors: {} };
    const errors: FieldErrors<PolicyDraft> = {};
    for (const { field, message } of faults) errors[field] ??= { type: 'fault', message };
    return { values: {}, errors };
  };
