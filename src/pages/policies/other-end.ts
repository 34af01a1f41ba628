/**
 * The host's half of a policy as swanctl.conf, by the same code that configures the lab's hosts, with a placeholder for the key.
 * A policy for a subnet or for all has no one host: then the file is that of an example host, which is named.
 */
import type { IpsecPolicyRecord } from '../../contract/ipsec-policies.ts';
import { err, ok, type Result } from '../../domain/bytes/result.ts';
import { Secret } from '../../domain/bytes/secret.ts';
import { policyDefaults } from '../../domain/cluster/limits.ts';
import { hostConnectionFor, type MatchRefusal, type PolicyToMatch } from '../../domain/host/match.ts';
import { printSwanctl } from '../../domain/host/swanctl.ts';
import { parseProtocol } from '../../domain/net/protocol.ts';
import { isOneHost, type Subnet, subnetOf } from './address-input.ts';
import { isProtecting, localSubnet, type PolicyDraft, remoteSubnet } from './policy-draft.ts';
import { portOf, readPort } from './port-input.ts';

export interface NamedHost {
  readonly name: string;
  readonly addresses: readonly string[];
}

/** swanctl.conf of one host, or the sentence why there is none. */
export function swanctlOf(policy: PolicyToMatch | undefined, host: NamedHost | undefined): Result<string, string> {
  if (policy === undefined) return err('The file appears here once both ends have an address.');
  if (host === undefined) return err('Choose a host to see its file.');
  const connection = hostConnectionFor(policy, host, new Secret(new Uint8Array(0)));
  return connection.ok
    ? ok(printSwanctl({ name: host.name, connections: [connection.value] }))
    : err(refusalSentence(connection.error, host));
}

/** The host whose file is shown where the lab knows none: the one of the policy, or the first of its subnet. */
export function exampleHost(remote: Subnet | undefined): NamedHost | undefined {
  if (remote === undefined) return undefined;
  if (isOneHost(remote)) return { name: remote.address, addresses: [remote.address] };
  if (remote.length === 0) return undefined;
  const first =
    remote.family === 'ipv4'
      ? remote.address.replace(/\d+$/, (part) => String(Number(part) + 1))
      : `${remote.address}1`;
  return { name: `${first}, an example`, addresses: [first] };
}

/** What a host must match, of a draft that has both ends. */
export function matchOfDraft(draft: PolicyDraft): PolicyToMatch | undefined {
  const [local, remote] = [localSubnet(draft), remoteSubnet(draft)];
  const protocol = parseProtocol(draft.protocol);
  if (local === undefined || remote === undefined || !protocol.ok || local.family !== remote.family) return undefined;
  const isGiven = draft.identities === 'given';
  return {
    ...madeByRest,
    name: draft.name.trim() || 'policy',
    svmName: draft.svm,
    action: draft.action,
    authenticationMethod: isProtecting(draft) ? 'psk' : 'none',
    local: sideOf(local, typedPort(draft.localPort)),
    remote: sideOf(remote, typedPort(draft.remotePort)),
    protocol: protocol.value,
    ...(isGiven && draft.localIdentity.trim() !== '' && { localIdentity: draft.localIdentity.trim() }),
    ...(isGiven && draft.remoteIdentity.trim() !== '' && { remoteIdentity: draft.remoteIdentity.trim() }),
  };
}

/** What a host must match, of a policy that the cluster has. */
export function matchOfRecord(policy: IpsecPolicyRecord): PolicyToMatch | undefined {
  const [local, remote] = [subnetOf(policy.local_endpoint), subnetOf(policy.remote_endpoint)];
  const protocol = parseProtocol(policy.protocol);
  if (local === undefined || remote === undefined || !protocol.ok) return undefined;
  return {
    ...madeByRest,
    name: policy.name,
    svmName: policy.svm?.name ?? '',
    action: policy.action ?? 'esp_transport',
    authenticationMethod: policy.authentication_method ?? 'psk',
    local: sideOf(local, portOf(policy.local_endpoint.port)),
    remote: sideOf(remote, portOf(policy.remote_endpoint.port)),
    protocol: protocol.value,
    ...(policy.local_identity !== undefined && { localIdentity: policy.local_identity }),
    ...(policy.remote_identity !== undefined && { remoteIdentity: policy.remote_identity }),
  };
}

/** REST has no field for suite and lifetimes: a policy has ONTAP's defaults unless its command line set others. */
const madeByRest = policyDefaults;

const sideOf = ({ address, length }: Subnet, port: number) => ({ address, prefixBits: length, port });

const typedPort = (text: string): number => {
  const port = readPort(text);
  return port.ok ? port.value : 0;
};

function refusalSentence(refusal: MatchRefusal, host: NamedHost): string {
  switch (refusal.code) {
    case 'nothingToProtect':
      return `A ${refusal.action} policy negotiates nothing: a client needs no configuration for it.`;
    case 'needsCertificates':
      return 'This policy authenticates by certificate; its client half is not written here yet.';
    case 'noAddress':
      return `${host.name} has no address in ${refusal.subnet}.`;
  }
}
