/** A policy as the table shows it: ONTAP's record, the SAs that hang on it, and how its traffic fares. */
import { worstState } from '../../components/state/wire-states.ts';
import type { IpsecPolicyRecord } from '../../contract/ipsec-policies.ts';
import type { LabSnapshot, WireState } from '../../contract/lab-port.ts';
import type { SecurityAssociationRecord } from '../../contract/security-associations.ts';
import { associationsOf, reachOf, streamsWithin } from './policy-effect.ts';

export interface PolicyRow {
  readonly policy: IpsecPolicyRecord;
  readonly ipsecSaCount: number;
  /** `disabled` and `shadowed` are no states of traffic: the policy takes no part. */
  readonly state: WireState | 'disabled' | 'shadowed';
  /** The name of the policy that all of its packets meet before it; present where it is shadowed. */
  readonly shadowedBy?: string;
}

/** `shadowed`: by UUID, who shadows it (policy-order.ts). */
export function policyRows(
  policies: readonly IpsecPolicyRecord[],
  associations: readonly SecurityAssociationRecord[],
  lab: LabSnapshot | undefined,
  shadowed: ReadonlyMap<string, string>,
): readonly PolicyRow[] {
  return policies.map((policy) => {
    const own = associationsOf(policy, associations);
    const ipsecSaCount = own.filter(({ type }) => type === 'ipsec').length;
    const shadowedBy = shadowed.get(policy.uuid);
    if (shadowedBy !== undefined) return { policy, ipsecSaCount, state: 'shadowed', shadowedBy };
    return { policy, ipsecSaCount, state: stateOf(policy, own, lab) };
  });
}

/**
 * The lab knows its streams; there the worst of them speaks. A cluster tells SAs only: none means idle, since IPsec negotiates on
 * traffic, and a policy without traffic is not broken.
 */
function stateOf(
  policy: IpsecPolicyRecord,
  own: readonly SecurityAssociationRecord[],
  lab: LabSnapshot | undefined,
): PolicyRow['state'] {
  if (!policy.enabled) return 'disabled';
  const streams =
    lab && streamsWithin(reachOf(policy), lab.streams).filter(({ policyName }) => policyName === policy.name);
  const running = streams?.filter(({ isRunning }) => isRunning) ?? [];
  if (running.length > 0) return worstState(running.map(({ state }) => state));
  if (policy.action === 'bypass' || policy.action === 'discard') return 'idle';
  if (own.some(({ type }) => type === 'ipsec')) return 'encrypted';
  return own.some(({ ike }) => ike?.state === 'connecting') ? 'negotiating' : 'idle';
}

/** The page's question, answered: what is protected, and does every policy still do something? */
export function policiesAnswer(rows: readonly PolicyRow[], isIpsecOn: boolean): string {
  const count = rows.length;
  const policies = count === 1 ? '1 policy' : `${count.toLocaleString()} policies`;
  if (!isIpsecOn)
    return `IPsec is off: ${policies} ${count === 1 ? 'stands' : 'stand'} ready and ${count === 1 ? 'does' : 'do'} nothing.`;
  const parts: string[] = [];
  const saCount = rows.reduce((sum, row) => sum + row.ipsecSaCount, 0);
  for (const [state, word] of toldStates) {
    const inState = rows.filter((row) => row.state === state).length;
    if (inState > 0) parts.push(`${inState.toLocaleString()} ${word}`);
  }
  const sas = saCount === 1 ? '1 IPsec SA' : `${saCount.toLocaleString()} IPsec SAs`;
  return `${policies}${saCount > 0 ? `, ${sas}` : ''}${parts.length > 0 ? `; ${parts.join(', ')}` : ''}.`;
}

/** What the answer tells after the count, worst first. */
const toldStates = [
  ['failed', 'failing'],
  ['blocked', 'blocking traffic'],
  ['negotiating', 'negotiating'],
  ['shadowed', 'shadowed'],
  ['encrypted', 'encrypting'],
  ['idle', 'idle'],
  ['disabled', 'disabled'],
] as const satisfies readonly (readonly [PolicyRow['state'], string])[];
