/** Connections that prove themselves by certificate: one authority, one certificate an end, whatever fault is wished. */
import type { TestKeyName } from '../../crypto/testing/signing-keys.ts';
import type { Certificate } from '../../pki/certificate.ts';
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
