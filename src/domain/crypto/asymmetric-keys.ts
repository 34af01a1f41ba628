/**
 * What a key is, read from its SubjectPublicKeyInfo (RFC 5280 4.1.2.7, RFC 3279, 5480, 8410) or PKCS#8 (RFC 5958), so that
 * every provider takes the same keys and refuses the same. Reading proves no key good: importing it does.
 */
import { bitsIn, type Der, derNull, sequenceIn, smallIntegerIn, tags, writeDer } from '../bytes/der.ts';
import { parseHex, toHex } from '../bytes/hex.ts';
import type { Octets } from '../bytes/octets.ts';
import { err, invariant, ok, type Result } from '../bytes/result.ts';
import { faultOfPoint } from './edwards-points.ts';
import { parseAlgorithmIdentifier, type SignatureScheme, type SigningHash, schemeOf } from './signature-scheme.ts';

export type CurveName = 'P-256' | 'P-384' | 'P-521';

/** What a key that is for RSASSA-PSS alone demands of its signatures (RFC 4055 1.2, 3.3): without parameters, any. */
export interface PssOnly {
  readonly hash?: SigningHash;
  readonly leastSaltOctets: number;
}

export type KeyKind =
  | { readonly type: 'rsa'; readonly bits: number; readonly onlyPss?: PssOnly }
  | { readonly type: 'ecdsa'; readonly curve: CurveName }
  | { readonly type: 'ed25519' }
  | { readonly type: 'ed448' };

/** Why octets are no public key for us. */
export type KeyFault =
  /** A kind, a curve or a hash that we do not know, or take no more. */
  | 'kind'
  | 'encoding'
  /** Parameters where there are none to be, or none where there are (RFC 8410 3, 5480 2.1.1, 3279 2.3.1). */
  | 'parameters'
  /** Of RSA: 1, even, or so long that checking takes its time. */
  | 'exponent'
  /** No point, or a second encoding of one. */
  | 'point'
  | 'smallOrder';

export interface PublicKeyInfo {
  readonly kind: KeyKind;
  /** As providers import it: a key that is for RSASSA-PSS alone is named plain RSA, which WebCrypto wants. */
  readonly spki: Octets;
  /** The octets of the BIT STRING. */
  readonly publicValue: Octets;
}

export interface PrivateKeyInfo {
  readonly kind: KeyKind;
  /** Of Ed25519 and Ed448 (RFC 8410 7). */
  readonly seed?: Octets;
}

export function readPublicKey(spki: Octets): Result<PublicKeyInfo, KeyFault> {
  const [algorithm, key, ...more] = sequenceIn(spki) ?? [];
  const publicValue = bitsIn(key);
  if (!algorithm || !publicValue || more.length > 0) return err('encoding');
  const read = familyOf(algorithm);
  if (!read.ok) return read;
  const family = read.value;
  switch (family.type) {
    case 'rsa': {
      const [modulus, exponent, ...others] = sequenceIn(publicValue) ?? [];
      const bits = bitsOf(modulus);
      if (bits === undefined || !exponent || others.length > 0) return err('encoding');
      if (!isExponent(exponent)) return err('exponent');
      const plain = writeDer(tags.sequence, plainRsa, key?.whole ?? publicValue);
      return ok({ kind: { ...family, bits }, spki: plain, publicValue });
    }
    case 'ecdsa':
      return isPointForm(family.curve, publicValue) ? ok({ kind: family, spki, publicValue }) : err('point');
    case 'ed25519':
    case 'ed448': {
      if (publicValue.length !== edOctets[family.type]) return err('encoding');
      const fault = faultOfPoint(family.type, publicValue);
      return fault ? err(fault) : ok({ kind: family, spki, publicValue });
    }
  }
}

export function readPrivateKey(pkcs8: Octets): PrivateKeyInfo | undefined {
  const [version, algorithm, key] = sequenceIn(pkcs8) ?? [];
  const versionNumber = smallIntegerIn(version);
  if (versionNumber === undefined || versionNumber > 1 || !algorithm || key?.tag !== tags.octetString) return undefined;
  const read = familyOf(algorithm);
  if (!read.ok) return undefined;
  const family = read.value;
  switch (family.type) {
    case 'rsa': {
      const [, modulus] = sequenceIn(key.content) ?? [];
      const bits = bitsOf(modulus);
      return bits === undefined ? undefined : { kind: { ...family, bits } };
    }
    case 'ecdsa':
      return { kind: family };
    case 'ed25519':
    case 'ed448': {
      const octets = edOctets[family.type];
      const isSeed =
        key.content[0] === tags.octetString && key.content[1] === octets && key.content.length === octets + 2;
      return isSeed ? { kind: family, seed: key.content.subarray(2) } : undefined;
    }
  }
}

