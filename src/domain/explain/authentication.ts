/** Why an end did not prove itself: by pre-shared key, certificate or postquantum key, and under which name. */
import { printIdentity, printIdentityPattern } from '../ike/auth/identity.ts';
import { isSignatureMethod } from '../ike/auth/signature-auth.ts';
import { authMethods, nameOf } from '../ike/message/names.ts';
import type { Refusal } from '../ike/refusal.ts';
import { explainPath, explainSignature, subjectOf } from './certificates.ts';
import { list, namesIn } from './lists.ts';
import { hostOf, type Scene, type Words } from './words.ts';

type Coded<Code extends Refusal['code']> = Extract<Refusal, { readonly code: Code }>;

export function explainAuthentication(refusal: Coded<'authFailed'>, { own, peer, policyName }: Scene): Words {
  const { check, peerIdentity, expectedIdentity, alsoExpected = [], askedIdentity, ownIdentity, method } = refusal;
  const identity = peerIdentity === undefined ? 'no identity' : printIdentity(peerIdentity);
  const host = hostOf(own, peer);
  switch (check) {
    case 'psk':
      return {
        sentence: `The pre-shared keys differ: ${own.name}'s key does not fit the proof that ${peer.name} sent as ${identity}.`,
        remedy: `Enter the key of ${policyName === undefined ? 'the policy' : `policy ${policyName}`} on ${host} again; a trailing line break counts as part of a key.`,
      };
    case 'identity':
      if (askedIdentity !== undefined) {
        return {
          sentence: `${peer.name} asks for the identity ${printIdentity(askedIdentity)}; ${own.name} has ${ownIdentity === undefined ? 'another' : printIdentity(ownIdentity)}.`,
          remedy: `Set the remote identity on ${peer.name} to what ${own.name} is.`,
        };
      }
      return {
        sentence: `${own.name} expects the identity ${expectedIdentity === undefined ? 'of its configuration' : list([expectedIdentity, ...alsoExpected].map(printIdentityPattern))}; ${peer.name} says ${identity}.`,
        remedy: `Make the identities of the policy and of ${host} the same: what one calls local, the other calls remote.`,
      };
    case 'suite': {
      const { agreed = [], accepted = [] } = refusal;
      return {
        sentence: `${peer.name} calls itself ${identity}, of whom ${own.name} accepts ${list(namesIn(accepted))} for IKE; before it said so, both ends had agreed on ${list(namesIn(agreed))}.`,
        remedy: `Let all that ${own.name} holds for the addresses of ${host} accept the same IKE proposals, or let ${peer.name} offer none but those meant for it.`,
      };
    }
    case 'noSecret':
      return {
        sentence: `${own.name} holds no pre-shared key for ${identity}, as ${peer.name} calls itself.`,
        remedy: `Enter the key for that identity on ${own.name}, or let ${peer.name} use the identity that ${own.name} expects.`,
      };
    case 'method': {
      const wantsCertificate = refusal.expectedMethod === 'certificate';
      return {
        sentence: `${peer.name} proves itself by ${methodName(method)}, ${own.name} wants ${wantsCertificate ? 'a certificate' : 'a pre-shared key'}.`,
        remedy: `Set auth = ${wantsCertificate ? 'pubkey' : 'psk'} on ${host}.`,
      };
    }
    case 'certificate':
      return explainPath(refusal.path ?? { check: 'missing' }, own, peer);
    case 'certified':
      return {
        sentence: `${peer.name} calls itself ${identity}, and its certificate ${subjectOf(refusal.certificate)} does not certify that name.`,
        remedy: `Give ${peer.name} a certificate with ${identity} among its subject alternative names, or let it use an identity that its certificate has.`,
      };
    case 'signature':
      return explainSignature(refusal, own, peer);
    case 'ownSignature':
      return explainSignature(refusal, own, peer);
    case 'peer':
      return {
        sentence: `${peer.name} did not accept ${own.name}'s proof of identity, and does not say why.`,
        remedy: 'Enter the pre-shared key on both ends again, or look at the certificates, and compare the identities.',
      };
  }
}

export function explainPpk({ why, ownId, peerId }: Coded<'ppk'>, { own, peer }: Scene): Words {
  const host = hostOf(own, peer);
  const same = `Enter the same postquantum key on both ends, under the same name (ppk_id on ${host}).`;
  switch (why) {
    case 'peerLacks':
      return {
        sentence: `${own.name} demands a postquantum pre-shared key${named(ownId)}, and ${peer.name} uses none.`,
        remedy: `Give ${peer.name} that key, or let ${own.name} do without it.`,
      };
    case 'unknownId':
      return {
        sentence: `${peer.name} uses the postquantum key${named(peerId)}; ${own.name} has ${ownId === undefined ? 'none' : `another${named(ownId)}`}.`,
        remedy: same,
      };
    case 'notConfirmed':
      return {
        sentence: `${own.name} demands the postquantum pre-shared key${named(ownId)}, and ${peer.name} answered without it.`,
        remedy: same,
      };
    case 'differs':
      return {
        sentence: `Both ends have a postquantum key${named(ownId)}, and what it is made of differs; all else of the proof fits.`,
        remedy: same,
      };
  }
}

const named = (id: string | undefined): string => (id === undefined ? '' : ` "${id}"`);

const methodName = (method: number | undefined): string =>
  method === undefined
    ? 'an unknown method'
    : method === authMethods.numbers.SHARED_KEY_MIC
      ? 'a pre-shared key'
      : isSignatureMethod(method)
        ? 'a certificate'
        : nameOf(authMethods, method);
