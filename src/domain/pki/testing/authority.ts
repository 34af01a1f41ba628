/** Certificates made for a test: an authority with any fault one wishes. Keys are the fixed ones of crypto/testing. */
import { contextTag, tags, writeDer } from '../../bytes/der.ts';
import { concat, emptyOctets, type Octets, utf8 } from '../../bytes/octets.ts';
import { invariant } from '../../bytes/result.ts';
import { Secret } from '../../bytes/secret.ts';
import type { SigningKey } from '../../crypto/provider.ts';
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
  const key = await signingKeyOf(issuer.key);
  const scheme = wish.scheme ?? usualScheme(key);
  const algorithm = writeAlgorithmIdentifier(scheme);
  const tbs = writeDer(
    tags.sequence,
    wish.version === 1 ? emptyOctets : writeDer(contextTag(0), writeDer(tags.integer, Uint8Array.of(2))),
    writeDer(tags.integer, Uint8Array.of(wish.serial ?? 1)),
    algorithm,
    nameOf(issuer.name),
    writeDer(tags.sequence, time(wish.notBefore ?? '20260101000000Z'), time(wish.notAfter ?? '20360101000000Z')),
    nameOf(wish.subject),
    testKey(wish.key).spki,
    wish.version === 1 ? emptyOctets : writeDer(contextTag(3), writeDer(tags.sequence, ...extensionsOf(wish))),
  );
  const signature = await key.sign(scheme, tbs);
  return writeDer(tags.sequence, tbs, algorithm, writeDer(tags.bitString, Uint8Array.of(0), signature));
}

export async function signingKeyOf(name: TestKeyName): Promise<SigningKey> {
  const key = await webProvider.signingKey(new Secret(testKey(name).pkcs8));
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

function extensionsOf(wish: CertificateWish): readonly Octets[] {
  const { isAuthority = false, pathLength, keyUsage, dns = [], mail = [], addresses = [] } = wish;
  const names = [
    ...mail.map((each) => writeDer(0x81, utf8(each))),
    ...dns.map((each) => writeDer(0x82, utf8(each))),
    ...addresses.map((each) => writeDer(0x87, each)),
  ];
  const constraints = concat(
    isAuthority ? writeDer(tags.boolean, Uint8Array.of(0xff)) : emptyOctets,
    pathLength === undefined ? emptyOctets : writeDer(tags.integer, Uint8Array.of(pathLength)),
  );
  return [
    extension([0x55, 0x1d, 0x13], true, writeDer(tags.sequence, constraints)),
    ...(keyUsage === undefined
      ? []
      : [extension([0x55, 0x1d, 0x0f], true, writeDer(tags.bitString, Uint8Array.of(0, keyUsage)))]),
    ...(names.length === 0 ? [] : [extension([0x55, 0x1d, 0x11], false, writeDer(tags.sequence, ...names))]),
    ...(wish.hasUnknownCritical ? [extension([0x2a, 0x03, 0x04], true, writeDer(tags.sequence))] : []),
  ];
}

function extension(oid: readonly number[], isCritical: boolean, value: Octets): Octets {
  return writeDer(
    tags.sequence,
    writeDer(tags.oid, Uint8Array.from(oid)),
    isCritical ? writeDer(tags.boolean, Uint8Array.of(0xff)) : emptyOctets,
    writeDer(tags.octetString, value),
  );
}

/** GeneralizedTime. */
const time = (text: string): Octets => writeDer(0x18, utf8(text));

function nameOf(text: string): Octets {
  const name = text === '' ? [] : parseNameText(text);
  invariant(name, `${text} is a name`);
  return writeName(name);
}
