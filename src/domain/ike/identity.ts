/**
 * Identities (RFC 7296 3.5) and what a policy expects of the peer's (RFC 4301 4.4.3.1).
 *
 * Types never mix: an FQDN that reads like an address is no address. ID types 4 and 6 (address and mask) are not of IKEv2;
 * strongSwan sends them for `id = a/n`, and so does an ONTAP endpoint whose policy names no identity, hence both are known.
 */

import { parseHex, toHex } from '../bytes/hex.ts';
import { equalOctets, type Octets, textOf, utf8 } from '../bytes/octets.ts';

export interface Identity {
  readonly type: number;
  readonly data: Octets;
}

export type IdentityPattern =
  | { readonly kind: 'any' }
  /** Equal in type and value; FQDN and mail without regard to case. */
  | { readonly kind: 'exactly'; readonly identity: Identity }
  /** `*.example.com`, `*@example.com`: the star stands for one or more whole labels, or for the mailbox. */
  | { readonly kind: 'suffix'; readonly type: number; readonly suffix: string };

export const idTypes = {
  ipv4Address: 1,
  fqdn: 2,
  mail: 3,
  ipv4Subnet: 4,
  ipv6Address: 5,
  ipv6Subnet: 6,
  distinguishedName: 9,
  keyId: 11,
} as const;
