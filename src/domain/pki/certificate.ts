/**
 * An X.509 certificate (RFC 5280 4.1) as a value. What is compared or signed is cut out of the octets as they came, never written
 * anew. Whether a certificate is to be believed is path-judge.ts's question. (Why no library reads it: docs/decisions.)
 */
import { bitsIn, childrenOf, contextTag, type Der, readDer, sequenceIn, smallIntegerIn, tags } from '../bytes/der.ts';
import { toHex } from '../bytes/hex.ts';
import { equalOctets, type Octets } from '../bytes/octets.ts';
import { err, ok, type Result } from '../bytes/result.ts';
import { type KeyFault, type KeyKind, readPublicKey } from '../crypto/asymmetric-keys.ts';
import { type DistinguishedName, parseName, printName } from './distinguished-name.ts';
import { type GeneralName, generalNameOf } from './general-name.ts';

export interface Certificate {
  readonly der: Octets;
  readonly version: number;
  /** Hex. */
  readonly serial: string;
  readonly issuer: DistinguishedName;
  readonly subject: DistinguishedName;
  readonly subjectAltNames: readonly GeneralName[];
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** SubjectPublicKeyInfo. */
  readonly spki: Octets;
  /** What key that is, or why it is none for us. */
  readonly key: Result<KeyKind, KeyFault>;
  /** Absent: any use. */
  readonly keyUsage?: ReadonlySet<KeyUse>;
  /** Object identifiers, dotted; absent: any purpose. */
  readonly extendedKeyUsage?: readonly string[];
  readonly basicConstraints?: { readonly isAuthority: boolean; readonly pathLength?: number };
  readonly subjectKeyId?: Octets;
  readonly authorityKeyId?: Octets;
  /** Critical extensions that nothing above speaks of, dotted. */
  readonly otherCritical: readonly string[];
  /** What the issuer signed (TBSCertificate), with which algorithm (AlgorithmIdentifier), and the signature. */
  readonly signed: Octets;
  readonly signatureAlgorithm: Octets;
  readonly signature: Octets;
}

export type KeyUse = (typeof keyUses)[number];