/** Whether a key of this kind can make such a signature at all. */
export function isSchemeOf(kind: KeyKind, scheme: SignatureScheme): boolean {
  if (kind.type !== 'rsa') return kind.type === scheme.type;
  const { onlyPss } = kind;
  if (scheme.type === 'rsaPkcs1') return !onlyPss;
  if (scheme.type !== 'rsaPss') return false;
  return !onlyPss || ((onlyPss.hash ?? scheme.hash) === scheme.hash && scheme.saltOctets >= onlyPss.leastSaltOctets);
}

/** An RSA signature is as long as the modulus (RFC 8017 8.1.2, 8.2.2). OpenSSL takes one whose leading zeros were cut off. */
export const hasKeyLength = (kind: KeyKind, signature: Octets): boolean =>
  kind.type !== 'rsa' || signature.length === Math.ceil(kind.bits / 8);

export function printKeyKind(kind: KeyKind): string {
  switch (kind.type) {
    case 'rsa':
      return `RSA ${kind.bits}`;
    case 'ecdsa':
      return `ECDSA ${kind.curve}`;
    case 'ed25519':
      return 'Ed25519';
    case 'ed448':
      return 'Ed448';
  }
}

/** Octets of one coordinate, and of r and s. */
export const curveOctets = { 'P-256': 32, 'P-384': 48, 'P-521': 66 } as const satisfies Record<CurveName, number>;

const edOctets = { ed25519: 32, ed448: 57 } as const;

type Family = { readonly type: 'rsa'; readonly onlyPss?: PssOnly } | Exclude<KeyKind, { readonly type: 'rsa' }>;

const families: Readonly<Record<string, Family['type']>> = {
  '2a864886f70d010101': 'rsa',
  '2a8648ce3d0201': 'ecdsa',
  '2b6570': 'ed25519',
  '2b6571': 'ed448',
};

const rsaPssName = '2a864886f70d01010a';

function onlyPssOf(algorithm: Der, parameters: Der | undefined): Result<Family, KeyFault> {
  if (!parameters) return ok({ type: 'rsa', onlyPss: { leastSaltOctets: 0 } });
  const named = parseAlgorithmIdentifier(algorithm.whole);
  const scheme = named && schemeOf(named);
  if (scheme?.type !== 'rsaPss') return err('kind'); // its parameters demand what we do not do, SHA-1 for one
  return ok({ type: 'rsa', onlyPss: { hash: scheme.hash, leastSaltOctets: scheme.saltOctets } });
}

const curves: Readonly<Record<string, CurveName>> = {
  '2a8648ce3d030107': 'P-256',
  '2b81040022': 'P-384',
  '2b81040023': 'P-521',
};

function familyOf(algorithm: Der): Result<Family, KeyFault> {
  const [oid, parameters, ...more] = sequenceIn(algorithm.whole) ?? [];
  if (oid?.tag !== tags.oid || more.length > 0) return err('encoding');
  const name = toHex(oid.content);
  if (name === rsaPssName) return onlyPssOf(algorithm, parameters);
  const type = families[name];
  if (!type) return err('kind');
  switch (type) {
    case 'rsa': {
      const isPlain = !parameters || (parameters.tag === tags.null && parameters.content.length === 0);
      return isPlain ? ok({ type }) : err('parameters');
    }
    case 'ecdsa': {
      if (parameters?.tag !== tags.oid) return err('parameters');
      const curve = curves[toHex(parameters.content)];
      return curve ? ok({ type, curve }) : err('kind');
    }
    case 'ed25519':
    case 'ed448':
      return parameters ? err('parameters') : ok({ type });
  }
}

/**
 * With both coordinates, or one and the sign of the other: any other first octet is to be refused (RFC 5480 2.2), 0 of all things, the point at
 * infinity. By it OpenSSL believes signatures of anybody, and Node falls over some; whether a point is on the curve both providers ask.
 */
function isPointForm(curve: CurveName, point: Octets): boolean {
  const octets = curveOctets[curve];
  return point[0] === 4 ? point.length === 1 + 2 * octets : isCompressed(point) && point.length === 1 + octets;
}

const isCompressed = ([form]: Octets): boolean => form === 2 || form === 3;

/** Odd and no 1, by which every octet string would be its own signature (RFC 8017 3.1); of 64 bits at most, so that checking stays quick. */
function isExponent(integer: Der): boolean {
  const bits = bitsOf(integer);
  return bits !== undefined && bits > 1 && bits <= 64 && (integer.content.at(-1) ?? 0) % 2 === 1;
}

function bitsOf(integer: Der | undefined): number | undefined {
  if (integer?.tag !== tags.integer || integer.content.length === 0 || (integer.content[0] ?? 0) >= 0x80)
    return undefined;
  const significant = integer.content[0] === 0 ? integer.content.subarray(1) : integer.content;
  const [first = 0] = significant;
  return first === 0 ? undefined : 8 * significant.length - Math.clz32(first) + 24;
}

const rsaOid = parseHex('2a864886f70d010101');
invariant(rsaOid, 'the object identifier of RSA is hex');
const plainRsa = writeDer(tags.sequence, writeDer(tags.oid, rsaOid), derNull);
