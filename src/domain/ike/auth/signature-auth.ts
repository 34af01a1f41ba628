/**
 * Authentication by signature: method 14 (RFC 7427: one octet of length, AlgorithmIdentifier, signature; RFC 8420 for Ed25519 and
 * Ed448), methods 9 to 11 (RFC 4754: ECDSA, curve and hash bound together), and inbound method 1 (RSA PKCS#1 v1.5).
 *
 * Method 1 was made for SHA-1 and does not say its hash: the SHA-2 family is tried, SHA-1 is not. What an AlgorithmIdentifier says
 * is held against the key of the certificate before anything is computed.
 */
import { concat, type Octets } from '../../bytes/octets.ts';
import { err, ok, type Result } from '../../bytes/result.ts';
import { type CurveName, isSchemeOf, type KeyKind } from '../../crypto/asymmetric-keys.ts';
import type { SigningKey, VerifyingKey } from '../../crypto/provider.ts';
import {
  parseAlgorithmIdentifier,
  type SignatureScheme,
  type SigningHash,
  schemeOf,
  writeAlgorithmIdentifier,
} from '../../crypto/signature-scheme.ts';
import { isStrong } from '../../pki/plain-chain.ts';
import type { SignatureDemand } from '../connection.ts';
import type { Means } from '../means.ts';
import { authMethods } from '../message/names.ts';
import { hashNumberOf, meetsDemand } from './signature-hashes.ts';

/** Why there is no signature, or none that counts. */
export type SignatureFault =
  /** The peer verifies with none of the hashes that our key signs with. */
  | { readonly why: 'noCommonHash'; readonly peerHashes: readonly number[]; readonly key: KeyKind }
  /** Method 14 without an algorithm that we know. */
  | { readonly why: 'algorithm' }
  /** Method 14 that names SHA-1 (RFC 8247 3.2). */
  | { readonly why: 'sha1' }
  /** Good, and made with what the connection does not take. */
  | { readonly why: 'notDemanded'; readonly scheme: SignatureScheme; readonly demand: SignatureDemand }
  /** The certificate's key cannot have made such a signature. */
  | { readonly why: 'otherKind'; readonly key: KeyKind }
  | { readonly why: 'weakKey'; readonly key: KeyKind }
  /** Method 1 does not say its hash, and it is none of SHA-2: SHA-1 most likely, if this is the key at all. */
  | { readonly why: 'method1'; readonly key: KeyKind }
  /** Well formed, and not of these octets by this key. */
  | { readonly why: 'mismatch'; readonly key: KeyKind };

export interface AuthValue {
  readonly method: number;
  readonly data: Octets;
}

export interface SigningWish {
  readonly peerHashes: readonly number[];
  readonly rsaPadding: 'pss' | 'pkcs1';
  /** The only ones; absent: any. */
  readonly hashes?: readonly SigningHash[];
  readonly mayUseMethod1: boolean;
}

export interface Signing {
  readonly method: number;
  readonly scheme: SignatureScheme;
}

/** Which method and scheme our key signs with, so that the peer can verify. */
export function chooseSigning(
  kind: KeyKind,
  { peerHashes, rsaPadding, hashes: own, mayUseMethod1 }: SigningWish,
): Result<Signing, SignatureFault> {
  if (!isStrong(kind)) return err({ why: 'weakKey', key: kind });
  const mayUse = (scheme: SignatureScheme) =>
    isSchemeOf(kind, scheme) && meetsDemand(scheme, own ? { hashes: own } : {});
  const scheme = schemesOf(kind, rsaPadding).find((each) => peerHashes.includes(hashNumberOf(each)) && mayUse(each));
  if (scheme) return ok({ method: authMethods.numbers.DIGITAL_SIGNATURE, scheme });
  const older = peerHashes.length === 0 ? olderSigning(kind, mayUseMethod1) : undefined;
  return older && mayUse(older.scheme) ? ok(older) : err({ why: 'noCommonHash', peerHashes, key: kind });
}

/** For a peer that knows no RFC 7427. */
function olderSigning(kind: KeyKind, mayUseMethod1: boolean): Signing | undefined {
  if (kind.type === 'ecdsa') {
    const [method, hash] = boundTo(kind.curve);
    return { method, scheme: { type: 'ecdsa', hash, form: 'raw' } };
  }
  return kind.type === 'rsa' && mayUseMethod1
    ? { method: authMethods.numbers.RSA_SIGNATURE, scheme: { type: 'rsaPkcs1', hash: 'SHA-256' } }
    : undefined;
}

export async function makeSignature(
  means: Means,
  key: SigningKey,
  { method, scheme }: Signing,
  octets: Octets,
): Promise<AuthValue> {
  const signature = await means.sign(key, scheme, octets);
  if (method !== authMethods.numbers.DIGITAL_SIGNATURE) return { method, data: signature };
  const name = writeAlgorithmIdentifier(scheme);
  return { method, data: concat(Uint8Array.of(name.length), name, signature) };
}

