/** Connections that prove themselves by certificate: one authority, one certificate an end, whatever fault is wished. */
import { p384 } from '@noble/curves/nist.js';
import { invariant } from '../../bytes/result.ts';
import type { TestKeyName } from '../../crypto/testing/signing-keys.ts';
import { type Certificate, parseCertificate } from '../../pki/certificate.ts';
import { type CertificateWish, issueCertificate, signingKeyOf } from '../../pki/testing/authority.ts';
import type { CertificateAuthentication } from '../connection.ts';

export const authorityWish: CertificateWish = {
  subject: 'O=Tests, CN=authority',
  key: 'p384',
  isAuthority: true,
  keyUsage: 0x04,
};

export interface CredentialWish {
  readonly key: TestKeyName;
  readonly dns: string;
  readonly certificate?: Partial<CertificateWish>;
  readonly anchors?: readonly Certificate[];
  readonly authentication?: Partial<CertificateAuthentication>;
}

/** The instants of these tests lie in 1970, and so do the certificates. */
const years = { notBefore: '1969-12-31T00:00:00Z', notAfter: '1980-01-01T00:00:00Z' };

export const authority = (wish: Partial<CertificateWish> = {}): Promise<Certificate> =>
  issueCertificate({ ...authorityWish, ...years, ...wish });

/**
 * An authority of the same name with a key of its own, the one whose private value is `number`. Its signature is spoiled, and nobody
 * asks an anchor for it.
 */
export async function namesake(number: number, wish: Partial<CertificateWish> = {}): Promise<Certificate> {
  const { der, spki } = await authority({ ...wish, serial: number });
  const point = p384.Point.BASE.multiply(BigInt(number)).toBytes(false);
  const changed = der.slice();
  changed.set(point, spki.byteOffset + spki.length - point.length - der.byteOffset);
  const parsed = parseCertificate(changed);
  invariant(parsed.ok, 'a certificate with another point in it is one');
  return parsed.value;
}

export async function credentialOf(wish: CredentialWish): Promise<CertificateAuthentication> {
  const { subject, key } = authorityWish;
  const leaf = issueCertificate({
    subject: `O=Tests, CN=${wish.dns}`,
    issuer: { name: subject, key },
    key: wish.key,
    keyUsage: 0x80,
    dns: [wish.dns],
    ...years,
    ...wish.certificate,
  });
  return {
    method: 'certificate',
    chain: [await leaf],
    key: await signingKeyOf(wish.key),
    anchors: wish.anchors ?? [await authority()],
    sends: 'always',
    ...wish.authentication,
  };
}
