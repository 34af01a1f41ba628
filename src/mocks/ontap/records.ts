/**
 * The cluster's values as ONTAP's records: the one crossing from camelCase to the contract. Members stand in ONTAP's order, which is
 * the order in which answers show them.
 */
import type { ClusterRecord } from '../../contract/cluster.ts';
import type { IpInterfaceRecord } from '../../contract/ip-interfaces.ts';
import type { IpsecPolicyRecord } from '../../contract/ipsec-policies.ts';
import type { NodeRecord } from '../../contract/nodes.ts';
import type { SecurityAssociationRecord } from '../../contract/security-associations.ts';
import type { SvmRecord } from '../../contract/svms.ts';
import type { DirectionView, SecurityAssociationView } from '../../domain/cluster/associations.ts';
import type {
  ClusterNode,
  ClusterState,
  IpsecPolicy,
  Lif,
  Named,
  PolicyEndpoint,
  Svm,
} from '../../domain/cluster/cluster.ts';

const referenceOf = ({ uuid, name }: Named): { uuid: string; name: string } => ({ uuid, name });

/** The thing of that name as a reference; undefined where there is none. */
function namedAs(things: readonly Named[], name: string | undefined): { uuid: string; name: string } | undefined {
  const thing = things.find((candidate) => candidate.name === name);
  return thing === undefined ? undefined : referenceOf(thing);
}

export const clusterRecord = (state: ClusterState): ClusterRecord => ({
  name: state.name,
  uuid: state.uuid,
  location: state.location,
  contact: state.contact,
  version: state.version,
  management_interfaces: state.managementLifs.map(({ uuid, name, address }) => ({ uuid, name, ip: { address } })),
  san_optimized: false,
  disaggregated: false,
});

export const nodeRecord = (state: ClusterState, node: ClusterNode): NodeRecord => ({
  uuid: node.uuid,
  name: node.name,
  serial_number: node.serialNumber,
  system_id: node.systemId,
  model: node.model,
  state: 'up',
  membership: 'member',
  version: state.version,
  ha: {
    enabled: true,
    auto_giveback: true,
    partners: state.nodes.filter((other) => other !== node).map(referenceOf),
  },
});

export const svmRecord = (state: ClusterState, svm: Svm): SvmRecord => ({
  uuid: svm.uuid,
  name: svm.name,
  subtype: 'default',
  language: 'c.utf_8',
  state: 'running',
  ipspace: namedAs(state.ipspaces, svm.ipspaceName),
  ip_interfaces: state.lifs
    .filter((lif) => lif.svmName === svm.name)
    .map((lif) => ({ uuid: lif.uuid, name: lif.name, ip: { address: lif.address }, services: [...lif.services] })),
  nfs: { allowed: true, enabled: true },
  cifs: { allowed: true, enabled: true },
  iscsi: { allowed: true, enabled: true },
});

export function ipInterfaceRecord(state: ClusterState, lif: Lif): IpInterfaceRecord {
  const node = namedAs(state.nodes, lif.nodeName);
  const port = { name: lif.portName, node: { name: lif.nodeName } };
  const svm = state.svms.find(({ name }) => name === lif.svmName);
  return {
    uuid: lif.uuid,
    name: lif.name,
    ip: { address: lif.address, netmask: String(lif.prefixBits), family: lif.family },
    enabled: true,
    state: 'up',
    scope: 'svm',
    ipspace: namedAs(state.ipspaces, svm?.ipspaceName),
    svm: svm === undefined ? undefined : referenceOf(svm),
    services: [...lif.services],
    location: {
      is_home: true,
      auto_revert: false,
      failover: 'broadcast_domain_only',
      node,
      port,
      home_node: node,
      home_port: port,
    },
    service_policy: { name: 'default-data-files' },
    vip: false,
  };
}

export const policyRecord = (policy: IpsecPolicy): IpsecPolicyRecord => ({
  uuid: policy.uuid,
  scope: policy.svm === undefined ? 'cluster' : 'svm',
  svm: policy.svm,
  name: policy.name,
  ipspace: policy.ipspace,
  local_endpoint: endpointRecord(policy.local),
  remote_endpoint: endpointRecord(policy.remote),
  protocol: protocolText(policy.protocol),
  local_identity: policy.localIdentity,
  remote_identity: policy.remoteIdentity,
  action: policy.action,
  authentication_method: policy.authenticationMethod,
  enabled: policy.isEnabled,
});

export function associationRecord(state: ClusterState, view: SecurityAssociationView): SecurityAssociationRecord {
  const common = {
    uuid: view.uuid,
    type: view.type,
    node: namedAs(state.nodes, view.nodeName),
    scope: view.svmName === undefined ? 'cluster' : 'svm',
    svm: namedAs(state.svms, view.svmName),
    policy_name: view.policyName,
    local_address: view.localAddress,
    remote_address: view.remoteAddress,
    cipher_suite: view.cipherSuite,
    lifetime: view.lifetimeSeconds,
  } as const;
  if (view.type === 'ike') {
    return {
      ...common,
      ike: {
        authentication: view.authentication,
        state: view.state,
        is_initiator: view.isInitiator,
        initiator_security_parameter_index: `0x${view.initiatorSpi}`,
        responder_security_parameter_index: `0x${view.responderSpi}`,
        version: 2,
      },
    };
  }
  const [inbound, outbound] = [directionRecord(view.inbound), directionRecord(view.outbound)];
  return { ...common, ipsec: { action: 'esp_transport', state: view.state, inbound, outbound } };
}

const endpointRecord = ({ address, prefixBits, family, port }: PolicyEndpoint) => ({
  address,
  netmask: String(prefixBits),
  family,
  port: `${port}-${port}`,
});

/** ONTAP names three protocols and gives every other as its number. */
const protocolNames: Readonly<Record<number, string>> = { 0: 'any', 6: 'tcp', 17: 'udp' };
const protocolText = (protocol: number): string => protocolNames[protocol] ?? String(protocol);

const directionRecord = ({ espSpi, octets, packets }: DirectionView) => ({
  security_parameter_index: `0x${espSpi}`,
  bytes: octets,
  packets,
});
