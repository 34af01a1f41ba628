/**
 * Policies made and changed: the draft's references resolved against the cluster, its values judged by policy-rules.ts. Nothing
 * here changes a state; a refusal means that nothing happened.
 */
import { err, ok, type Result } from '../bytes/result.ts';
import type { ClusterState, IpsecPolicy, Named, PolicyChange, PolicyDraft, Reference, Svm } from './cluster.ts';
import { draftOf } from './endpoint.ts';
import { policyCount, policyDefaults } from './limits.ts';
import { type OntapRefusal, refusal } from './ontap-errors.ts';
import { checkPolicyName, checkTogether, readCredential, readIdentity, readSelector } from './policy-rules.ts';

export function makePolicy(state: ClusterState, draft: PolicyDraft, uuid: string): Result<IpsecPolicy, OntapRefusal> {
  const nameRefusal = checkPolicyName(draft.name);
  if (nameRefusal !== undefined) return err(nameRefusal);
  const credential = readCredential(draft);
  if (!credential.ok) return credential;
  const ppkRefusal = checkPpk(draft.ppk);
  if (ppkRefusal !== undefined) return err(ppkRefusal);
  const owner = findOwner(state, draft);
  if (!owner.ok) return owner;
  const body = readBody(draft, draft.action ?? 'esp_transport');
  if (!body.ok) return body;

  const { svm } = owner.value;
  const siblings = state.policies.filter((policy) => policy.svm?.uuid === svm?.uuid);
  if (siblings.some((policy) => policy.name === draft.name)) return err(refusal('policyNameTaken'));
  if (siblings.length >= policyCount.perSvm) return err(refusal('svmFull'));
  if (state.policies.length >= policyCount.perCluster) return err(refusal('clusterFull'));

  return ok({
    uuid,
    name: draft.name,
    ...(svm === undefined ? {} : { svm: { uuid: svm.uuid, name: svm.name } }),
    ipspace: owner.value.ipspace,
    isEnabled: draft.isEnabled ?? true,
    action: draft.action ?? 'esp_transport',
    ...credential.value,
    ...body.value,
    cipherSuite: draft.cipherSuite ?? policyDefaults.cipherSuite,
    ikeLifetimeSeconds: policyDefaults.ikeLifetimeSeconds,
    ipsecLifetimeSeconds: policyDefaults.ipsecLifetimeSeconds,
  });
}

/** The policy with the change merged in; endpoints merge key by key. */
export function changedPolicy(policy: IpsecPolicy, change: PolicyChange): Result<IpsecPolicy, OntapRefusal> {
  if (change.certificate !== undefined) return err(refusal('certificateWithPsk'));
  if (change.ppk !== undefined) return err(refusal('ppkKeyMissing'));
  const merged = {
    local: { ...draftOf(policy.local), ...change.local },
    remote: { ...draftOf(policy.remote), ...change.remote },
    protocol: change.protocol ?? String(policy.protocol),
    localIdentity: change.localIdentity ?? policy.localIdentity,
    remoteIdentity: change.remoteIdentity ?? policy.remoteIdentity,
  };
  const body = readBody(merged, policy.action);
  if (!body.ok) return body;

  const { localIdentity: _, remoteIdentity: __, ...rest } = policy;
  return ok({
    ...rest,
    ...body.value,
    isEnabled: change.isEnabled ?? policy.isEnabled,
    cipherSuite: change.cipherSuite ?? policy.cipherSuite,
  });
}

type PolicyBody = Pick<IpsecPolicy, 'local' | 'remote' | 'protocol' | 'localIdentity' | 'remoteIdentity'>;

function readBody(
  draft: Pick<PolicyDraft, 'local' | 'remote' | 'protocol'> & {
    readonly localIdentity?: string | undefined;
    readonly remoteIdentity?: string | undefined;
  },
  action: IpsecPolicy['action'],
): Result<PolicyBody, OntapRefusal> {
  const selector = readSelector(draft);
  if (!selector.ok) return selector;
  const local = readIdentity('local', draft.localIdentity);
  if (!local.ok) return local;
  const remote = readIdentity('remote', draft.remoteIdentity);
  if (!remote.ok) return remote;
  const together = checkTogether(action, selector.value, remote.value);
  if (together !== undefined) return err(together);
  return ok({
    ...selector.value,
    ...(local.value === undefined ? {} : { localIdentity: local.value }),
    ...(remote.value === undefined ? {} : { remoteIdentity: remote.value }),
  });
}

/** The SVM and IPspace that the draft names; without an SVM, or with the admin SVM, the scope is `cluster`. */
function findOwner(
  state: ClusterState,
  { svm: asked, ipspace: askedIpspace }: PolicyDraft,
): Result<{ readonly svm: Svm | undefined; readonly ipspace: Named }, OntapRefusal> {
  const svm = asked === undefined || asked.name === state.name ? ok(undefined) : findSvm(state, asked);
  if (!svm.ok) return svm;

  const ipspaceName = svm.value?.ipspaceName ?? state.ipspaces[0]?.name;
  const ipspace = state.ipspaces.find(({ name }) => name === ipspaceName);
  if (ipspace === undefined) return err(refusal('svmNotInIpspace'));
  if (askedIpspace?.name !== undefined && askedIpspace.name !== ipspace.name) return err(refusal('svmNotInIpspace'));
  if (askedIpspace?.uuid !== undefined && askedIpspace.uuid !== ipspace.uuid) {
    const isOther = askedIpspace.name === undefined && state.ipspaces.some(({ uuid }) => uuid === askedIpspace.uuid);
    return err(refusal(isOther ? 'svmNotInIpspace' : 'ipspaceDisagrees'));
  }
  return ok({ svm: svm.value, ipspace });
}

function findSvm(state: ClusterState, asked: Reference): Result<Svm, OntapRefusal> {
  const byName = asked.name === undefined ? undefined : state.svms.find(({ name }) => name === asked.name);
  if (asked.name !== undefined && byName === undefined) return err(refusal('svmNameUnknown'));
  const byUuid = asked.uuid === undefined ? byName : state.svms.find(({ uuid }) => uuid === asked.uuid);
  if (byUuid === undefined) return err(refusal(asked.uuid === undefined ? 'svmNameUnknown' : 'svmUuidUnknown'));
  return byName === undefined || byName === byUuid ? ok(byUuid) : err(refusal('svmUuidUnknown'));
}

/** Post-quantum pre-shared keys (RFC 8784): half a pair is refused as ONTAP does, a whole one because this lab has none yet. */
function checkPpk(ppk: PolicyDraft['ppk']): OntapRefusal | undefined {
  if (ppk === undefined || (ppk.identity === undefined && ppk.sharedKey === undefined)) return undefined;
  if (ppk.sharedKey === undefined) return refusal('ppkKeyMissing');
  if (ppk.identity === undefined) return refusal('ppkIdentityMissing');
  return refusal('notSupportedHere', { target: 'ppk' });
}
