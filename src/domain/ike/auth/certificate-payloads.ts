/**
 * CERT (RFC 7296 3.6; RFC 4945 3.3). The first holds the key that signs, the others come in any order. We send X.509 certificates
 * alone and fetch nothing: HTTP_CERT_LOOKUP_SUPPORTED is never said, so no peer has a reason to send an address instead.
 */
import { equalOctets, type Octets, textOf } from '../../bytes/octets.ts';
import { err, ok, type Result } from '../../bytes/result.ts';
import { type Certificate, parseCertificate } from '../../pki/certificate.ts';
import { isSelfSigned } from '../../pki/issuing.ts';
import type { PathFault } from '../../pki/path-judge.ts';
import type { CertificateAuthentication, Credential } from '../connection.ts';
import type { Payload } from '../message/message.ts';
import { certEncodings } from '../message/names.ts';
import { findAll } from '../message/payloads.ts';
import type { CertificateRequest } from './certificate-requests.ts';

const { X509_SIGNATURE, HASH_AND_URL_X509, HASH_AND_URL_BUNDLE } = certEncodings.numbers;
const byUrl: readonly number[] = [HASH_AND_URL_X509, HASH_AND_URL_BUNDLE];

/** Without the root above ours: who trusts it has it, and who has it not does not trust it. */
export function offerCertificates(
  { chain: [own, ...above] }: Credential,
  { sends }: Pick<CertificateAuthentication, 'sends'>,
  request: CertificateRequest | undefined,
): readonly Payload[] {
  if (sends === 'ifAsked' && !request) return [];
  const sent = [own, ...above.filter((each) => !isSelfSigned(each))];
  return sent.map(({ der }) => ({ type: 'CERT', encoding: X509_SIGNATURE, data: der }));
}

/**
 * The peer's certificates, its own first, each once. What is of another encoding is passed over, and so is what stands behind the
 * first and cannot be read.
 */
export function readCertificates(
  payloads: readonly Payload[],
): Result<readonly [Certificate, ...Certificate[]], PathFault> {
  const all = findAll(payloads, 'CERT');
  const [first, ...others] = all.filter(({ encoding }) => encoding === X509_SIGNATURE || byUrl.includes(encoding));
  if (!first && all.length > 0) return err({ check: 'encoding', encodings: all.map(({ encoding }) => encoding) });
  if (!first) return err({ check: 'missing' });
  if (first.encoding !== X509_SIGNATURE) return err({ check: 'notFetched', url: urlIn(first.data) });
  const own = parseCertificate(first.data.slice()); // it outlives the datagram
  if (!own.ok) return err({ check: 'unreadable' });
  const read: [Certificate, ...Certificate[]] = [own.value];
  for (const { data, encoding } of others) {
    const parsed = encoding === X509_SIGNATURE ? parseCertificate(data) : undefined;
    if (parsed?.ok && !read.some(({ der }) => equalOctets(der, data))) read.push(parsed.value);
  }
  return ok(read);
}

/** Behind the SHA-1 of what is to be had there. */
const urlIn = (data: Octets): string => textOf(data.subarray(20));
