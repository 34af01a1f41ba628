/** Why a peer's certificate or signature was refused, in words: a table with an entry for each check of a path. */
import { printKeyKind } from '../crypto/asymmetric-keys.ts';
import { printScheme } from '../crypto/signature-scheme.ts';
import type { SignatureDemand } from '../ike/connection.ts';
import { certEncodings, hashAlgorithms, nameOf } from '../ike/message/names.ts';
import type { Refusal } from '../ike/refusal.ts';
import type { CertificateLabel } from '../pki/certificate.ts';
import type { PathCheck, PathFault } from '../pki/path-judge.ts';
import type { Party, Words } from './words.ts';

export const subjectOf = (certificate: CertificateLabel | undefined): string =>
  certificate ? certificate.subject || `number ${certificate.serial}` : 'of no name';

/** As a date of UTC: a certificate's ends are instants, and screens convert no words. */
const dayOf = (instantMs: number): string => new Date(instantMs).toISOString().slice(0, 10);

export const explainPath = (fault: PathFault, own: Party, peer: Party): Words => table[fault.check](fault, own, peer);

type Explain = (fault: PathFault, own: Party, peer: Party) => Words;

/** `the certificate CN=a of web-17`: the fault may be an authority's, which `peer` has only passed on. */
const named = ({ certificate }: PathFault, peer: Party): string =>
  `the certificate ${subjectOf(certificate)} that ${peer.name} sent`;

const newCertificate = (peer: Party): string =>
  `Give ${peer.name} a new certificate from an authority that both ends trust.`;

const table: Readonly<Record<PathCheck, Explain>> = {
  missing: (_, own, peer) => ({
    sentence: `${peer.name} sent no certificate, and ${own.name} has no other way to its key.`,
    remedy: `Let ${peer.name} send its certificate always (send_cert = always).`,
  }),
  notFetched: (fault, own, peer) => ({
    sentence: `${peer.name} sent only the address of its certificate (${fault.url ?? ''}), and ${own.name} fetches none.`,
    remedy: `Let ${peer.name} send the certificate itself.`,
  }),
  encoding: (fault, own, peer) => ({
    sentence: `${peer.name} sent no X.509 certificate but ${(fault.encodings ?? []).map((each) => nameOf(certEncodings, each)).join(', ')}, which ${own.name} does not read.`,
    remedy: `Let ${peer.name} prove itself by an X.509 certificate.`,
  }),
  unreadable: (_, own, peer) => ({
    sentence: `${own.name} could not read the certificate that ${peer.name} sent.`,
    remedy: newCertificate(peer),
  }),
  notYetValid: (fault, own, peer) => ({
    sentence: `${own.name} refused ${named(fault, peer)}: it is valid only from ${dayOf(fault.certificate?.notBeforeMs ?? 0)} on.`,
    remedy: 'Compare the clocks of both ends.',
  }),
  expired: (fault, own, peer) => ({
    sentence: `${own.name} refused ${named(fault, peer)}: it expired on ${dayOf(fault.certificate?.notAfterMs ?? 0)}.`,
    remedy: newCertificate(peer),
  }),
  untrusted: (fault, own, peer) => ({
    sentence: `${own.name} does not trust ${named(fault, peer)}: it holds no authority ${fault.wantedIssuer ?? 'that issued it'}.`,
    remedy: `Install that authority's certificate on ${own.name}, or let ${peer.name} send the certificates between.`,
  }),
  signature: (fault, own, peer) => ({
    sentence: `${own.name} refused ${named(fault, peer)}: the authority of that name did not sign it.`,
    remedy: `Compare the authority's certificate on both ends: there may be two of one name.`,
  }),
  weakSignature: (fault, own, peer) => ({
    sentence: `${own.name} refused ${named(fault, peer)}: it is signed with SHA-1, or in a way that ${own.name} does not know.`,
    remedy: newCertificate(peer),
  }),
  weakKey: (fault, own, peer) => ({
    sentence: `${own.name} refused ${named(fault, peer)}: its key ${fault.keyBits === undefined ? 'is of a kind that it does not know' : `has ${fault.keyBits} bits, and it takes 2048 to 8192`}.`,
    remedy: newCertificate(peer),
  }),
  badKey: (fault, own, peer) => ({
    sentence: `${own.name} refused ${named(fault, peer)}: its key ${fault.keyFault ? keyFaults[fault.keyFault] : 'is none'}.`,
    remedy: newCertificate(peer),
  }),
  notAnAuthority: (fault, own, peer) => ({
    sentence: `${own.name} refused the chain of ${peer.name}: ${subjectOf(fault.certificate)} in it is no certification authority.`,
    remedy: newCertificate(peer),
  }),
  keyCertSign: (fault, own, peer) => ({
    sentence: `${own.name} refused the chain of ${peer.name}: the key of ${subjectOf(fault.certificate)} is not for signing certificates.`,
    remedy: newCertificate(peer),
  }),
  pathLength: (fault, own, peer) => ({
    sentence: `${own.name} refused the chain of ${peer.name}: ${subjectOf(fault.certificate)} does not allow so many authorities below it.`,
    remedy: newCertificate(peer),
  }),
  keyUsage: (fault, own, peer) => ({
    sentence: `${own.name} refused ${named(fault, peer)}: its key is not for signing.`,
    remedy: `Give ${peer.name} a certificate with key usage digitalSignature.`,
  }),
  criticalExtension: (fault, own, peer) => ({
    sentence: `${own.name} refused ${named(fault, peer)}: it demands that extension ${fault.extension ?? ''} be understood.`,
    remedy: newCertificate(peer),
  }),
  tooLong: (_, own, peer) => ({
    sentence: `${own.name} refused the chain of ${peer.name}: it is longer than eight certificates.`,
    remedy: newCertificate(peer),
  }),
  tooMuchWork: (fault, own, peer) => ({
    sentence: `${own.name} refused the chain of ${peer.name}: it offers too many ways to look for an authority, and after ${fault.mostSignatures ?? 'so many'} signatures none was found.`,
    remedy: `Let ${peer.name} send only its own certificate and those between it and the authority.`,
  }),
};

