/**
 * From a policy of the cluster, the configuration of a host that matches it: selectors mirrored, the cluster's remote identity as
 * the host's own, the suite's algorithms in the host's keywords. Without identities in the policy its subnets stand for them, as
 * the ONTAP endpoint does and strongSwan understands (`id = 10.1.4.0/24`).
 */
import { err, invariant, ok, type Result } from '../bytes/result.ts';
import type { Secret } from '../bytes/secret.ts';
import type { Proposal } from '../ike/message/message.ts';
import { type OntapSuiteName, ontapSuites } from '../ike/proposal/ontap-suites.ts';
import { type IpAddress, parseAddress, printAddress } from '../net/address.ts';
import { firstAddress, hostPrefix, type Prefix, printPrefix } from '../net/prefix.ts';
import { includesAddress, selectorOf } from '../spd/selector.ts';
import type { Host, HostConnection } from './host.ts';
import { printProposalKeywords } from './proposal-keywords.ts';

/** What of a policy a host must match; the cluster's policies have all of it. */
export interface PolicyToMatch {
  readonly name: string;
  readonly svmName: string;
  readonly action: 'bypass' | 'discard' | 'esp_transport' | 'esp_udp';
  readonly authenticationMethod: 'none' | 'psk' | 'pki';
  readonly local: PolicySide;
  readonly remote: PolicySide;
  readonly protocol: number;
  readonly localIdentity?: string;
  readonly remoteIdentity?: string;
  readonly cipherSuite: OntapSuiteName;
  readonly ikeLifetimeSeconds: number;
  readonly ipsecLifetimeSeconds: number;
}

export interface PolicySide {
  readonly address: string;
  readonly prefixBits: number;
  /** 0 is any. */
  readonly port: number;
}

export type MatchRefusal =
  /** The policy lets traffic pass or drops it: there is nothing to negotiate. */
  | { readonly code: 'nothingToProtect'; readonly action: 'bypass' | 'discard' }
  | { readonly code: 'needsCertificates' }
  /** The host has no address in the policy's remote subnet. */
  | { readonly code: 'noAddress'; readonly subnet: string; readonly addresses: readonly string[] };

/** ONTAP's word for "whoever proves the key". */
export const anyIdentityWord = 'ANYTHING';

export function hostConnectionFor(
  policy: PolicyToMatch,
  host: Pick<Host, 'addresses'>,
  key: Secret,
): Result<HostConnection, MatchRefusal> {
  if (policy.action === 'bypass' || policy.action === 'discard') {
    return err({ code: 'nothingToProtect', action: policy.action });
  }
  if (policy.authenticationMethod !== 'psk') return err({ code: 'needsCertificates' });
  const clusterSubnet = prefixOf(policy.local);
  const hostSubnet = prefixOf(policy.remote);
  const own = host.addresses.map(addressOfHost).filter((each) => includesAddress(selectorOf(hostSubnet), each));
  const [address] = own;
  if (address === undefined) {
    return err({ code: 'noAddress', subnet: printPrefix(hostSubnet), addresses: host.addresses });
  }

  const suite = ontapSuites[policy.cipherSuite];
  const remoteIdentity = policy.remoteIdentity === anyIdentityWord ? printAddress(address) : policy.remoteIdentity;
  return ok({
    name: sectionName(policy.name),
    policy: { name: policy.name, svmName: policy.svmName },
    localAddresses: own.map(printAddress),
    remoteAddresses: [printPrefix(clusterSubnet)],
    localIdentity: remoteIdentity ?? subnetText(policy.remote),
    remoteIdentity: policy.localIdentity ?? subnetText(policy.local),
    key,
    ikeProposals: suite.ikeProposals.map(keywordsOf),
    espProposals: suite.espProposals.map(keywordsOf),
    local: { subnet: printPrefix(hostPrefix(address)), port: policy.remote.port },
    remote: { subnet: printPrefix(clusterSubnet), port: policy.local.port },
    protocol: policy.protocol,
    ikeLifetimeSeconds: policy.ikeLifetimeSeconds,
    espLifetimeSeconds: policy.ipsecLifetimeSeconds,
  });
}

/** The subnet as it was typed: identities compare by their octets, host bits and all are cleared only there. */
const subnetText = ({ address, prefixBits }: PolicySide): string => `${address}/${prefixBits}`;

function prefixOf({ address, prefixBits: length }: PolicySide): Prefix {
  const parsed = parseAddress(address);
  invariant(parsed.ok, 'a policy that the cluster holds has addresses');
  return { address: firstAddress({ address: parsed.value, length }), length };
}

function addressOfHost(text: string): IpAddress {
  const parsed = parseAddress(text);
  invariant(parsed.ok, 'a host has addresses');
  return parsed.value;
}

function keywordsOf(proposal: Proposal): string {
  const keywords = printProposalKeywords(proposal);
  invariant(keywords !== undefined, 'strongSwan has a keyword for every algorithm of a suite');
  return keywords;
}

/** What swanctl.conf takes as the name of a section. */
const sectionName = (policyName: string): string => policyName.replace(/[^\w-]/g, '-');
