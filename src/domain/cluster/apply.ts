/**
 * One command taken to its end: the next state and what happened, or ONTAP's refusal and the very same state as before.
 */
import { err, ok, type Result, unreachable } from '../bytes/result.ts';
import type { ClusterCommand, ClusterEvent, ClusterState, IpsecConfig, IpsecPolicy } from './cluster.ts';
import { initialIpsecConfig } from './initial-cluster.ts';
import { type OntapRefusal, refusal } from './ontap-errors.ts';
import { changedPolicy, makePolicy } from './policies.ts';

export interface Applied {
  readonly state: ClusterState;
  /** In the order in which they happened; none if the command changed nothing. */
  readonly events: readonly ClusterEvent[];
}

/** What a command cannot do by itself. */
export interface ClusterMeans {
  newUuid(): string;
}

export function apply(
  state: ClusterState,
  command: ClusterCommand,
  means: ClusterMeans,
): Result<Applied, OntapRefusal> {
  switch (command.type) {
    case 'createPolicy': {
      const made = makePolicy(state, command.policy, means.newUuid());
      if (!made.ok) return made;
      return changed(
        { ...state, policies: [...state.policies, made.value].sort(comparePolicies) },
        { type: 'policyCreated', policy: made.value },
      );
    }
    case 'changePolicy': {
      const before = findPolicy(state, command.uuid);
      if (before === undefined) return err(refusal('noSuchEntry'));
      const after = changedPolicy(before, command.change);
      if (!after.ok) return after;
      if (isSamePolicy(before, after.value)) return ok({ state, events: [] });
      const policies = state.policies.map((policy) => (policy === before ? after.value : policy));
      return changed({ ...state, policies }, { type: 'policyChanged', before, after: after.value });
    }
    case 'deletePolicy': {
      const policy = findPolicy(state, command.uuid);
      if (policy === undefined) return err(refusal('noSuchEntry'));
      const policies = state.policies.filter((other) => other !== policy);
      return changed({ ...state, policies }, { type: 'policyDeleted', policy });
    }
    case 'changeIpsecConfig':
      return changeIpsecConfig(state, command.change);
    case 'clearIpsec':
      return ok(cleared(state, { ...state.ipsec, isEnabled: false }));
    case 'reset':
      return ok(cleared(state, initialIpsecConfig));
    default:
      return unreachable(command);
  }
}

/** By SVM, cluster scope first, then by name: the order of ONTAP's lists. */
export function comparePolicies(a: IpsecPolicy, b: IpsecPolicy): number {
  const [svmA, svmB] = [a.svm?.name ?? '', b.svm?.name ?? ''];
  if (svmA !== svmB) return svmA < svmB ? -1 : 1;
  return a.name < b.name ? -1 : 1;
}

const findPolicy = (state: ClusterState, uuid: string): IpsecPolicy | undefined =>
  state.policies.find((policy) => policy.uuid === uuid);

function changeIpsecConfig(state: ClusterState, change: Partial<IpsecConfig>): Result<Applied, OntapRefusal> {
  const before = state.ipsec;
  const after = { ...before, ...change };
  if (before.isEnabled && after.isOffloadEnabled !== before.isOffloadEnabled)
    return err(refusal('offloadWhileEnabled'));
  if (after.isOffloadEnabled && after.replayWindow > 0) {
    const target = change.replayWindow === undefined ? 'offload_enabled' : 'replay_window';
    return err(refusal('offloadWithAntiReplay', { target }));
  }
  return ok(withConfig(state, after));
}

/** No policy left, and these settings. */
function cleared(state: ClusterState, config: IpsecConfig): Applied {
  const configured = withConfig({ ...state, policies: [] }, config);
  const deletions = state.policies.map((policy): ClusterEvent => ({ type: 'policyDeleted', policy }));
  const events = [...deletions, ...configured.events];
  return events.length === 0 ? { state, events } : { state: configured.state, events };
}

function withConfig(state: ClusterState, after: IpsecConfig): Applied {
  const before = state.ipsec;
  const isSame =
    before.isEnabled === after.isEnabled &&
    before.replayWindow === after.replayWindow &&
    before.isOffloadEnabled === after.isOffloadEnabled;
  if (isSame) return { state, events: [] };
  return { state: { ...state, ipsec: after }, events: [{ type: 'ipsecConfigChanged', before, after }] };
}

const changed = (state: ClusterState, event: ClusterEvent) => ok({ state, events: [event] });

/** Keys cannot change, so what JSON shows of two policies tells them apart (a `Secret` shows its length). */
const isSamePolicy = (a: IpsecPolicy, b: IpsecPolicy): boolean => sorted(a) === sorted(b);

const sorted = (policy: IpsecPolicy): string =>
  JSON.stringify(Object.entries(policy).sort(([a], [b]) => (a < b ? -1 : 1)));
