/**
 * How something is signed, and its name on the wire: the AlgorithmIdentifier of RFC 7427 appendix A, RFC 8420 and X.509.
 *
 * RSASSA-PSS says hash, mask hash and salt length in its parameters, and what is left out means SHA-1 and 20 octets (RFC 4055
 * 3.1): they are read, never assumed. What is read is not yet accepted: SHA-1 has no scheme here, nor has a mask by another hash.
 */
import {
  childrenOf,
  contextTag,
  type Der,
  derNull,
  readDer,
  sequenceIn,
  smallIntegerIn,
  tags,
  writeDer,
} from '../bytes/der.ts';
import { parseHex, toHex } from '../bytes/hex.ts';
import { concat, emptyOctets, type Octets } from '../bytes/octets.ts';
import { invariant } from '../bytes/result.ts';
import type { HashName } from './hash-name.ts';

export type SigningHash = Exclude<HashName, 'SHA-1'>;

export type SignatureScheme =
  | { readonly type: 'rsaPkcs1'; readonly hash: SigningHash }
  | { readonly type: 'rsaPss'; readonly hash: SigningHash; readonly saltOctets: number }
  /** `der`: SEQUENCE of r and s; `raw`: r then s at the width of the curve (RFC 4754). */
  | { readonly type: 'ecdsa'; readonly hash: SigningHash; readonly form: 'der' | 'raw' }
  | { readonly type: 'ed25519' }
  | { readonly type: 'ed448' };

/** What an AlgorithmIdentifier says, whether or not we would take it. */
export type NamedAlgorithm =
  | { readonly type: 'rsaPkcs1'; readonly hash: HashName }
  | { readonly type: 'rsaPss'; readonly hash: HashName; readonly maskHash: HashName; readonly saltOctets: number }
  | { readonly type: 'ecdsa'; readonly hash: HashName }
  | { readonly type: 'ed25519' }
  | { readonly type: 'ed448' };

/** Undefined: no such algorithm, or its parameters break the rules. */
export function parseAlgorithmIdentifier(octets: Octets): NamedAlgorithm | undefined {
  const [oid, parameters, ...more] = sequenceIn(octets) ?? [];
  if (oid?.tag !== tags.oid || more.length > 0) return undefined;
  const name = toHex(oid.content);
  if (name === oids.rsaPss) return parsePss(parameters);
  const algorithm = simpleAlgorithms[name];
  if (!algorithm) return undefined;
  const hasNull = parameters?.tag === tags.null && parameters.content.length === 0;
  const mayBeNull = algorithm.type === 'rsaPkcs1'; // must be, by RFC 4055 5, and is forgotten by some
  return parameters === undefined || (mayBeNull && hasNull) ? algorithm : undefined;
}

/** The scheme that we verify or make under this name; undefined where it is too weak, or nobody's. ECDSA comes as DER. */
export function schemeOf(named: NamedAlgorithm): SignatureScheme | undefined {
  if (named.type === 'ed25519' || named.type === 'ed448') return { type: named.type };
  if (named.hash === 'SHA-1') return undefined;
  if (named.type === 'rsaPkcs1') return { type: 'rsaPkcs1', hash: named.hash };
  if (named.type === 'ecdsa') return { type: 'ecdsa', hash: named.hash, form: 'der' };
  if (named.maskHash !== named.hash) return undefined;
  return { type: 'rsaPss', hash: named.hash, saltOctets: named.saltOctets };
}

export function writeAlgorithmIdentifier(scheme: SignatureScheme): Octets {
  switch (scheme.type) {
    case 'rsaPkcs1':
      return identifier(nameOfSimple('rsaPkcs1', scheme.hash), derNull);
    case 'ecdsa':
      return identifier(nameOfSimple('ecdsa', scheme.hash));
    case 'ed25519':
      return identifier(oids.ed25519);
    case 'ed448':
      return identifier(oids.ed448);
    case 'rsaPss': {
      const hash = identifier(hashOids[scheme.hash], derNull);
      const salt = writeDer(tags.integer, Uint8Array.of(scheme.saltOctets));
      return identifier(
        oids.rsaPss,
        writeDer(
          tags.sequence,
          writeDer(contextTag(0), hash),
          writeDer(contextTag(1), identifier(oids.mgf1, hash)),
          writeDer(contextTag(2), salt),
        ),
      );
    }
  }
}

