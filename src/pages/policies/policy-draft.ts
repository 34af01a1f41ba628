/**
 * A policy as its wizard holds it: what was typed, as it was typed. `toBody` makes ONTAP's body of it, `fromRecord` a draft of a
 * policy to be made again, `draftFieldOf` leads a refusal to its field. What a draft must fulfil stands in draft-faults.ts.
 */
import { z } from 'zod';
import { type IpsecPolicyCreate, type IpsecPolicyRecord, policyActions } from '../../contract/ipsec-policies.ts';
import { type AddressReading, readAddress, type Subnet } from './address-input.ts';
import { portOf, readPort } from './port-input.ts';

export const policyDraft = z.object({
  intent: z.enum(['nfs', 'smb', 'iscsi', 'all', 'custom']),
  action: z.enum(policyActions).exclude(['esp_udp']),
  /** `tcp`, `udp`, `any`, or a protocol's number. */
  protocol: z.string(),
  localPort: z.string(),
  remotePort: z.string(),
  clients: z.enum(['host', 'subnet', 'all']),
  remote: z.string(),
  name: z.string(),
  /** The LIF's uuid, or `subnet` for a subnet of LIFs, typed into `local`. */
  lif: z.string(),
  svm: z.string(),
  local: z.string(),
  keySource: z.enum(['generated', 'typed']),
  key: z.string(),
  keyAgain: z.string(),
  isKeyStored: z.boolean(),
  isWeakKeyAccepted: z.boolean(),
  identities: z.enum(['omitted', 'given']),
  localIdentity: z.string(),
  remoteIdentity: z.string(),
  start: z.enum(['enabled', 'disabled']),
});

export type PolicyDraft = z.infer<typeof policyDraft>;
export type DraftField = keyof PolicyDraft;

export const emptyDraft: PolicyDraft = {
  intent: 'nfs',
  action: 'esp_transport',
  protocol: 'tcp',
  localPort: '2049',
  remotePort: '',
  clients: 'host',
  remote: '',
  name: '',
  lif: '',
  svm: '',
  local: '',
  keySource: 'generated',
  key: '',
  keyAgain: '',
  isKeyStored: false,
  isWeakKeyAccepted: false,
  identities: 'omitted',
  localIdentity: '',
  remoteIdentity: '',
  start: 'disabled',
};

/** Only a protecting policy has a key and identities. */
export const isProtecting = ({ action }: Pick<PolicyDraft, 'action'>): boolean => action === 'esp_transport';

export const localSubnet = (draft: PolicyDraft): Subnet | undefined => subnetOfReading(readAddress(draft.local));

/** The clients' end. "All clients" takes the family of the LIF. */
export function remoteSubnet(draft: PolicyDraft): Subnet | undefined {
  if (draft.clients !== 'all') return subnetOfReading(readAddress(draft.remote));
  const family = localSubnet(draft)?.family ?? 'ipv4';
  return { family, address: family === 'ipv4' ? '0.0.0.0' : '::', length: 0 };
}

const subnetOfReading = (reading: AddressReading): Subnet | undefined =>
  reading.kind === 'subnet' ? reading.subnet : undefined;

/** ONTAP's body for a draft without faults. */
export function toBody(draft: PolicyDraft): IpsecPolicyCreate {
  const protects = isProtecting(draft);
  return {
    name: draft.name.trim(),
    svm: { name: draft.svm },
    enabled: draft.start === 'enabled',
    action: draft.action,
    local_endpoint: endpoint(localSubnet(draft), draft.localPort),
    remote_endpoint: endpoint(remoteSubnet(draft), draft.remotePort),
    protocol: draft.protocol,
    ...(protects && { authentication_method: 'psk' as const, secret_key: draft.key }),
    ...(protects &&
      draft.identities === 'given' && {
        local_identity: draft.localIdentity.trim(),
        remote_identity: draft.remoteIdentity.trim(),
      }),
  };
}

function endpoint(subnet: Subnet | undefined, portText: string) {
  const port = readPort(portText);
  return {
    ...(subnet && { address: subnet.address, netmask: String(subnet.length) }),
    port: String(port.ok ? port.value : 0),
  };
}

/** The body as the page may show it: the key is there, and not to be read. */
export function maskedBody(draft: PolicyDraft): object {
  const { secret_key: key, ...rest } = toBody(draft);
  return key === undefined ? rest : { ...rest, secret_key: `‹${key.length} characters, not shown›` };
}

/** A draft to make a policy like this one again: without its key, which ONTAP does not give, and under a new name. */
export function fromRecord(record: IpsecPolicyRecord): PolicyDraft {
  const { local_endpoint: local, remote_endpoint: remote } = record;
  const localPort = portOf(local.port);
  const isWildcard = remote.netmask === '0';
  const isHost = remote.netmask === (remote.address.includes(':') ? '128' : '32');
  return {
    ...emptyDraft,
    intent: intentOf(record.action, record.protocol, localPort, portOf(remote.port)),
    action: record.action === 'bypass' || record.action === 'discard' ? record.action : 'esp_transport',
    protocol: record.protocol,
    localPort: portText(localPort),
    remotePort: portText(portOf(remote.port)),
    clients: isWildcard ? 'all' : isHost ? 'host' : 'subnet',
    remote: isWildcard ? '' : isHost ? remote.address : `${remote.address}/${remote.netmask}`,
    svm: record.svm?.name ?? '',
    lif: 'subnet',
    local: `${local.address}/${local.netmask}`,
    identities: record.remote_identity === undefined && record.local_identity === undefined ? 'omitted' : 'given',
    localIdentity: record.local_identity ?? '',
    remoteIdentity: record.remote_identity ?? '',
  };
}

const portText = (port: number): string => (port === 0 ? '' : String(port));

function intentOf(action: string | undefined, protocol: string, localPort: number, remotePort: number) {
  if (action !== undefined && action !== 'esp_transport') return 'custom';
  if (protocol === 'any' && localPort === 0 && remotePort === 0) return 'all';
  if (protocol !== 'tcp' || remotePort !== 0) return 'custom';
  return ({ 2049: 'nfs', 445: 'smb', 3260: 'iscsi' } as const)[localPort] ?? 'custom';
}

/** Where an error of ONTAP belongs in the form; undefined: to the form as a whole. */
export function draftFieldOf(target: string | undefined): DraftField | undefined {
  if (target === undefined) return undefined;
  return fieldOfTarget[target] ?? fieldOfTarget[target.split('.')[0] ?? ''];
}

const fieldOfTarget: Readonly<Record<string, DraftField>> = {
  name: 'name',
  svm: 'lif',
  ipspace: 'lif',
  action: 'action',
  enabled: 'start',
  protocol: 'protocol',
  local_endpoint: 'local',
  'local_endpoint.port': 'localPort',
  remote_endpoint: 'remote',
  'remote_endpoint.port': 'remotePort',
  authentication_method: 'key',
  secret_key: 'key',
  certificate: 'key',
  local_identity: 'localIdentity',
  remote_identity: 'remoteIdentity',
};
