/**
 * The embedded lab cluster as a value: nodes, SVMs, LIFs, IPsec settings and policies (ONTAP 9.17.1), the commands that change
 * it, and what each change did. `apply` (apply.ts) is the one function that makes the next state; who loads policies into an
 * IPsec boundary listens to the events.
 *
 * Nodes, SVMs and LIFs do not change in this lab; settings and policies do, and only they are stored.
 */
import type { Secret } from '../bytes/secret.ts';
import type { ReplayWindow } from './limits.ts';

/** A thing that other records point at, as ONTAP does, by uuid and name. */
export interface Named {
  readonly uuid: string;
  readonly name: string;
}

export interface OntapVersion {
  readonly full: string;
  readonly generation: number;
  readonly major: number;
  readonly minor: number;
}

export interface ClusterNode extends Named {
  readonly serialNumber: string;
  readonly systemId: string;
  readonly model: string;
  readonly managementAddress: string;
}

export interface Svm extends Named {
  readonly ipspaceName: string;
}

/** A logical interface. Addresses are in canonical text; `prefixBits` is the netmask's length. */
export interface Lif extends Named {
  readonly address: string;
  readonly prefixBits: number;
  readonly family: AddressFamily;
  readonly svmName: string;
  /** The node that hosts it: SAs of this address live there. */
  readonly nodeName: string;
  readonly portName: string;
  readonly services: readonly string[];
}

export type AddressFamily = 'ipv4' | 'ipv6';
export type PolicyAction = 'bypass' | 'discard' | 'esp_transport' | 'esp_udp';
export type AuthenticationMethod = 'none' | 'psk' | 'pki';
export type CipherSuite = 'suiteb_gcm256' | 'suiteb_gmac256' | 'suite_aescbc';

export interface IpsecConfig {
  readonly isEnabled: boolean;
  readonly replayWindow: ReplayWindow;
  readonly isOffloadEnabled: boolean;
}

/** One end of a policy's selector. Host bits stay as they were typed (ONTAP does not clear them). */
export interface PolicyEndpoint {
  /** Canonical text: `10.1.0.20`, `2001:db8::20`. */
  readonly address: string;
  readonly prefixBits: number;
  readonly family: AddressFamily;
  /** 0 is any. */
  readonly port: number;
}

export interface IpsecPolicy {
  readonly uuid: string;
  readonly name: string;
  /** Absent: scope `cluster`. */
  readonly svm?: Named;
  readonly ipspace: Named;
  readonly isEnabled: boolean;
  readonly action: PolicyAction;
  readonly authenticationMethod: AuthenticationMethod;
  /** The octets that IKE_AUTH signs with: the key's text, or what its `0x` or `0s` form stands for. */
  readonly preSharedKey?: Secret;
  readonly local: PolicyEndpoint;
  readonly remote: PolicyEndpoint;
  /** IP protocol number; 0 is any. */
  readonly protocol: number;
  /** As typed; absent: the policy's own subnet stands for it. */
  readonly localIdentity?: string;
  readonly remoteIdentity?: string;
  readonly cipherSuite: CipherSuite;
  readonly ikeLifetimeSeconds: number;
  readonly ipsecLifetimeSeconds: number;
}

export interface ClusterState extends Named {
  readonly version: OntapVersion;
  readonly location: string;
  readonly contact: string;
  readonly managementLifs: readonly (Named & { readonly address: string })[];
  readonly nodes: readonly ClusterNode[];
  readonly ipspaces: readonly Named[];
  readonly svms: readonly Svm[];
  readonly lifs: readonly Lif[];
  readonly ipsec: IpsecConfig;
  /** By SVM and name. Which one a packet meets is the SPD's question (best match). */
  readonly policies: readonly IpsecPolicy[];
}

/** One end of a selector as it was typed. */
export interface EndpointDraft {
  readonly address?: string;
  /** `24` or `255.255.255.0`. */
  readonly netmask?: string;
  /** `2049`, `2049-2049`; `0` is any. */
  readonly port?: string;
}

/** What points at a record: by uuid, by name, or by both, which must agree. */
export interface Reference {
  readonly uuid?: string;
  readonly name?: string;
}

/** A policy as REST or the shell asks for it: texts as typed. `secretKey` is the UTF-8 of the key's text. */
export interface PolicyDraft {
  readonly name: string;
  readonly svm?: Reference;
  readonly ipspace?: Reference;
  readonly isEnabled?: boolean;
  readonly action?: PolicyAction;
  readonly authenticationMethod?: AuthenticationMethod;
  readonly secretKey?: Secret;
  readonly certificate?: Reference;
  readonly ppk?: { readonly identity?: string; readonly sharedKey?: Secret };
  readonly local: EndpointDraft;
  readonly remote: EndpointDraft;
  readonly protocol?: string;
  readonly localIdentity?: string;
  readonly remoteIdentity?: string;
  readonly cipherSuite?: CipherSuite;
}

/** What a policy lets itself be told after it was made; endpoints merge key by key. */
export type PolicyChange = Pick<
  PolicyDraft,
  'isEnabled' | 'protocol' | 'localIdentity' | 'remoteIdentity' | 'certificate' | 'cipherSuite' | 'ppk'
> & { readonly local?: EndpointDraft; readonly remote?: EndpointDraft };

export type ClusterCommand =
  | { readonly type: 'changeIpsecConfig'; readonly change: Partial<IpsecConfig> }
  | { readonly type: 'createPolicy'; readonly policy: PolicyDraft }
  | { readonly type: 'changePolicy'; readonly uuid: string; readonly change: PolicyChange }
  | { readonly type: 'deletePolicy'; readonly uuid: string }
  /** Deletes every policy and turns IPsec off. */
  | { readonly type: 'clearIpsec' }
  /** Everything as at the first start. */
  | { readonly type: 'reset' };

/** What a command did. Those who hold SAs end the ones of a policy that was deleted, changed or disabled. */
export type ClusterEvent =
  | { readonly type: 'ipsecConfigChanged'; readonly before: IpsecConfig; readonly after: IpsecConfig }
  | { readonly type: 'policyCreated'; readonly policy: IpsecPolicy }
  | { readonly type: 'policyChanged'; readonly before: IpsecPolicy; readonly after: IpsecPolicy }
  | { readonly type: 'policyDeleted'; readonly policy: IpsecPolicy };
