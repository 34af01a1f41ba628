/**
 * Certificates made for a test: an authority with any fault one wishes. Keys are the fixed ones of crypto/testing, and what a platform
 * would draw for a signature comes from a seed, so the same wish is the same octets. PKI.js lays them out, so that our reader reads what a
 * stranger wrote.
 */
import { type BaseBlock, BitString, Integer, OctetString, Sequence } from 'asn1js';
import {
  AlgorithmIdentifier,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Extension,
  GeneralName,
  GeneralNames,
  Certificate as PkiCertificate,
  PublicKeyInfo,
  RelativeDistinguishedNames,
  Time,
  TimeType,
} from 'pkijs';
import type { Octets } from '../../bytes/octets.ts';
import { invariant } from '../../bytes/result.ts';
import { Secret } from '../../bytes/secret.ts';
import type { CryptoProvider, SigningKey } from '../../crypto/provider.ts';
import { seededProvider } from '../../crypto/seeded-provider.ts';
import { type SignatureScheme, writeAlgorithmIdentifier } from '../../crypto/signature-scheme.ts';
import { type TestKeyName, testKey } from '../../crypto/testing/signing-keys.ts';
import { webProvider } from '../../crypto/web-provider.ts';
import { type Certificate, parseCertificate } from '../certificate.ts';
import { parseNameText, writeName } from '../distinguished-name.ts';

export interface CertificateWish {
  readonly subject: string;
  readonly key: TestKeyName;
  /** Absent: it signs itself. */
  readonly issuer?: { readonly name: string; readonly key: TestKeyName };
  readonly dns?: readonly string[];
  readonly mail?: readonly string[];
  readonly addresses?: readonly Octets[];
  readonly isAuthority?: boolean;
  readonly pathLength?: number;
  /** The first octet of the BIT STRING: 0x80 digitalSignature, 0x04 keyCertSign; absent: no extension. */
  readonly keyUsage?: number;
  readonly version?: 1 | 3;
  readonly notBefore?: string;
  readonly notAfter?: string;
  readonly serial?: number;
  /** Its key's identifier and its issuer's; absent: neither extension. */
  readonly keyIds?: { readonly own: Octets; readonly issuer: Octets };
  /** A critical extension that nobody knows. */
  readonly hasUnknownCritical?: boolean;
  readonly scheme?: SignatureScheme;
}

export async function issueCertificate(wish: CertificateWish): Promise<Certificate> {
  const parsed = parseCertificate(await issueDer(wish));
  invariant(parsed.ok, `${wish.subject} is a certificate`);
  return parsed.value;
}

export async function issueDer(wish: CertificateWish): Promise<Octets> {
  const issuer = wish.issuer ?? { name: wish.subject, key: wish.key };
  const key = await signingKeyOf(issuer.key, seededProvider(webProvider, 'authority'));
  const scheme = wish.scheme ?? usualScheme(key);
  const algorithm = AlgorithmIdentifier.fromBER(writeAlgorithmIdentifier(scheme));
  const certificate = new PkiCertificate({
    version: wish.version === 1 ? 0 : 2,
    serialNumber: new Integer({ value: wish.serial ?? 1 }),
    signature: algorithm,
    signatureAlgorithm: algorithm,
    issuer: nameOf(issuer.name),
    subject: nameOf(wish.subject),
    notBefore: time(wish.notBefore ?? '2026-01-01T00:00:00Z'),
    notAfter: time(wish.notAfter ?? '2036-01-01T00:00:00Z'),
    subjectPublicKeyInfo: PublicKeyInfo.fromBER(testKey(wish.key).spki),
    ...(wish.version !== 1 && { extensions: extensionsOf(wish) }),
  });
  const [toBeSigned] = certificate.toSchema(true).valueBlock.value;
  invariant(toBeSigned, 'a TBSCertificate');
  const signature = await key.sign(scheme, new Uint8Array(toBeSigned.toBER()));
  const signatureValue = new BitString({ valueHex: signature.slice().buffer });
  return new Uint8Array(new Sequence({ value: [toBeSigned, algorithm.toSchema(), signatureValue] }).toBER());
}

export async function signingKeyOf(name: TestKeyName, provider: CryptoProvider = webProvider): Promise<SigningKey> {
  const key = await provider.signingKey(new Secret(testKey(name).pkcs8));
  invariant(key, `${name} signs`);
  return key;
}

function usualScheme({ kind }: SigningKey): SignatureScheme {
  switch (kind.type) {
    case 'rsa':
      return { type: 'rsaPkcs1', hash: 'SHA-256' };
    case 'ecdsa':
      return { type: 'ecdsa', hash: 'SHA-384', form: 'der' };
    case 'ed25519':
    case 'ed448':
      return { type: kind.type };
  }
}

function extensionsOf(wish: CertificateWish): Extension[] {
  const { isAuthority = false, pathLength, keyUsage, dns = [], mail = [], addresses = [] } = wish;
  const names = [
    ...mail.map((value) => new GeneralName({ type: 1, value })),
    ...dns.map((value) => new GeneralName({ type: 2, value })),
    ...addresses.map((each) => new GeneralName({ type: 7, value: new OctetString({ valueHex: each.slice().buffer }) })),
  ];
  const constraints = new BasicConstraints({
    cA: isAuthority,
    ...(pathLength !== undefined && { pathLenConstraint: pathLength }),
  });
  return [
    extension('2.5.29.19', true, constraints.toSchema()),
    ...(keyUsage === undefined
      ? []
      : [extension('2.5.29.15', true, new BitString({ valueHex: Uint8Array.of(keyUsage).buffer }))]),
    ...(names.length === 0 ? [] : [extension('2.5.29.17', false, new GeneralNames({ names }).toSchema())]),
    ...(wish.keyIds ? keyIdentifiersOf(wish.keyIds) : []),
    ...(wish.hasUnknownCritical ? [extension('1.2.3.4', true, new Sequence())] : []),
  ];
}

const keyIdentifiersOf = ({ own, issuer }: NonNullable<CertificateWish['keyIds']>): Extension[] => {
  const keyIdentifier = new OctetString({ valueHex: issuer.slice().buffer });
  return [
    extension('2.5.29.14', false, new OctetString({ valueHex: own.slice().buffer })),
    extension('2.5.29.35', false, new AuthorityKeyIdentifier({ keyIdentifier }).toSchema()),
  ];
};

const extension = (extnID: string, critical: boolean, value: BaseBlock): Extension =>
  new Extension({ extnID, critical, extnValue: value.toBER() });

const time = (text: string): Time => new Time({ type: TimeType.GeneralizedTime, value: new Date(text) });

function nameOf(text: string): RelativeDistinguishedNames {
  const name = text === '' ? [] : parseNameText(text);
  invariant(name, `${text} is a name`);
  return RelativeDistinguishedNames.fromBER(writeName(name));
}
