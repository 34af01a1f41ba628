/**
 * A plain chain (the part of RFC 5280 6.1 that every path needs): issuer equals subject, signature, validity, CA flag,
 * keyCertSign, path length, no critical extension unread. No revocation, no policies, and since name constraints are not
 * evaluated here, a critical one refuses.
 *
 * Several certificates may bear an issuer's name (roll-over, cross-signs): all are tried, within a count of signatures that no
 * peer's pile of certificates can raise. Each anchor of ours of such a name adds one to it.
 */
import { equalOctets, type Octets } from '../bytes/octets.ts';
import { err, ok, type Result } from '../bytes/result.ts';
import type { KeyKind } from '../crypto/asymmetric-keys.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import { parseAlgorithmIdentifier, schemeOf } from '../crypto/signature-scheme.ts';
import { type Certificate, labelOf } from './certificate.ts';
import { equalNames, printName } from './distinguished-name.ts';
import { issuersAmong } from './issuing.ts';
import type { PathCheck, PathFault, PathJudge, VerifiedKey } from './path-judge.ts';

/** Of a path, its two ends included. */
const mostCertificates = 8;
/** Verified for one decision, the first one that an anchor is tried on left out: how many those are we have chosen. */
const mostSignatures = 32;

const leastRsaBits = 2048; // RFC 8247 3
const mostRsaBits = 8192;

export const plainChainJudge = (provider: CryptoProvider): PathJudge => ({
  async decide(chain, anchors, nowMs) {
    const [leaf, ...others] = chain;
    if (!leaf) return err({ check: 'missing' });
    const fault = faultOfAny(leaf, nowMs) ?? faultOfLeaf(leaf);
    if (fault) return err(fault);
    const paths = new Map<Certificate, readonly Certificate[]>();
    const tried = new Set<Certificate>();
    const search: Search = { provider, others, anchors, nowMs, paths, tried, signatureCount: 0, fault: undefined };
    await climb(search, [leaf]);
    if (paths.size === 0) return err(search.fault ?? untrusted(leaf));
    const key = await provider.verifyingKey(leaf.spki);
    if (!key) return err({ ...about(leaf, 'badKey'), keyFault: 'point' } as const); // all else was read
    return ok({ certificate: leaf, key, paths: [...paths.values()] } satisfies VerifiedKey);
  },
});

/** Lives as long as one decision. */
interface Search {
  readonly provider: CryptoProvider;
  readonly others: readonly Certificate[];
  readonly anchors: readonly Certificate[];
  readonly nowMs: number;
  /** By the anchor at the end. */
  readonly paths: Map<Certificate, readonly Certificate[]>;
  /** Anchors whose first signature is verified. */
  readonly tried: Set<Certificate>;
  /** Of all others. */
  signatureCount: number;
  /** The first that says more than that no anchor was found; or that not all was tried, when nothing else is sure. */
  fault: PathFault | undefined;
}

async function climb(search: Search, path: readonly Certificate[]): Promise<void> {
  const { anchors, others, paths } = search;
  const top = path.at(-1);
  if (!top) return;
  if (path.length >= mostCertificates) return note(search, about(top, 'tooLong'));
  const candidates = issuersAmong([...anchors, ...others], top).filter((each) => !path.includes(each));
  let signer: Octets | undefined;
  for (const issuer of candidates) {
    if (paths.size === anchors.length) return;
    if (paths.has(issuer) || (signer && !equalOctets(signer, issuer.spki))) continue; // one key has signed it
    const fault = await faultOfStep(search, path, top, issuer);
    if (fault) note(search, fault);
    if (fault?.check === 'tooMuchWork') return;
    if (fault) continue;
    signer = issuer.spki;
    if (anchors.includes(issuer)) paths.set(issuer, [...path, issuer]);
    else await climb(search, [...path, issuer]);
  }
  if (candidates.length === 0) note(search, untrusted(top));
}

