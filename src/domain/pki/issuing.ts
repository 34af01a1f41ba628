/** Who may have issued a certificate, before any signature is verified (RFC 5280 6.1, 4.2.1.1). */
import { equalOctets } from '../bytes/octets.ts';
import type { Certificate } from './certificate.ts';
import { equalNames } from './distinguished-name.ts';

/** By name, and by key identifier where both say one: it is a hint for building, and a wrong one costs the signature. */
export function mayHaveIssued(issuer: Certificate, { issuer: name, authorityKeyId }: Certificate): boolean {
  if (issuer.subject.length === 0 || !equalNames(issuer.subject, name)) return false;
  return !authorityKeyId || !issuer.subjectKeyId || equalOctets(issuer.subjectKeyId, authorityKeyId);
}

/** Those that may have issued it, in their order; but whose key it names come before namesakes that say nothing of theirs. */
export function issuersAmong(certificates: readonly Certificate[], child: Certificate): readonly Certificate[] {
  const possible = certificates.filter((each) => mayHaveIssued(each, child));
  if (!child.authorityKeyId || possible.length < 2) return possible;
  return possible.toSorted((a, b) => Number(!a.subjectKeyId) - Number(!b.subjectKeyId));
}

/** A root; not an authority's new key under its old name, which the old key signed. */
export const isSelfSigned = (certificate: Certificate): boolean => mayHaveIssued(certificate, certificate);
