/** Names for policies: proposed from what is protected, free within the SVM. */
import type { IpsecPolicyRecord } from '../../contract/ipsec-policies.ts';
import type { LabHost } from '../../contract/lab-port.ts';
import type { PolicyDraft } from './policy-draft.ts';

type Named = Pick<IpsecPolicyRecord, 'name' | 'svm'>;

/** `nfs-client1`, `smb-10.1.4.0`, `nfs-all`; with a number behind it where that is taken. */
export function proposeName(
  draft: Pick<PolicyDraft, 'intent' | 'clients' | 'remote' | 'svm'>,
  hosts: readonly LabHost[],
  policies: readonly Named[],
): string {
  const host = hosts.find(({ addresses }) => addresses.includes(draft.remote.trim()));
  const address = draft.remote.trim().split(/[\s/,]/)[0] ?? '';
  const clients = draft.clients === 'all' ? 'all' : (host?.name ?? address.replaceAll(':', '-'));
  return freeName(clients === '' ? draft.intent : `${draft.intent}-${clients}`, draft.svm, policies);
}

/** The name itself, or the first of `name-2`, `name-3`, … that the SVM does not have. */
export function freeName(name: string, svmName: string, policies: readonly Named[]): string {
  const taken = new Set(
    policies.filter(({ svm }) => svmName === '' || svm?.name === svmName).map((policy) => policy.name),
  );
  if (!taken.has(name)) return name;
  let count = 2;
  while (taken.has(`${name}-${count}`)) count++;
  return `${name}-${count}`;
}
