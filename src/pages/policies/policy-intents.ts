/** What an administrator wants to protect, in an administrator's words, and the protocol and port that each means. */
import type { PolicyDraft } from './policy-draft.ts';

export type Intent = PolicyDraft['intent'];

export interface IntentCard {
  readonly value: Intent;
  readonly label: string;
  readonly selector: string;
  /** What else the protocol needs, or what the choice brings with it. */
  readonly detail: string;
  readonly fills: Pick<PolicyDraft, 'action' | 'protocol' | 'localPort' | 'remotePort'>;
}

const onPort = (localPort: string): IntentCard['fills'] => ({
  action: 'esp_transport',
  protocol: 'tcp',
  localPort,
  remotePort: '',
});

export const intentCards: readonly IntentCard[] = [
  {
    value: 'nfs',
    label: 'NFS',
    selector: 'tcp 2049',
    detail: 'All that NFSv4 needs. NFSv3 also speaks to portmap and mountd: choose All traffic for it.',
    fills: onPort('2049'),
  },
  {
    value: 'smb',
    label: 'SMB',
    selector: 'tcp 445',
    detail: 'SMB 2 and 3. Traffic to domain controllers is not covered.',
    fills: onPort('445'),
  },
  {
    value: 'iscsi',
    label: 'iSCSI',
    selector: 'tcp 3260',
    detail: 'Sessions and discovery.',
    fills: onPort('3260'),
  },
  {
    value: 'all',
    label: 'All traffic',
    selector: 'any',
    detail: 'Every packet between the two ends, ping included.',
    fills: { action: 'esp_transport', protocol: 'any', localPort: '', remotePort: '' },
  },
  {
    value: 'custom',
    label: 'Custom',
    selector: 'protocol, ports, action',
    detail: 'Also for traffic to pass in clear (bypass) or to drop (discard).',
    fills: { action: 'esp_transport', protocol: 'tcp', localPort: '', remotePort: '' },
  },
];

export const intentCard = (intent: Intent): IntentCard | undefined => intentCards.find(({ value }) => value === intent);

/** `tcp 2049`, `any`: a selector's protocol and port in one breath. */
export function printService(protocol: string, port: number): string {
  return port === 0 ? protocol : `${protocol} ${port}`;
}
