/** A policy's fields as the console says them, alike in table, drawer and copy. */
import type { IpsecPolicyRecord } from '../../contract/ipsec-policies.ts';
import { isEveryAddress, printSubnet } from './address-input.ts';
import { reachOf } from './policy-effect.ts';
import { printService } from './policy-intents.ts';
import type { PolicyRow } from './policy-row.ts';

export const actionWords: Readonly<Record<NonNullable<IpsecPolicyRecord['action']>, string>> = {
  esp_transport: 'Protect',
  esp_udp: 'Protect, ESP in UDP',
  bypass: 'Bypass',
  discard: 'Discard',
};

const authWords = { psk: 'PSK', pki: 'PKI', none: '—' } as const;

export const localText = ({ policy }: Pick<PolicyRow, 'policy'>): string => sideText(reachOf(policy).local);
export const remoteText = ({ policy }: Pick<PolicyRow, 'policy'>): string => sideText(reachOf(policy).remote);

const sideText = (subnet: ReturnType<typeof reachOf>['local']): string => {
  if (subnet === undefined) return '';
  return isEveryAddress(subnet) ? `all (${printSubnet(subnet)})` : printSubnet(subnet);
};

/** `tcp 2049`; a port of the client's side is said as such. */
export function serviceText({ policy }: Pick<PolicyRow, 'policy'>): string {
  const { protocol, localPort, remotePort } = reachOf(policy);
  const local = printService(protocol, localPort);
  return remotePort === 0 ? local : `${local}, client ${remotePort}`;
}

export const authText = ({ policy }: Pick<PolicyRow, 'policy'>): string =>
  authWords[policy.authentication_method ?? 'none'];

export const identitiesText = ({ policy }: Pick<PolicyRow, 'policy'>): string =>
  [policy.local_identity, policy.remote_identity].map((identity) => identity ?? '—').join(' ↔ ');
