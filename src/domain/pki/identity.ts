/**
 * Whether a certificate says that its subject is who it claims to be (RFC 4945 3.1): a subjectAltName of the same kind, equal;
 * for a distinguished name the subject, equal. A common name is no identity, and no wildcard matches anything.
 */
import { equalOctets } from '../bytes/octets.ts';
import type { Certificate } from './certificate.ts';
import { equalNames } from './distinguished-name.ts';
import type { GeneralName } from './general-name.ts';

export function certifies(certificate: Certificate, claim: GeneralName): boolean {
  if (claim.kind === 'directory') return claim.name.length > 0 && equalNames(certificate.subject, claim.name);
  return certificate.subjectAltNames.some((name) => isSame(name, claim));
}

function isSame(name: GeneralName, claim: GeneralName): boolean {
  if (name.kind === 'dns' && claim.kind === 'dns') return equalTexts(name.name, claim.name);
  if (name.kind === 'mail' && claim.kind === 'mail') return equalTexts(name.address, claim.address);
  return name.kind === 'address' && claim.kind === 'address' && equalOctets(name.octets, claim.octets);
}

const equalTexts = (a: string, b: string): boolean => a !== '' && a.toLowerCase() === b.toLowerCase();
