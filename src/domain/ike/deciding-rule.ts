/** Which rule decided a refusal: where a reader looks it up. A table with an entry for each code, and for each check where one code has several. */
import { isKem } from '../crypto/ml-kem.ts';
import type { PathCheck } from '../pki/path-judge.ts';
import type { SignatureFault } from './auth/signature-auth.ts';
import { protocols } from './message/names.ts';
import type { MoveFault, RedirectFault, Refusal } from './refusal.ts';

type AuthCheck = Extract<Refusal, { code: 'authFailed' }>['check'];

/** `RFC 7296 2.15`: document and section. */
export function sectionOf(refusal: Refusal): string {
  switch (refusal.code) {
    case 'badPublicValue':
      return isKem(refusal.group) ? 'FIPS 203 7' : 'RFC 6989 2';
    case 'authFailed':
      return (
        (refusal.path && ofPaths[refusal.path.check]) ||
        (refusal.signature && ofSignatures[refusal.signature.why]) ||
        ofChecks[refusal.check]
      );
    case 'notRunnable':
      return refusal.chosen.protocol === protocols.numbers.IKE ? 'RFC 8247 2' : 'RFC 8221 4';
    case 'selectors':
      return refusal.isRekey ? 'RFC 7296 2.9.2' : 'RFC 7296 2.9';
    case 'redirect':
      return ofRedirects[refusal.why];
    case 'move':
      return ofMoves[refusal.why];
    default:
      return sections[refusal.code];
  }
}

const ofChecks: Readonly<Record<AuthCheck, string>> = {
  psk: 'RFC 7296 2.15',
  method: 'RFC 7296 3.8',
  identity: 'RFC 4301 4.4.3.1',
  suite: 'RFC 7296 2.7',
  noSecret: 'RFC 4301 4.4.3.2',
  certificate: 'RFC 7296 3.6',
  certified: 'RFC 4945 3.1',
  signature: 'RFC 7296 2.15',
  ownSignature: 'RFC 7427 4',
  peer: 'RFC 7296 2.21.2',
};

const ofPaths: Readonly<Record<PathCheck, string>> = {
  missing: 'RFC 7296 3.6',
  notFetched: 'RFC 7296 3.6',
  encoding: 'RFC 7296 3.6',
  unreadable: 'RFC 5280 4.1',
  notYetValid: 'RFC 5280 6.1.3',
  expired: 'RFC 5280 6.1.3',
  untrusted: 'RFC 5280 6.1.1',
  signature: 'RFC 5280 6.1.3',
  weakSignature: 'RFC 8247 3.2',
  weakKey: 'RFC 8247 3.1.1',
  badKey: 'RFC 5280 4.1.2.7',
  notAnAuthority: 'RFC 5280 6.1.4',
  keyCertSign: 'RFC 5280 6.1.4',
  pathLength: 'RFC 5280 6.1.4',
  keyUsage: 'RFC 4945 5.1.3.2',
  criticalExtension: 'RFC 5280 4.2',
  tooLong: 'RFC 5280 8',
  tooMuchWork: 'RFC 5280 8',
};

const ofSignatures: Readonly<Record<SignatureFault['why'], string>> = {
  noCommonHash: 'RFC 7427 4',
  algorithm: 'RFC 7427 3',
  sha1: 'RFC 8247 3.2',
  notDemanded: 'RFC 7427 5',
  otherKind: 'RFC 7427 3',
  weakKey: 'RFC 8247 3.1.1',
  method1: 'RFC 7296 3.8',
  mismatch: 'RFC 7296 2.15',
};

const ofRedirects: Readonly<Record<RedirectFault, string>> = {
  unasked: 'RFC 5685 3',
  unreadable: 'RFC 5685 9.2',
  name: 'RFC 5685 9.2',
  family: 'RFC 5685 9.2',
  notHeld: 'RFC 4301 4.4.3',
  tooOften: 'RFC 5685 7',
};

const ofMoves: Readonly<Record<MoveFault, string>> = {
  notHeld: 'RFC 4555 3.5',
  nat: 'RFC 4555 3.9',
  unproven: 'RFC 4555 3.7',
};

type Several = 'badPublicValue' | 'notRunnable' | 'authFailed' | 'selectors' | 'redirect' | 'move';

const sections: Readonly<Record<Exclude<Refusal['code'], Several>, string>> = {
  malformed: 'RFC 7296 2.21',
  unknownCritical: 'RFC 7296 2.5',
  noConnection: 'RFC 4301 4.4.3',
  unknownConnection: 'RFC 4301 4.4.3',
  noAddress: 'RFC 4301 4.4.3',
  noProposal: 'RFC 7296 2.7',
  noGroup: 'RFC 8247 2.4',
  notOffered: 'RFC 7296 2.7',
  groupRefused: 'RFC 7296 2.7',
  wrongMethod: 'RFC 9370 2.2',
  nonceLength: 'RFC 7296 2.10',
  ppk: 'RFC 8784 3',
  singlePair: 'RFC 7296 2.9',
  noTemplate: 'RFC 4301 4.4.1',
  esnUnchecked: 'RFC 4303 3.4.3',
  mode: 'RFC 7296 1.3.1',
  unknownChild: 'RFC 7296 2.25',
  busy: 'RFC 7296 2.25',
  noAdditionalSas: 'RFC 7296 1.3',
  severalPeers: 'RFC 3948 5.2',
  notUnique: 'RFC 7296 2.4',
  childless: 'RFC 6023 3',
  noAnswer: 'RFC 7296 2.4',
  halfOpenExpired: 'RFC 7296 2.4',
  refusedUnproven: 'RFC 7296 2.21.2',
  peerRefused: 'RFC 7296 3.10.1',
  asked: 'RFC 7296 1.4.1',
};