const keyFaults: Readonly<Record<NonNullable<PathFault['keyFault']>, string>> = {
  encoding: 'is not written as a key of its kind is',
  parameters: 'has not the parameters that a key of its kind has',
  exponent: 'has an exponent that no key of RSA may have',
  point: 'is no point of its curve',
  smallOrder: 'is a point of small order, by which anybody can sign',
};

export function explainSignature(
  { signature }: Extract<Refusal, { readonly code: 'authFailed' }>,
  own: Party,
  peer: Party,
): Words {
  switch (signature?.why) {
    case 'noCommonHash': {
      const hashes = signature.peerHashes.map((hash) => nameOf(hashAlgorithms, hash)).join(', ');
      return {
        sentence: `${own.name} cannot sign with its key (${printKeyKind(signature.key)}) so that ${peer.name} could verify it: ${peer.name} names ${hashes || 'no hash at all'}.`,
        remedy: `Let ${peer.name} use signature authentication of RFC 7427, or give ${own.name} another key.`,
      };
    }
    case 'weakKey':
      return {
        sentence: `The key (${printKeyKind(signature.key)}) is of a length that is not used: RSA has 2048 to 8192 bits.`,
        remedy: 'Issue a certificate for a key of 2048 bits or more, for example 3072.',
      };
    case 'algorithm':
      return {
        sentence: `${peer.name} signed in a way that ${own.name} does not know.`,
        remedy: `Let ${peer.name} sign by RSA, ECDSA or EdDSA with SHA-2.`,
      };
    case 'sha1':
      return {
        sentence: `${peer.name} signed with SHA-1, which ${own.name} does not believe any more.`,
        remedy: `Let ${peer.name} sign with SHA-2.`,
      };
    case 'method1':
      return {
        sentence: `${peer.name} signed by RSA in the old way (method 1) and not with SHA-2: most likely with SHA-1, which ${own.name} does not believe any more.`,
        remedy: `Let ${peer.name} use signature authentication of RFC 7427, with SHA-2.`,
      };
    case 'notDemanded':
      return {
        sentence: `${peer.name} signed by ${printScheme(signature.scheme)}, and ${own.name} takes only ${printDemand(signature.demand)}.`,
        remedy: `Let ${peer.name} sign so, or let ${own.name} take more.`,
      };
    case 'otherKind':
      return {
        sentence: `${peer.name} signed in a way that the key of its certificate (${printKeyKind(signature.key)}) cannot.`,
        remedy: `See that private key and certificate of ${peer.name} belong together.`,
      };
    default:
      return {
        sentence: `The signature of ${peer.name} is not by the key of its certificate.`,
        remedy: `See that private key and certificate of ${peer.name} belong together; if they do, somebody may be changing packets on the way.`,
      };
  }
}

function printDemand({ hashes, rsaPadding }: SignatureDemand): string {
  const padding = rsaPadding && { pss: 'RSA-PSS', pkcs1: 'RSA PKCS#1 v1.5' }[rsaPadding];
  return [padding, hashes?.join(' or ')].filter((each) => each !== undefined).join(' with ');
}
