/**
 * What stands between a draft and a policy that ONTAP takes, a sentence for each field. The limits are the cluster's own
 * (domain/cluster); a test holds that a draft without faults is one that the cluster does not refuse. `isMissing` marks what is
 * not filled in yet: nobody is told of that before asking to go on.
 */
import { identityLength, policyNameLength } from '../../domain/cluster/limits.ts';
import { parseProtocol } from '../../domain/net/protocol.ts';
import { type AddressReading, isEveryAddress, isOneHost, printSubnet, readAddress } from './address-input.ts';
import { type DraftField, isProtecting, localSubnet, type PolicyDraft, remoteSubnet } from './policy-draft.ts';
import { readPort } from './port-input.ts';
import { keyFault, keyWarnings } from './pre-shared-key.ts';

export interface DraftFault {
  readonly field: DraftField;
  readonly message: string;
  readonly isMissing?: boolean;
}

type MaybeFault = DraftFault | undefined;

const missing = (field: DraftField, message: string): DraftFault => ({ field, message, isMissing: true });

export function faultsOf(draft: PolicyDraft): readonly DraftFault[] {
  return [
    nameFault(draft),
    protocolFault(draft),
    portFault('localPort', draft),
    portFault('remotePort', draft),
    remoteFault(draft),
    wildcardFault(draft),
    lifFault(draft),
    localFault(draft),
    ...(isProtecting(draft) ? [...keyFaults(draft), ...identityFaults(draft)] : []),
  ].filter((fault) => fault !== undefined);
}

function nameFault({ name }: PolicyDraft): MaybeFault {
  const { max } = policyNameLength;
  if (name.trim() === '') return missing('name', 'Give the policy a name.');
  if (!/^[\x20-\x7e]*$/.test(name)) return { field: 'name', message: 'A policy’s name takes ASCII characters only.' };
  if (name.trim().length > max) {
    return { field: 'name', message: `A name has at most ${max} characters; this one has ${name.trim().length}.` };
  }
  return undefined;
}

function protocolFault({ protocol }: PolicyDraft): MaybeFault {
  if (protocol.trim() === '') return missing('protocol', 'Choose a protocol, or any.');
  if (/[,\s]/.test(protocol.trim())) {
    return { field: 'protocol', message: 'A policy holds one protocol. Make two policies, or choose any.' };
  }
  return parseProtocol(protocol).ok
    ? undefined
    : { field: 'protocol', message: `${protocol} is not a protocol: tcp, udp, any, or a number from 0 to 255.` };
}

function portFault(field: 'localPort' | 'remotePort', draft: PolicyDraft): MaybeFault {
  const port = readPort(draft[field]);
  if (!port.ok) return { field, message: port.error };
  return undefined;
}

function remoteFault(draft: PolicyDraft): MaybeFault {
  if (draft.clients === 'all') return undefined;
  const reading = readAddress(draft.remote);
  if (reading.kind === 'empty') {
    return missing('remote', draft.clients === 'host' ? 'Enter the host’s address.' : 'Enter the clients’ subnet.');
  }
  const fault = readingFault('remote', reading);
  if (fault !== undefined) return fault;
  const subnet = remoteSubnet(draft);
  if (subnet !== undefined && isEveryAddress(subnet)) {
    return { field: 'remote', message: `${printSubnet(subnet)} is every client: choose All clients.` };
  }
  if (subnet !== undefined && draft.clients === 'host' && !isOneHost(subnet)) {
    return { field: 'remote', message: `${printSubnet(subnet)} is a subnet: choose A subnet, or enter one address.` };
  }
  if (subnet?.address === '0.0.0.0' || subnet?.address === '::') {
    return {
      field: 'remote',
      message: `${printSubnet(subnet)} begins at no address; ONTAP takes it only as All clients.`,
    };
  }
  return undefined;
}

/** ONTAP's rule (66257129): every packet of the LIF would match, the console's own among them. */
function wildcardFault(draft: PolicyDraft): MaybeFault {
  if (draft.clients !== 'all') return undefined;
  const ports = [readPort(draft.localPort), readPort(draft.remotePort)];
  if (ports.some((port) => port.ok && port.value !== 0)) return undefined;
  return {
    field: 'clients',
    message: 'All clients needs a port, else every packet of the LIF would match. NFS uses 2049.',
  };
}

