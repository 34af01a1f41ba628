/** `/policies/new/:step`: from an intent to a policy. Nothing is sent before Review; Back loses nothing; leaving a draft asks. */
import { useSuspenseQueries } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useWatch } from 'react-hook-form';
import { type LoaderFunctionArgs, Navigate, useNavigate, useParams, useSearchParams } from 'react-router';
import { inLab } from '../../api/cluster-ref.ts';
import { useFreshness } from '../../api/freshness.ts';
import { ipInterfacesQuery } from '../../api/ip-interfaces.ts';
import { ipsecQuery } from '../../api/ipsec.ts';
import { ipsecPoliciesQuery, useCreateIpsecPolicy } from '../../api/ipsec-policies.ts';
import { useLabSnapshot } from '../../api/lab.tsx';
import { loaderTools } from '../../api/query-client.ts';
import { svmsQuery } from '../../api/svms.ts';
import { useCluster } from '../../api/use-cluster.ts';
import { StaleBanner } from '../../components/feedback/StaleBanner.tsx';
import { flatErrors } from '../../components/form/ErrorSummary.tsx';
import { paths } from '../../components/paths.ts';
import { useNow } from '../../components/use-now.ts';
import { Wizard } from '../../components/wizard/Wizard.tsx';
import type { IpsecPolicyRecord } from '../../contract/ipsec-policies.ts';
import { DraftNotice } from './DraftNotice.tsx';
import { discardDraft, isTouched, keptDraft } from './draft-store.ts';
import { LeaveGuard } from './LeaveGuard.tsx';
import { OtherEndPane } from './OtherEndPane.tsx';
import { PolicyDone } from './PolicyDone.tsx';
import { type PolicyDraft, toBody } from './policy-draft.ts';
import { firstStepId, type PolicyStep, stepOwning, stepsFor } from './policy-steps.ts';
import { placeRefusal } from './refusal-sentence.ts';
import { isPrefilled, repeated, startingDraft } from './starting-draft.ts';
import type { PolicyFacts } from './step-props.ts';
import { useKeptDraft, usePolicyForm } from './use-policy-form.ts';

export const loader = (args: LoaderFunctionArgs) => {
  const { cluster, queries } = loaderTools(args);
  return Promise.all([
    queries.ensureQueryData(ipInterfacesQuery(cluster)),
    queries.ensureQueryData(svmsQuery(cluster)),
    queries.ensureQueryData(ipsecPoliciesQuery(cluster)),
    queries.ensureQueryData(ipsecQuery(cluster)),
  ]);
};

export function Component() {
  const facts = usePolicyFacts();
  const [search] = useSearchParams();
  const [kept, setKept] = useState(() => (isPrefilled(search) ? undefined : keptDraft(sessionStorage, facts.cluster)));
  const [round, setRound] = useState(0);
  const [start, setStart] = useState(() => startingDraft(kept?.draft, search, facts));
  const navigate = useNavigate();
  const beginWith = (draft: PolicyDraft) => {
    discardDraft(sessionStorage, facts.cluster);
    setKept(undefined);
    setStart(draft);
    setRound(round + 1);
  };
  const repeat = (model: IpsecPolicyRecord) => {
    beginWith(repeated(model, facts));
    void navigate(paths.policyNew(facts.cluster.id));
  };
  return (
    <PolicyWizard
      key={round}
      facts={facts}
      start={start}
      startFurthest={kept?.furthest ?? 0}
      onRepeat={repeat}
      notice={
        kept === undefined ? undefined : (
          <DraftNotice
            savedAtMs={kept.savedAtMs}
            onDiscard={() => beginWith(startingDraft(undefined, search, facts))}
          />
        )
      }
    />
  );
}

interface PolicyWizardProps {
  readonly facts: PolicyFacts;
  readonly start: PolicyDraft;
  readonly startFurthest: number;
  readonly onRepeat: (model: IpsecPolicyRecord) => void;
  readonly notice: ReactNode;
}

