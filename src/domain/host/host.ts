/**
 * A host: an IPsec client of the cluster, and the configuration that its IPsec service has loaded. The configuration is a value
 * in the field's words; a dialect prints it (swanctl.ts), and connections.ts makes of it what an IKE endpoint and an SPD take.
 */
import type { Secret } from '../bytes/secret.ts';

export interface Host {
  readonly id: string;
  readonly name: string;
  /** IPv4 and IPv6, as text. */
  readonly addresses: readonly string[];
  /** What its IPsec service has loaded, in the order of its file; empty: it protects nothing. */
  readonly connections: readonly HostConnection[];
}

/** One connection with its one child, as a swanctl.conf of a client of ONTAP has it. */
export interface HostConnection {
  /** The section's name in the file. */
  readonly name: string;
  /** The cluster's policy that it was made to match. */
  readonly policy: { readonly name: string; readonly svmName: string };
  readonly localAddresses: readonly string[];
  readonly remoteAddresses: readonly string[];
  readonly localIdentity: string;
  readonly remoteIdentity: string;
  readonly key: Secret;
  /** strongSwan's keywords, for example `aes256-sha384-ecp384`. */
  readonly ikeProposals: readonly string[];
  readonly espProposals: readonly string[];
  readonly local: HostSelector;
  readonly remote: HostSelector;
  /** IANA protocol number; 0 any. */
  readonly protocol: number;
  readonly ikeLifetimeSeconds: number;
  readonly espLifetimeSeconds: number;
}

export interface HostSelector {
  /** `address/length`. */
  readonly subnet: string;
  /** 0 any. */
  readonly port: number;
}
