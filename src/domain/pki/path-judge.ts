/**
 * The port through which IKE asks whether a peer's certificates lead to a trust anchor. IKE knows nothing of paths; who judges
 * knows nothing of IKE. plain-chain.ts fills it.
 */
import type { Result } from '../bytes/result.ts';
import type { KeyFault } from '../crypto/asymmetric-keys.ts';
import type { Awaitable, VerifyingKey } from '../crypto/provider.ts';
import type { Certificate, CertificateLabel } from './certificate.ts';

export interface PathJudge {
  /**
   * `chain`: the end's own certificate first, the others in any order, wanted or not (RFC 7296 3.6). `anchors`: of all who might
   * trust it, each once: they are asked about together, so that the work has one bound.
   */
  decide(
    chain: readonly Certificate[],
    anchors: readonly Certificate[],
    nowMs: number,
  ): Awaitable<Result<VerifiedKey, PathFault>>;
}

export interface VerifiedKey {
  readonly certificate: Certificate;
  readonly key: VerifyingKey;
  /** From the end's certificate to an anchor, one for each anchor that it leads to: at least one. */
  readonly paths: readonly (readonly Certificate[])[];
}

export interface PathFault {
  readonly check: PathCheck;
  /** The certificate that does not pass; absent where none came, or none could be read. */
  readonly certificate?: CertificateLabel;
  /** What an anchor would have to be called: of `untrusted`. */
  readonly wantedIssuer?: string;
  /** Object identifier, dotted: of `criticalExtension`. */
  readonly extension?: string;
  /** Of `weakKey`, where it is of RSA. */
  readonly keyBits?: number;
  /** Of `badKey`. */
  readonly keyFault?: Exclude<KeyFault, 'kind'>;
  /** Where the certificate would have to be fetched: of `notFetched`. */
  readonly url?: string;
  /** So many signatures were verified, and more would have been to verify: of `tooMuchWork`. */
  readonly mostSignatures?: number;
  /** Numbers of RFC 7296 3.6: of `encoding`. */
  readonly encodings?: readonly number[];
}

export type PathCheck =
  | 'missing'
  /** The peer sent the address of its certificate instead (hash and URL). */
  | 'notFetched'
  /** Certificates came, and none of them X.509. */
  | 'encoding'
  | 'unreadable'
  | 'notYetValid'
  | 'expired'
  /** No anchor of ours at the end of it. */
  | 'untrusted'
  | 'signature'
  /** SHA-1, or an algorithm that we do not know. */
  | 'weakSignature'
  /** RSA below 2048 bits, or a kind of key that we do not know. */
  | 'weakKey'
  /** A key that breaks the rules of its kind, so that it is none. */
  | 'badKey'
  /** Issued by what is no certification authority, or not for that. */
  | 'notAnAuthority'
  | 'keyCertSign'
  | 'pathLength'
  /** A key that is not to sign with (RFC 4945 5.1.3.2). */
  | 'keyUsage'
  | 'criticalExtension'
  | 'tooLong'
  | 'tooMuchWork';
