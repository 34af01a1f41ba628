/**
 * What a policy must fulfil (ONTAP: `security ipsec policy create`, `modify`): forms first, then what values mean together.
 * `readSelector`, `readCredential` and `checkPolicyName` know no cluster, so a form may ask them before anything is sent.
 */
import { err, ok, type Result } from '../bytes/result.ts';
import type { Secret } from '../bytes/secret.ts';
import { parseProtocol } from '../net/protocol.ts';
import type { AuthenticationMethod, PolicyAction, PolicyDraft, PolicyEndpoint } from './cluster.ts';
import { isHost, isWildcard, isZero, parseEndpoint } from './endpoint.ts';
import { identityLength, policyNameLength } from './limits.ts';
import { type OntapRefusal, refusal, valueInvalid } from './ontap-errors.ts';
import { parsePreSharedKey } from './pre-shared-key.ts';

/** What a packet is matched by. */
export interface Selector {
  readonly local: PolicyEndpoint;
  readonly remote: PolicyEndpoint;
  /** 0 is any. */
  readonly protocol: number;
}

export interface Credential {
  readonly authenticationMethod: AuthenticationMethod;
  readonly preSharedKey?: Secret;
}

const isProtecting = (action: PolicyAction): boolean => action === 'esp_transport' || action === 'esp_udp';

export function checkPolicyName(name: string): OntapRefusal | undefined {
  const { min, max } = policyNameLength;
  const fits = /^[\x20-\x7e]*$/.test(name) && name.trim() !== '' && name.length >= min && name.length <= max;
  return fits ? undefined : refusal('policyNameMalformed');
}

/** One subnet a side, of one family, one protocol; the remote may be every address if a port narrows it. */
export function readSelector(
  draft: Pick<PolicyDraft, 'local' | 'remote' | 'protocol'>,
): Result<Selector, OntapRefusal> {
  const local = parseEndpoint('local', draft.local);
  if (!local.ok) return local;
  const remote = parseEndpoint('remote', draft.remote);
  if (!remote.ok) return remote;
  const protocol = parsePolicyProtocol(draft.protocol);
  if (!protocol.ok) return protocol;

  if (local.value.family !== remote.value.family) {
    return err(refusal('conflictingFields', { target: 'remote_endpoint.address' }));
  }
  if (isZero(local.value.address) || local.value.prefixBits === 0) return err(refusal('localSubnetZero'));
  if (isZero(remote.value.address) !== (remote.value.prefixBits === 0)) return err(refusal('wildcardInvalid'));
  if (isWildcard(remote.value) && local.value.port === 0 && remote.value.port === 0) {
    return err(refusal('wildcardWithoutPort'));
  }
  return ok({ local: local.value, remote: remote.value, protocol: protocol.value });
}

/** The key that an action asks for. Bypass and discard drop whatever was given. */
export function readCredential(
  draft: Pick<PolicyDraft, 'action' | 'authenticationMethod' | 'secretKey' | 'certificate' | 'remoteIdentity'>,
): Result<Credential, OntapRefusal> {
  const key = draft.secretKey === undefined ? undefined : parsePreSharedKey(draft.secretKey);
  if (key?.ok === false) return key;
  if (!isProtecting(draft.action ?? 'esp_transport')) return ok({ authenticationMethod: 'none' });

  const method = draft.authenticationMethod ?? impliedMethod(draft);
  if (method === 'none') return err(refusal('credentialMissing'));
  if (method === 'pki') return err(refuseCertificate(draft));
  if (draft.certificate !== undefined) return err(refusal('certificateWithPsk'));
  if (key === undefined) return err(refusal('keyMissing'));
  return ok({ authenticationMethod: 'psk', preSharedKey: key.value });
}

/** What an action asks of a selector and of the identities beside it. */
export function checkTogether(
  action: PolicyAction,
  { local, remote }: Selector,
  remoteIdentity: string | undefined,
): OntapRefusal | undefined {
  if (action === 'esp_udp') {
    if (local.family === 'ipv6') return refusal('udpOverIpv6');
    if (!isHost(local)) return refusal('hostsOnly', { target: 'local_endpoint.netmask' });
    if (!isHost(remote)) return refusal('hostsOnly', { target: 'remote_endpoint.netmask' });
  }
  if (isProtecting(action) && isWildcard(remote) && remoteIdentity === undefined) {
    return refusal('requiredMissing', { target: 'remote_identity' });
  }
  return undefined;
}

/** An identity as typed; an empty one means none. */
export function readIdentity(
  side: 'local' | 'remote',
  text: string | undefined,
): Result<string | undefined, OntapRefusal> {
  if (text === undefined || text === '') return ok(undefined);
  if (/^[\x20-\x7e]+$/.test(text) && text.length <= identityLength.max) return ok(text);
  return err(valueInvalid(`${side}_identity`, text, '<text>'));
}

function parsePolicyProtocol(text: string | undefined): Result<number, OntapRefusal> {
  if (text === undefined) return ok(0);
  if (text.includes(',')) return err(refusal('manyProtocols'));
  const protocol = parseProtocol(text);
  return protocol.ok ? protocol : err(valueInvalid('protocol', text, '<number>|any|tcp|udp'));
}

const impliedMethod = (draft: Pick<PolicyDraft, 'secretKey' | 'certificate'>): AuthenticationMethod => {
  if (draft.secretKey !== undefined) return 'psk';
  return draft.certificate === undefined ? 'none' : 'pki';
};

/** The lab cluster holds no certificates yet, so every reference to one fails as ONTAP's does. */
function refuseCertificate(draft: Pick<PolicyDraft, 'secretKey' | 'certificate' | 'remoteIdentity'>): OntapRefusal {
  if (draft.secretKey !== undefined) return refusal('keyWithPki');
  if (draft.certificate === undefined) return refusal('certificateMissing');
  if (draft.remoteIdentity === undefined) return refusal('remoteIdentityMissing');
  return refusal(draft.certificate.uuid === undefined ? 'certificateNotOnSvm' : 'certificateUnknown');
}