export function printScheme(scheme: SignatureScheme): string {
  switch (scheme.type) {
    case 'rsaPkcs1':
      return `RSA PKCS#1 v1.5 with ${scheme.hash}`;
    case 'rsaPss':
      return `RSA-PSS with ${scheme.hash}`;
    case 'ecdsa':
      return `ECDSA with ${scheme.hash}`;
    case 'ed25519':
      return 'Ed25519';
    case 'ed448':
      return 'Ed448';
  }
}

/** Object identifiers as the hex of their content octets. */
const oids = {
  rsaPss: '2a864886f70d01010a',
  mgf1: '2a864886f70d010108',
  ed25519: '2b6570',
  ed448: '2b6571',
} as const;

const hashOids = {
  'SHA-1': '2b0e03021a',
  'SHA-256': '608648016503040201',
  'SHA-384': '608648016503040202',
  'SHA-512': '608648016503040203',
} as const satisfies Record<HashName, string>;

const simpleAlgorithms: Readonly<Record<string, Exclude<NamedAlgorithm, { type: 'rsaPss' }>>> = {
  '2a864886f70d010105': { type: 'rsaPkcs1', hash: 'SHA-1' },
  '2a864886f70d01010b': { type: 'rsaPkcs1', hash: 'SHA-256' },
  '2a864886f70d01010c': { type: 'rsaPkcs1', hash: 'SHA-384' },
  '2a864886f70d01010d': { type: 'rsaPkcs1', hash: 'SHA-512' },
  '2a8648ce3d0401': { type: 'ecdsa', hash: 'SHA-1' },
  '2a8648ce3d040302': { type: 'ecdsa', hash: 'SHA-256' },
  '2a8648ce3d040303': { type: 'ecdsa', hash: 'SHA-384' },
  '2a8648ce3d040304': { type: 'ecdsa', hash: 'SHA-512' },
  [oids.ed25519]: { type: 'ed25519' },
  [oids.ed448]: { type: 'ed448' },
};

function nameOfSimple(type: 'rsaPkcs1' | 'ecdsa', hash: SigningHash): string {
  const entry = Object.entries(simpleAlgorithms).find(([, each]) => each.type === type && each.hash === hash);
  invariant(entry, `${type} with ${hash} has a name`);
  return entry[0];
}

function identifier(oid: string, parameters: Octets = emptyOctets): Octets {
  const name = parseHex(oid);
  invariant(name, 'an object identifier is hex');
  return writeDer(tags.sequence, concat(writeDer(tags.oid, name), parameters));
}

/** RSASSA-PSS-params (RFC 4055 3.1): hash [0], mask [1], salt length [2], trailer [3], each with a default, in this order. */
function parsePss(parameters: Der | undefined): NamedAlgorithm | undefined {
  const fields = parameters?.tag === tags.sequence ? childrenOf(parameters) : undefined;
  if (!fields || fields.some((field, i) => i > 0 && field.tag <= (fields[i - 1]?.tag ?? 0))) return undefined;
  let hash: HashName | undefined = 'SHA-1';
  let maskHash: HashName | undefined = 'SHA-1';
  let saltOctets: number | undefined = 20;
  for (const field of fields) {
    const inner = readDer(field.content);
    if (!inner) return undefined;
    if (field.tag === contextTag(0)) hash = hashIn(inner);
    else if (field.tag === contextTag(1)) maskHash = maskHashIn(inner);
    else if (field.tag === contextTag(2)) saltOctets = smallIntegerIn(inner);
    else if (field.tag !== contextTag(3) || smallIntegerIn(inner) !== 1) return undefined;
  }
  if (!hash || !maskHash || saltOctets === undefined || saltOctets > mostSaltOctets) return undefined;
  return { type: 'rsaPss', hash, maskHash, saltOctets };
}

/** More than any hash gives, and room enough in any key that we take. */
const mostSaltOctets = 64;

function hashIn(element: Der): HashName | undefined {
  const [oid, parameters, ...more] = sequenceIn(element.whole) ?? [];
  if (oid?.tag !== tags.oid || more.length > 0) return undefined;
  if (parameters && (parameters.tag !== tags.null || parameters.content.length > 0)) return undefined;
  const name = toHex(oid.content);
  return hashNames.find((each) => hashOids[each] === name);
}

function maskHashIn(element: Der): HashName | undefined {
  const [oid, hash, ...more] = sequenceIn(element.whole) ?? [];
  if (oid?.tag !== tags.oid || toHex(oid.content) !== oids.mgf1 || !hash || more.length > 0) return undefined;
  return hashIn(hash);
}

const hashNames = ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'] as const satisfies readonly HashName[];
