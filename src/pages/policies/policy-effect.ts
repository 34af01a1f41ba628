/**
 * What a policy does to traffic, before it does it: which LIFs and hosts it concerns, who decides once it is gone, what is cut.
 * Pure: works on records of REST and, in the lab, on the snapshot's streams and hosts.
 */
import type { IpInterfaceRecord } from '../../contract/ip-interfaces.ts';
import type { IpsecPolicyRecord } from '../../contract/ipsec-policies.ts';
import type { LabFailure, LabHost, LabSnapshot, LabStream } from '../../contract/lab-port.ts';
import type { SecurityAssociationRecord } from '../../contract/security-associations.ts';
import { contains, type Subnet, subnetOf } from './address-input.ts';
import { successorOf } from './policy-order.ts';
import { portOf } from './port-input.ts';

/** What a policy is told apart by: both ends, protocol, ports (0 any). */
export interface Reach {
  readonly svmName: string | undefined;
  readonly local: Subnet | undefined;
  readonly remote: Subnet | undefined;
  readonly protocol: string;
  readonly localPort: number;
  readonly remotePort: number;
}

export const reachOf = (policy: IpsecPolicyRecord): Reach => ({
  svmName: policy.svm?.name,
  local: subnetOf(policy.local_endpoint),
  remote: subnetOf(policy.remote_endpoint),
  protocol: policy.protocol,
  localPort: portOf(policy.local_endpoint.port),
  remotePort: portOf(policy.remote_endpoint.port),
});

const holds = (subnet: Subnet | undefined, address: string): boolean => {
  const host = subnetOf({ address });
  return subnet !== undefined && host !== undefined && contains(subnet, host);
};

/** The running or stopped streams of the lab whose packets this selector matches. Storage traffic is TCP to the LIF. */
export const streamsWithin = (reach: Reach, streams: readonly LabStream[]): readonly LabStream[] =>
  streams.filter(
    (stream) =>
      (reach.svmName === undefined || reach.svmName === stream.svmName) &&
      holds(reach.local, stream.lifAddress) &&
      holds(reach.remote, stream.hostAddress) &&
      (reach.protocol === 'any' || reach.protocol === 'tcp') &&
      (reach.localPort === 0 || reach.localPort === stream.port) &&
      reach.remotePort === 0,
  );

/** The lab's hosts that lie at the clients' end. */
export const hostsWithin = ({ remote }: Pick<Reach, 'remote'>, hosts: readonly LabHost[]): readonly LabHost[] =>
  hosts.filter(({ addresses }) => addresses.some((address) => holds(remote, address)));

/** The LIFs at the cluster's end. */
export const lifsWithin = (reach: Reach, lifs: readonly IpInterfaceRecord[]): readonly IpInterfaceRecord[] =>
  lifs.filter(
    ({ svm, ip }) =>
      (reach.svmName === undefined || svm?.name === reach.svmName) &&
      ip !== undefined &&
      holds(reach.local, ip.address),
  );

/** SAs name their policy by SVM and name; REST gives no pointer. */
export const associationsOf = (
  policy: Pick<IpsecPolicyRecord, 'name' | 'svm'>,
  associations: readonly SecurityAssociationRecord[],
): readonly SecurityAssociationRecord[] =>
  associations.filter(({ policy_name, svm }) => policy_name === policy.name && svm?.name === policy.svm?.name);

/** Names of the lab's hosts that send what this policy protects, and are not configured to match it: enabled, it cuts them off. */
export function unreadyHosts(
  policy: IpsecPolicyRecord,
  hosts: readonly LabHost[],
  streams: readonly LabStream[],
): readonly string[] {
  if (policy.action !== 'esp_transport') return [];
  const sending = streamsWithin(reachOf(policy), streams).filter(({ isRunning }) => isRunning);
  return hosts
    .filter(
      ({ id, configuration }) =>
        configuration?.policyName !== policy.name && sending.some(({ hostId }) => hostId === id),
    )
    .map(({ name }) => name);
}

/** The newest negotiation of this policy that failed and is not settled; the lab's are newest first. */
export const standingFailure = (
  policy: Pick<IpsecPolicyRecord, 'name'>,
  lab: Pick<LabSnapshot, 'failures'> | undefined,
): LabFailure | undefined =>
  lab?.failures.find(({ policyName, settledAtMs }) => policyName === policy.name && settledAtMs === undefined);

/** What deleting or disabling a policy cuts, and what becomes of the traffic. */
export interface Loss {
  readonly ipsecSaCount: number;
  /** Names of the lab's hosts, or addresses, whose SAs are cut. */
  readonly hosts: readonly string[];
  /** Hosts that keep protecting by their own configuration: their traffic stops, it does not pass in clear. */
  readonly protectingHosts: readonly string[];
  /** Who decides afterwards. */
  readonly successor: IpsecPolicyRecord | undefined;
}

export function lossOf(
  policy: IpsecPolicyRecord,
  policies: readonly IpsecPolicyRecord[],
  associations: readonly SecurityAssociationRecord[],
  lab: Pick<LabSnapshot, 'hosts'> | undefined,
): Loss {
  const cut = associationsOf(policy, associations);
  const nameOf = (address: string) => lab?.hosts.find(({ addresses }) => addresses.includes(address))?.name ?? address;
  const protecting = lab?.hosts.filter(({ configuration }) => configuration?.policyName === policy.name) ?? [];
  return {
    ipsecSaCount: cut.filter(({ type }) => type === 'ipsec').length,
    hosts: [...new Set(cut.map(({ remote_address }) => nameOf(remote_address)))],
    protectingHosts: protecting.map(({ name }) => name),
    successor: successorOf(policy, policies),
  };
}