function lifFault({ lif, svm }: PolicyDraft): MaybeFault {
  if (lif === '') return missing('lif', 'Choose the LIF that the traffic goes to.');
  if (svm === '') return missing('svm', 'Choose the SVM that the subnet belongs to.');
  return undefined;
}

function localFault(draft: PolicyDraft): MaybeFault {
  if (draft.lif === '') return undefined;
  const field = draft.lif === 'subnet' ? 'local' : 'lif';
  const reading = readAddress(draft.local);
  if (reading.kind === 'empty') return missing(field, 'Enter the subnet that holds the LIFs.');
  const fault = readingFault(field, reading);
  if (fault !== undefined) return fault;
  const local = localSubnet(draft);
  if (local?.address === '0.0.0.0' || local?.address === '::' || local?.length === 0) {
    return { field, message: 'The cluster’s side is a LIF or a subnet of LIFs; it cannot be every address.' };
  }
  const remote = remoteSubnet(draft);
  if (local === undefined || remote === undefined || local.family === remote.family) return undefined;
  const name = { ipv4: 'IPv4', ipv6: 'IPv6' } as const;
  return {
    field,
    message: `${local.address} is ${name[local.family]} and ${remote.address} is ${name[remote.family]}; a policy holds one family.`,
  };
}

function readingFault(field: DraftField, reading: AddressReading): MaybeFault {
  switch (reading.kind) {
    case 'refused':
      return { field, message: reading.because };
    case 'hostBits':
      return { field, message: `${reading.given} names a host inside a subnet: say which of the two.` };
    case 'several':
      return { field, message: `A policy holds one subnet; you entered ${reading.count} that do not make one.` };
    default:
      return undefined;
  }
}

function keyFaults(draft: PolicyDraft): readonly MaybeFault[] {
  const { key, keyAgain, keySource } = draft;
  if (key === '') {
    return [missing('key', keySource === 'generated' ? 'Generate a key first.' : 'Enter the pre-shared key.')];
  }
  const fault = keyFault(key);
  if (fault !== undefined) return [{ field: 'key', message: fault }];
  if (keySource === 'generated') {
    return [draft.isKeyStored ? undefined : missing('isKeyStored', 'Store the key first: it cannot be read back.')];
  }
  return [
    keyAgain === ''
      ? missing('keyAgain', 'Enter the key a second time.')
      : keyAgain === key
        ? undefined
        : { field: 'keyAgain', message: 'The two entries differ. Type the key again in both fields.' },
    keyWarnings(key).length === 0 || draft.isWeakKeyAccepted
      ? undefined
      : missing('isWeakKeyAccepted', 'Tick that you have read the warning, or use a generated key.'),
  ];
}

function identityFaults(draft: PolicyDraft): readonly MaybeFault[] {
  if (draft.identities === 'omitted') {
    if (draft.clients !== 'all') return [];
    return [
      {
        field: 'identities',
        message:
          'A policy for all clients needs a remote identity: by address alone the cluster cannot tell whom to expect.',
      },
    ];
  }
  return [identityFault('localIdentity', draft), identityFault('remoteIdentity', draft)];
}

function identityFault(field: 'localIdentity' | 'remoteIdentity', draft: PolicyDraft): MaybeFault {
  const text = draft[field].trim();
  if (text === '') return missing(field, 'Enter an address, a name such as nfs1.corp, or user@corp.');
  if (!/^[\x20-\x7e]+$/.test(text)) return { field, message: 'An identity takes ASCII characters only.' };
  if (text.length > identityLength.max) {
    return { field, message: `An identity has at most ${identityLength.max} characters; this one has ${text.length}.` };
  }
  if (text.toUpperCase() === 'ANYTHING') {
    return { field, message: 'ANYTHING is for certificates; with a pre-shared key name the identity that is sent.' };
  }
  return undefined;
}
