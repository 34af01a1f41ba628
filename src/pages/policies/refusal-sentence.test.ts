import { expect, test } from 'vitest';
import { OntapError, Unreachable } from '../../api/errors.ts';
import { emptyDraft } from './policy-draft.ts';
import { stepOwning, stepsFor } from './policy-steps.ts';
import { placeRefusal } from './refusal-sentence.ts';

const draft = { ...emptyDraft, name: 'nfs', svm: 'vs1', lif: 'uuid' };
const refused = (code: string, target?: string) =>
  new OntapError({ code, message: 'ONTAP says no.', target, status: 400 });

test('a taken name goes to the name with one that is free, and ONTAP’s words stay as details', () => {
  expect(placeRefusal(refused('66257104', 'name'), draft, [])).toEqual({
    field: 'name',
    sentence: 'vs1 has a policy nfs already. nfs-2 is free.',
    details: 'ONTAP: ONTAP says no, code 66257104, target name',
  });
});

test('the cluster’s address belongs to the LIF, unless a subnet was typed', () => {
  const refusal = refused('66257127', 'local_endpoint.address');
  expect(placeRefusal(refusal, draft, []).field).toBe('lif');
  expect(placeRefusal(refusal, { ...draft, lif: 'subnet' }, []).field).toBe('local');
});

test('a target that no field answers for, and silence, concern the whole form', () => {
  expect(placeRefusal(refused('9', 'weather'), draft, [])).toMatchObject({ sentence: 'ONTAP says no.' });
  expect(placeRefusal(refused('9', 'weather'), draft, []).field).toBeUndefined();
  expect(placeRefusal(new Unreachable('lab does not answer'), draft, []).field).toBeUndefined();
});

test('the wizard opens the first step that owns an error, and bypass needs no key', () => {
  const steps = stepsFor(draft);
  expect(stepOwning(steps, ['remoteIdentity', 'key'])?.id).toBe('authentication');
  expect(stepOwning(steps, ['root'])).toBeUndefined();
  expect(stepsFor({ action: 'bypass' }).map(({ id }) => id)).toEqual(['intent', 'cluster-side', 'review']);
});