/** What a screen or a sentence says of a certificate. */
export interface CertificateLabel {
  readonly subject: string;
  readonly issuer: string;
  readonly serial: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

export interface CertificateFault {
  readonly part: 'encoding' | 'structure' | 'name' | 'key' | 'validity' | 'extension' | 'signature';
  /** Of an extension: its object identifier. */
  readonly extension?: string;
}

export function labelOf({ subject, issuer, serial, notBeforeMs, notAfterMs }: Certificate): CertificateLabel {
  return { subject: printName(subject), issuer: printName(issuer), serial, notBeforeMs, notAfterMs };
}

/** The same octets, in whichever object. */
export const isSameCertificate = (a: Certificate, b: Certificate): boolean =>
  a === b || (a.serial === b.serial && equalOctets(a.der, b.der));

/** More than any certificate has that a peer sends in good faith. */
const mostOctets = 64 * 1024;

export function parseCertificate(der: Octets): Result<Certificate, CertificateFault> {
  const [tbs, algorithm, signatureBits, ...more] = (der.length <= mostOctets && sequenceIn(der)) || [];
  if (!tbs || !algorithm || more.length > 0) return err({ part: 'encoding' });
  const fields = fieldsOf(tbs);
  if (!fields) return err({ part: 'structure' });
  const signature = bitsIn(signatureBits);
  // The algorithm is named twice, and only the inner name is signed (RFC 5280 4.1.1.2).
  if (!signature || !equalOctets(fields.algorithm.whole, algorithm.whole)) return err({ part: 'signature' });
  const subject = parseName(fields.subject.whole);
  const issuer = parseName(fields.issuer.whole);
  if (!subject || !issuer) return err({ part: 'name' });
  const [notBeforeMs, notAfterMs] = (sequenceIn(fields.validity.whole) ?? []).map(instantIn);
  if (notBeforeMs === undefined || notAfterMs === undefined) return err({ part: 'validity' });
  const extended = readExtensions(fields.extensions);
  if (!extended.ok) return extended;
  const key = readPublicKey(fields.spki.whole);
  return ok({
    der,
    version: fields.version,
    serial: toHex(fields.serial.content),
    issuer,
    subject,
    notBeforeMs,
    notAfterMs,
    spki: fields.spki.whole,
    key: key.ok ? ok(key.value.kind) : key,
    ...extended.value,
    signed: tbs.whole,
    signatureAlgorithm: algorithm.whole,
    signature,
  });
}

interface Fields {
  readonly version: number;
  readonly serial: Der;
  readonly algorithm: Der;
  readonly issuer: Der;
  readonly validity: Der;
  readonly subject: Der;
  readonly spki: Der;
  readonly extensions: readonly Der[];
}

/** [1] and [2] unique identifiers, [3] extensions: each once, in this order. */
const behindKey: readonly number[] = [0x81, 0x82, contextTag(3)];

/** TBSCertificate: [0] version first, which is absent in version 1; behind the key, unique ids [1], [2] and extensions [3]. */
function fieldsOf(tbs: Der): Fields | undefined {
  const children = tbs.tag === tags.sequence ? (childrenOf(tbs) ?? []) : [];
  const [first] = children;
  const isVersioned = first?.tag === contextTag(0);
  const version = isVersioned ? smallIntegerIn(readDer(first.content)) : 0;
  const [serial, algorithm, issuer, validity, subject, spki, ...rest] = isVersioned ? children.slice(1) : children;
  if (serial?.tag !== tags.integer || !algorithm || !issuer || !validity || !subject || !spki) return undefined;
  const order = rest.map(({ tag }) => behindKey.indexOf(tag));
  if (order.some((place, i) => place <= (order[i - 1] ?? -1))) return undefined;
  const wrapped = rest.find(({ tag }) => tag === contextTag(3));
  const extensions = wrapped ? sequenceIn(wrapped.content) : [];
  if (version === undefined || version > 2 || !extensions || (wrapped && version !== 2)) return undefined;
  return { version: version + 1, serial, algorithm, issuer, validity, subject, spki, extensions };
}

const timeTags = { utc: 0x17, generalized: 0x18 } as const;

/** UTCTime is of 1950 to 2049, GeneralizedTime of any year; both in seconds and Zulu (RFC 5280 4.1.2.5). */
function instantIn({ tag, content }: Der): number | undefined {
  if (tag !== timeTags.utc && tag !== timeTags.generalized) return undefined;
  const pairs = pairsOfDigits(content);
  const century = tag === timeTags.generalized ? pairs.shift() : (pairs[0] ?? 0) < 50 ? 20 : 19;
  const [yearOfCentury, month, day, hour, minute, second, ...more] = pairs;
  if (century === undefined || yearOfCentury === undefined || month === undefined || more.length > 0) return undefined;
  const year = 100 * century + yearOfCentury;
  const instantMs = Date.UTC(year, month - 1, day, hour, minute, second);
  const read = new Date(instantMs);
  const isDay = read.getUTCFullYear() === year && read.getUTCMonth() === month - 1 && read.getUTCDate() === day;
  const isReal = isDay && isTime(hour, minute, second); // there is no 31 June, nor a year 50 of four digits
  return isReal ? instantMs : undefined;
}

/** Of `261231235959Z`: 26, 12, 31, 23, 59, 59. Empty: it is of another form. */
function pairsOfDigits(text: Octets): number[] {
  const pairs: number[] = [];
  for (let at = 0; at < text.length - 1; at += 2) {
    const tens = (text[at] ?? 0) - 0x30;
    const ones = (text[at + 1] ?? 0) - 0x30;
    if (tens < 0 || tens > 9 || ones < 0 || ones > 9) return [];
    pairs.push(10 * tens + ones);
  }
  return text.length % 2 === 1 && text.at(-1) === zulu ? pairs : [];
}

const zulu = 0x5a; // Z

const isTime = (hour = 24, minute = 60, second = 60): boolean => hour < 24 && minute < 60 && second < 60;

type Extended = Pick<
  Certificate,
  | 'subjectAltNames'
  | 'keyUsage'
  | 'extendedKeyUsage'
  | 'basicConstraints'
  | 'subjectKeyId'
  | 'authorityKeyId'
  | 'otherCritical'
>;

/** Undefined: it breaks its own syntax. */
type ExtensionReader = (value: Der) => Partial<Extended> | undefined;

/** RFC 5280 4.2.1. */
const readers = new Map<string, ExtensionReader>([
  ['2.5.29.14', (value) => (value.tag === tags.octetString ? { subjectKeyId: value.content } : undefined)],
  ['2.5.29.15', readKeyUsage],
  ['2.5.29.17', readAltNames],
  ['2.5.29.19', readBasicConstraints],
  ['2.5.29.35', readAuthorityKeyId],
  ['2.5.29.37', readExtendedKeyUsage],
]);

/** Read to be shown: nothing decides by them, so that where they are critical they refuse (RFC 5280 4.2). */
const unjudged: ReadonlySet<string> = new Set(['2.5.29.37']);

function readExtensions(extensions: readonly Der[]): Result<Extended, CertificateFault> {
  const otherCritical: string[] = [];
  const extended: Extended = { subjectAltNames: [], otherCritical };
  const seen = new Set<string>();
  for (const { whole } of extensions) {
    const parts = sequenceIn(whole) ?? [];
    const [name, flag] = parts;
    const isCritical = flag?.tag === tags.boolean && flag.content[0] === 0xff;
    const octets = parts[isCritical ? 2 : 1];
    const isWhole = parts.length === (isCritical ? 3 : 2);
    if (!isWhole || name?.tag !== tags.oid || octets?.tag !== tags.octetString) return err({ part: 'extension' });
    const extension = printOid(name.content);
    if (seen.has(extension)) return err({ part: 'extension', extension }); // RFC 5280 4.2
    seen.add(extension);
    const reader = readers.get(extension);
    if (isCritical && (!reader || unjudged.has(extension))) otherCritical.push(extension);
    if (!reader) continue;
    const value = readDer(octets.content);
    const read = value && reader(value);
    if (!read) return err({ part: 'extension', extension });
    Object.assign(extended, read);
  }
  return ok(extended);
}

function readAltNames(value: Der): Partial<Extended> | undefined {
  const names = value.tag === tags.sequence ? childrenOf(value) : undefined;
  return names && names.length > 0 ? { subjectAltNames: names.map(generalNameOf) } : undefined;
}

function readBasicConstraints(value: Der): Partial<Extended> | undefined {
  const parts = value.tag === tags.sequence ? childrenOf(value) : undefined;
  if (!parts) return undefined;
  const [first] = parts;
  const saysAuthority = first?.tag === tags.boolean;
  const [limit, ...more] = saysAuthority ? parts.slice(1) : parts;
  const pathLength = smallIntegerIn(limit);
  if (more.length > 0 || (limit && pathLength === undefined)) return undefined;
  const isAuthority = saysAuthority && first.content[0] === 0xff;
  return { basicConstraints: { isAuthority, ...(pathLength !== undefined && { pathLength }) } };
}

/** Its first field, [0] keyIdentifier; issuer and serial number help nobody. */
function readAuthorityKeyId(value: Der): Partial<Extended> | undefined {
  const parts = value.tag === tags.sequence ? childrenOf(value) : undefined;
  const id = parts?.find(({ tag }) => tag === 0x80);
  return parts && (id ? { authorityKeyId: id.content } : {});
}

function readExtendedKeyUsage(value: Der): Partial<Extended> | undefined {
  const purposes = value.tag === tags.sequence ? childrenOf(value) : undefined;
  if (!purposes || purposes.length === 0 || purposes.some(({ tag }) => tag !== tags.oid)) return undefined;
  return { extendedKeyUsage: purposes.map(({ content }) => printOid(content)) };
}

/** In the order of their bits (RFC 5280 4.2.1.3). */
const keyUses = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;

function readKeyUsage(bits: Der): Partial<Extended> | undefined {
  const [unused = 8] = bits.content;
  if (bits.tag !== tags.bitString || bits.content.length < 2 || unused > 7) return undefined;
  const octets = bits.content.subarray(1);
  return { keyUsage: new Set(keyUses.filter((_, bit) => ((octets[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0)) };
}

/** 2.5.29.17 of its content octets. */
function printOid(content: Octets): string {
  const numbers: number[] = [];
  let number = 0;
  for (const octet of content) {
    number = number * 128 + (octet & 0x7f);
    if (octet >= 0x80) continue;
    numbers.push(number);
    number = 0;
  }
  const [first = 0, ...others] = numbers;
  const top = Math.min(2, Math.floor(first / 40));
  return [top, first - 40 * top, ...others].join('.');
}