function PolicyWizard({ facts, start, startFurthest, onRepeat, notice }: PolicyWizardProps) {
  const { cluster } = facts;
  const { step: stepId = firstStepId } = useParams();
  const navigate = useNavigate();
  const create = useCreateIpsecPolicy(cluster);
  const { form, check } = usePolicyForm(start, facts);
  const draft = useWatch({ control: form.control, compute: (values: PolicyDraft) => values });
  const [furthest, setFurthest] = useState(startFurthest);
  const [attempt, setAttempt] = useState(0);
  const [details, setDetails] = useState<string>();
  const [created, setCreated] = useState<IpsecPolicyRecord>();
  useKeptDraft(form, cluster, furthest);

  const steps = stepsFor(draft);
  const place = steps.findIndex(({ id }) => id === stepId);
  const step = steps[place];
  const hrefOf = (id: string) => paths.policyNew(cluster.id, id);
  if (created !== undefined)
    return <PolicyDone created={created} typedKey={draft.key} facts={facts} onRepeat={onRepeat} />;
  if (step === undefined || place > furthest)
    return <Navigate replace to={hrefOf(steps[furthest]?.id ?? firstStepId)} />;

  /** Stays at, or goes to, the first step that owns an error; the summary takes the focus. */
  const stopAt = async (fields: readonly string[]) => {
    const owner = stepOwning(steps, fields);
    if (owner !== undefined && owner.id !== stepId) await navigate(hrefOf(owner.id));
    setAttempt(attempt + 1);
  };
  const goOn = async (next: PolicyStep) => {
    setFurthest(Math.max(furthest, place + 1));
    setAttempt(0);
    setDetails(undefined);
    await navigate(hrefOf(next.id));
  };
  const send = async () => {
    if (!(await check(steps.flatMap(({ fields }) => fields)))) return stopAt(Object.keys(form.formState.errors));
    try {
      const record = await create.mutateAsync(toBody(draft));
      discardDraft(sessionStorage, cluster);
      setCreated(record);
      await navigate(hrefOf('done'), { replace: true });
    } catch (error) {
      const refusal = placeRefusal(error, draft, facts.policies);
      form.setError(refusal.field ?? 'root', { type: 'ontap', message: refusal.sentence }, { shouldFocus: false });
      setDetails(refusal.details);
      await stopAt(refusal.field === undefined ? [] : [refusal.field]);
    }
  };
  const next = async (event: FormEvent) => {
    event.preventDefault();
    const following = steps[place + 1];
    if (following === undefined) return send();
    return (await check(step.fields)) ? goOn(following) : stopAt(step.fields);
  };
  const errors = flatErrors(form.formState.errors).filter(
    ({ name }) => name === undefined || step.fields.some((field) => field === name),
  );
  return (
    <>
      <LeaveGuard isGuarding={isTouched(draft, start)} onDiscard={() => discardDraft(sessionStorage, cluster)} />
      <Wizard
        title="New policy"
        steps={steps}
        currentId={stepId}
        reachedIds={steps.slice(0, furthest + 1).map(({ id }) => id)}
        hrefOf={hrefOf}
        onNext={next}
        act={inLab(cluster, 'Create policy')}
        acting="Creating…"
        isPending={create.isPending}
        errors={errors}
        attempt={attempt}
        {...(details !== undefined && { details })}
        onCancel={() => navigate(paths.policies(cluster.id))}
        side={step.id === 'review' ? undefined : <OtherEndPane form={form} facts={facts} />}
      >
        <Silence />
        {notice}
        <step.View form={form} facts={facts} />
      </Wizard>
    </>
  );
}

function Silence() {
  const cluster = useCluster();
  const { answeredAtMs, isStale, retry } = useFreshness(cluster, useNow());
  return <StaleBanner asOfMs={isStale ? answeredAtMs : undefined} source={cluster.id} onRetry={retry} />;
}

function usePolicyFacts(): PolicyFacts {
  const cluster = useCluster();
  const lab = useLabSnapshot();
  const [lifs, svms, policies, ipsec] = useSuspenseQueries({
    queries: [ipInterfacesQuery(cluster), svmsQuery(cluster), ipsecPoliciesQuery(cluster), ipsecQuery(cluster)],
  });
  const isLab = cluster.kind === 'lab';
  return {
    cluster,
    lifs: lifs.data,
    svms: svms.data,
    policies: policies.data,
    isIpsecOn: ipsec.data.enabled,
    hosts: (isLab && lab?.hosts) || [],
    streams: (isLab && lab?.streams) || [],
  };
}