async function faultOfStep(
  search: Search,
  path: readonly Certificate[],
  child: Certificate,
  issuer: Certificate,
): Promise<PathFault | undefined> {
  const fault = faultOfAny(issuer, search.nowMs) ?? faultOfAuthority(search, issuer, path);
  if (fault) return fault;
  if (search.anchors.includes(issuer) && !search.tried.has(issuer)) search.tried.add(issuer);
  else if (++search.signatureCount > mostSignatures) {
    return { ...about(child, 'tooMuchWork'), mostSignatures: mostSignatures + search.tried.size };
  }
  const signed = await checkSignature(search.provider, child, issuer);
  return signed.ok ? undefined : about(child, signed.error);
}

async function checkSignature(
  provider: CryptoProvider,
  { signed, signature, signatureAlgorithm }: Certificate,
  issuer: Certificate,
): Promise<Result<true, PathCheck>> {
  const named = parseAlgorithmIdentifier(signatureAlgorithm);
  const scheme = named && schemeOf(named);
  if (!scheme) return err('weakSignature');
  const key = await provider.verifyingKey(issuer.spki);
  const isGood = key !== undefined && (await key.verify(scheme, signed, signature));
  return isGood ? ok(true) : err('signature');
}

function faultOfAny(certificate: Certificate, nowMs: number): PathFault | undefined {
  if (nowMs < certificate.notBeforeMs) return about(certificate, 'notYetValid');
  if (nowMs > certificate.notAfterMs) return about(certificate, 'expired');
  const [extension] = certificate.otherCritical;
  if (extension !== undefined) return { ...about(certificate, 'criticalExtension'), extension };
  return faultOfKey(certificate);
}

function faultOfKey(certificate: Certificate): PathFault | undefined {
  const { key } = certificate;
  if (!key.ok) {
    if (key.error === 'kind') return about(certificate, 'weakKey');
    return { ...about(certificate, 'badKey'), keyFault: key.error };
  }
  if (isStrong(key.value)) return undefined;
  return { ...about(certificate, 'weakKey'), ...(key.value.type === 'rsa' ? { keyBits: key.value.bits } : {}) };
}

/** Long enough, and no longer than anybody needs: a peer chooses what we compute. */
export const isStrong = (kind: KeyKind): boolean =>
  kind.type !== 'rsa' || (kind.bits >= leastRsaBits && kind.bits <= mostRsaBits);

function faultOfLeaf(leaf: Certificate): PathFault | undefined {
  const { keyUsage } = leaf;
  const maySign = !keyUsage || keyUsage.has('digitalSignature') || keyUsage.has('nonRepudiation');
  return maySign ? undefined : about(leaf, 'keyUsage');
}

/** Certificates of version 1 have no extensions to say that they are an authority: only an anchor's word may stand for it. */
function faultOfAuthority(
  { anchors }: Search,
  issuer: Certificate,
  below: readonly Certificate[],
): PathFault | undefined {
  const { basicConstraints, keyUsage, version } = issuer;
  if (version >= 3 && !basicConstraints?.isAuthority) return about(issuer, 'notAnAuthority');
  if (version < 3 && !anchors.includes(issuer)) return about(issuer, 'notAnAuthority');
  if (keyUsage && !keyUsage.has('keyCertSign')) return about(issuer, 'keyCertSign');
  const counted = below.slice(1).filter((each) => !isSelfIssued(each)).length;
  const limit = basicConstraints?.pathLength;
  return limit !== undefined && counted > limit ? about(issuer, 'pathLength') : undefined;
}

const isSelfIssued = ({ subject, issuer }: Certificate): boolean => equalNames(subject, issuer);

const about = (certificate: Certificate, check: PathCheck): PathFault => ({ check, certificate: labelOf(certificate) });

const untrusted = (top: Certificate): PathFault => ({
  ...about(top, 'untrusted'),
  wantedIssuer: printName(top.issuer),
});

function note(search: Search, fault: PathFault): void {
  const saysMore = search.fault?.check === 'untrusted' && fault.check !== 'untrusted';
  if (!search.fault || saysMore || fault.check === 'tooMuchWork') search.fault = fault;
}
