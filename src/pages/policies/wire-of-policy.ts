/** A policy as a wire: the cluster's end at the left, the clients' at the right, in the state that its action means. */
import type { WireProps } from '../../components/wire/wire-props.ts';
import type { IpInterfaceRecord } from '../../contract/ip-interfaces.ts';
import type { IpsecPolicyRecord } from '../../contract/ipsec-policies.ts';
import type { LabHost, WireState } from '../../contract/lab-port.ts';
import { isEveryAddress, isOneHost, printSubnet, type Subnet } from './address-input.ts';
import { localSubnet, type PolicyDraft, remoteSubnet } from './policy-draft.ts';
import { lifsWithin, reachOf } from './policy-effect.ts';
import type { PolicyFacts } from './step-props.ts';

type WireEnds = Pick<WireProps, 'local' | 'remote' | 'state' | 'via'>;

const stateOfAction = {
  esp_transport: 'idle',
  esp_udp: 'idle',
  bypass: 'clear',
  discard: 'blocked',
} as const satisfies Record<string, WireState>;

export function wireOfDraft(draft: PolicyDraft, facts: Pick<PolicyFacts, 'lifs' | 'hosts'>): WireEnds {
  const lif = facts.lifs.find(({ uuid }) => uuid === draft.lif);
  return {
    local: localEnd(lif, localSubnet(draft), draft.svm),
    remote: remoteEnd(remoteSubnet(draft), facts.hosts),
    state: stateOfAction[draft.action],
    via: draft.name.trim() === '' ? {} : { policy: draft.name.trim() },
  };
}

export function wireOfPolicy(
  policy: IpsecPolicyRecord,
  facts: { readonly lifs: readonly IpInterfaceRecord[]; readonly hosts: readonly LabHost[] },
  state?: WireState,
): WireEnds {
  const reach = reachOf(policy);
  const lifs = lifsWithin(reach, facts.lifs);
  return {
    local: localEnd(lifs.length === 1 ? lifs[0] : undefined, reach.local, reach.svmName ?? ''),
    remote: remoteEnd(reach.remote, facts.hosts),
    state: state ?? stateOfAction[policy.action ?? 'esp_transport'],
    via: { policy: policy.name },
  };
}

function localEnd(lif: IpInterfaceRecord | undefined, subnet: Subnet | undefined, svm: string): WireEnds['local'] {
  const node = lif?.location?.node?.name;
  const address = lif?.ip?.address ?? (subnet === undefined ? undefined : printEnd(subnet));
  return {
    lif: lif?.name ?? (subnet === undefined ? 'LIF' : 'subnet of LIFs'),
    ...(svm !== '' && { svm }),
    ...(address !== undefined && { address }),
    ...(node !== undefined && { node }),
  };
}

function remoteEnd(subnet: Subnet | undefined, hosts: readonly LabHost[]): WireEnds['remote'] {
  if (subnet === undefined) return { name: 'host' };
  if (isEveryAddress(subnet)) return { name: 'all hosts' };
  const host = isOneHost(subnet) ? hosts.find(({ addresses }) => addresses.includes(subnet.address)) : undefined;
  return { ...(host && { name: host.name }), address: printEnd(subnet) };
}

const printEnd = (subnet: Subnet): string => (isOneHost(subnet) ? subnet.address : printSubnet(subnet));