/** Whether the key made this value over these octets. */
export async function checkSignature(
  key: VerifyingKey,
  { method, data }: AuthValue,
  octets: Octets,
): Promise<Result<SignatureScheme, SignatureFault>> {
  const { kind } = key;
  if (!isStrong(kind)) return err({ why: 'weakKey', key: kind });
  const said = readSignature(method, data);
  if (!said.ok) return said;
  const { schemes, signature } = said.value;
  const possible = schemes.filter((scheme) => isSchemeOf(kind, scheme) && isBound(method, kind));
  if (possible.length === 0) return err({ why: 'otherKind', key: kind });
  for (const scheme of possible) if (await key.verify(scheme, octets, signature)) return ok(scheme);
  return err({ why: method === authMethods.numbers.RSA_SIGNATURE ? 'method1' : 'mismatch', key: kind });
}

export const isSignatureMethod = (method: number): boolean =>
  method === authMethods.numbers.DIGITAL_SIGNATURE ||
  method === authMethods.numbers.RSA_SIGNATURE ||
  boundMethods.has(method);

/** The signature, and the schemes that it may be made by: more than one only where the method does not say. */
function readSignature(
  method: number,
  data: Octets,
): Result<{ readonly schemes: readonly SignatureScheme[]; readonly signature: Octets }, SignatureFault> {
  if (method === authMethods.numbers.RSA_SIGNATURE) {
    return ok({ schemes: hashes.map((hash) => ({ type: 'rsaPkcs1', hash })), signature: data });
  }
  const bound = boundMethods.get(method);
  if (bound) return ok({ schemes: [{ type: 'ecdsa', hash: bound.hash, form: 'raw' }], signature: data });
  const [length = 0] = data;
  const named = length < data.length ? parseAlgorithmIdentifier(data.subarray(1, 1 + length)) : undefined;
  const scheme = named && schemeOf(named);
  if (scheme) return ok({ schemes: [scheme], signature: data.subarray(1 + length) });
  return err({ why: named && 'hash' in named && named.hash === 'SHA-1' ? 'sha1' : 'algorithm' });
}

const hashes = ['SHA-256', 'SHA-384', 'SHA-512'] as const satisfies readonly SigningHash[];

/** RFC 4754: the method is curve and hash at once. */
const boundMethods: ReadonlyMap<number, { readonly curve: CurveName; readonly hash: SigningHash }> = new Map([
  [authMethods.numbers.ECDSA_SHA2_256_P256, { curve: 'P-256', hash: 'SHA-256' }],
  [authMethods.numbers.ECDSA_SHA2_384_P384, { curve: 'P-384', hash: 'SHA-384' }],
  [authMethods.numbers.ECDSA_SHA2_512_P521, { curve: 'P-521', hash: 'SHA-512' }],
]);

function isBound(method: number, kind: KeyKind): boolean {
  const bound = boundMethods.get(method);
  return !bound || (kind.type === 'ecdsa' && kind.curve === bound.curve);
}

function boundTo(curve: CurveName): readonly [method: number, hash: SigningHash] {
  const { numbers } = authMethods;
  switch (curve) {
    case 'P-256':
      return [numbers.ECDSA_SHA2_256_P256, 'SHA-256'];
    case 'P-384':
      return [numbers.ECDSA_SHA2_384_P384, 'SHA-384'];
    case 'P-521':
      return [numbers.ECDSA_SHA2_512_P521, 'SHA-512'];
  }
}

/** What a key can sign with in method 14, the hash that is its match in strength first. */
function schemesOf(kind: KeyKind, rsaPadding: 'pss' | 'pkcs1'): readonly SignatureScheme[] {
  switch (kind.type) {
    case 'rsa':
      return byModulus(kind.bits).map((hash) =>
        rsaPadding === 'pss' ? { type: 'rsaPss', hash, saltOctets: hashOctets[hash] } : { type: 'rsaPkcs1', hash },
      );
    case 'ecdsa':
      return byCurve[kind.curve].map((hash) => ({ type: 'ecdsa', hash, form: 'der' }));
    case 'ed25519':
    case 'ed448':
      return [{ type: kind.type }];
  }
}

const hashOctets: Readonly<Record<SigningHash, number>> = { 'SHA-256': 32, 'SHA-384': 48, 'SHA-512': 64 };

const byCurve: Readonly<Record<CurveName, readonly SigningHash[]>> = {
  'P-256': ['SHA-256', 'SHA-384', 'SHA-512'],
  'P-384': ['SHA-384', 'SHA-512', 'SHA-256'],
  'P-521': ['SHA-512', 'SHA-384', 'SHA-256'],
};

/** A modulus of 3072 bits is worth P-256, one of 7680 bits P-384 (NIST SP 800-57 part 1, 5.6.1.1). */
const byModulus = (bits: number): readonly SigningHash[] =>
  byCurve[bits <= 3072 ? 'P-256' : bits <= 7680 ? 'P-384' : 'P-521'];
