/** What a step of the policy wizard is given: the one form, and the facts of the cluster that it chooses from. */
import type { UseFormReturn } from 'react-hook-form';
import type { ClusterRef } from '../../api/cluster-ref.ts';
import type { IpInterfaceRecord } from '../../contract/ip-interfaces.ts';
import type { IpsecPolicyRecord } from '../../contract/ipsec-policies.ts';
import type { LabHost, LabStream } from '../../contract/lab-port.ts';
import type { SvmRecord } from '../../contract/svms.ts';
import type { PolicyDraft } from './policy-draft.ts';

export interface PolicyFacts {
  readonly cluster: ClusterRef;
  readonly lifs: readonly IpInterfaceRecord[];
  readonly svms: readonly SvmRecord[];
  readonly policies: readonly IpsecPolicyRecord[];
  readonly isIpsecOn: boolean;
  /** The lab's hosts and streams; empty on a real cluster, which does not tell its clients. */
  readonly hosts: readonly LabHost[];
  readonly streams: readonly LabStream[];
}

export interface StepProps {
  readonly form: UseFormReturn<PolicyDraft>;
  readonly facts: PolicyFacts;
}
