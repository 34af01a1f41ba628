/** What deleting or disabling a policy means, as sentences: what is cut, what then decides, what cannot be had back. */
import { plural } from '../../components/text/format.ts';
import type { IpsecPolicyRecord } from '../../contract/ipsec-policies.ts';
import type { Loss } from './policy-effect.ts';

export interface LossTold {
  readonly policy: IpsecPolicyRecord;
  readonly act: 'delete' | 'disable';
  readonly loss: Loss;
  readonly isIpsecOn: boolean;
  /** Only the lab tells which hosts are configured to protect. */
  readonly isLab: boolean;
}

export function lossSentences({ policy, act, loss, isIpsecOn, isLab }: LossTold): readonly string[] {
  const sentences: string[] = [];
  if (!policy.enabled || !isIpsecOn) sentences.push('It is not in force now: no traffic changes.');
  else sentences.push(...cutSentences(loss), ...afterwards(policy, loss, isLab));
  if (act === 'delete' && policy.authentication_method === 'psk') {
    sentences.push('Its pre-shared key is lost: nobody can read it back from the cluster.');
  }
  return sentences;
}

function cutSentences({ ipsecSaCount, hosts }: Loss): readonly string[] {
  if (ipsecSaCount === 0) return ['No IPsec SA hangs on it now.'];
  return [`Cuts ${plural(ipsecSaCount, 'IPsec SA')} of ${nameSome(hosts)}.`];
}

function afterwards(
  policy: IpsecPolicyRecord,
  { successor, protectingHosts }: Loss,
  isLab: boolean,
): readonly string[] {
  if (successor !== undefined) {
    return [
      `Its traffic is then decided by policy ${successor.name} (${verbOf[successor.action ?? 'esp_transport']}).`,
    ];
  }
  if (policy.action === 'discard') return ['Traffic that it dropped then flows in clear.'];
  if (policy.action === 'bypass') return ['Its traffic goes on in clear: no other policy covers it.'];
  if (!isLab) {
    return [
      'Clients that stay configured to protect are then cut off; remove it there too.',
      'All other traffic then flows in clear: no other policy covers it.',
    ];
  }
  const clear = 'then flows in clear: no other policy covers it.';
  if (protectingHosts.length === 0) return [`Its traffic ${clear}`];
  return [
    `${nameSome(protectingHosts)} ${protectingHosts.length === 1 ? 'stays' : 'stay'} configured to protect: that traffic stops until the configuration is removed there too.`,
    `Traffic of other hosts ${clear}`,
  ];
}

const verbOf = { esp_transport: 'protect', esp_udp: 'protect', bypass: 'bypass', discard: 'discard' } as const;

/** `client1`, `client1 and client2`, `client1, client2 and 3 others`. */
export function nameSome(names: readonly string[]): string {
  const [first = 'no host', second, ...others] = names;
  if (second === undefined) return first;
  if (others.length === 0) return `${first} and ${second}`;
  return `${first}, ${second} and ${plural(others.length, 'other')}`;
}
