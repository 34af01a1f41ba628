/**
 * Whether a certificate says that its subject is who it claims to be (RFC 4945 3.1): a subjectAltName of the same kind, equal;
 * for a distinguished name the subject, equal. A common name is no identity, and no wildcard matches anything.
 */
import { equalOctets, inAsciiLowerCase, type Octets } from '../bytes/octets.ts';
import type { Certificate } from './certificate.ts';
import { equalNames } from './distinguished-name.ts';
import type { GeneralName } from './general-name.ts';

export function certifies(certificate: Certificate, claim: GeneralName): boolean {
  if (claim.kind === 'directory') return claim.name.length > 0 && equalNames(certificate.subject, claim.name);
  return certificate.subjectAltNames.some((name) => isSame(name, claim));
}

function isSame(name: GeneralName, claim: GeneralName): boolean {
  if (name.kind === 'dns' && claim.kind === 'dns') return equalHosts(name.octets, claim.octets);
  if (name.kind === 'mail' && claim.kind === 'mail') return equalMailboxes(name.octets, claim.octets);
  return name.kind === 'address' && claim.kind === 'address' && equalOctets(name.octets, claim.octets);
}

/** In any case, as ASCII has it (RFC 5280 7.2): what only reads like a name is another. */
const equalHosts = (a: Octets, b: Octets): boolean =>
  a.length > 0 && a.length === b.length && equalOctets(inAsciiLowerCase(a), inAsciiLowerCase(b));

/** The local part to the octet, the host in any case (RFC 5280 7.5). */
function equalMailboxes(a: Octets, b: Octets): boolean {
  const at = a.lastIndexOf(0x40);
  return at > 0 && equalOctets(a.subarray(0, at), b.subarray(0, at)) && equalHosts(a.subarray(at), b.subarray(at));
}
