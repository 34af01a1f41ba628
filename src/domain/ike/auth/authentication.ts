/**
 * How an end proves itself and how it checks the other (RFC 7296 2.15): by pre-shared key or by certificate, each way on its own.
 * A key that we prove ourselves with proves no peer, unless the peer is expected to hold the same.
 *
 * Checking begins with a list of connections that fit by everything else, and ends with those whose peer this is. What failed is
 * told to our own side alone: the peer gets AUTHENTICATION_FAILED whatever it was (2.21.2).
 */
import type { Octets } from '../../bytes/octets.ts';
import { err, ok, type Result } from '../../bytes/result.ts';
import type { Secret } from '../../bytes/secret.ts';
import { type Certificate, isSameCertificate, labelOf } from '../../pki/certificate.ts';
import { certifies } from '../../pki/identity.ts';
import type { PathFault, VerifiedKey } from '../../pki/path-judge.ts';
import {
  type CertificateAuthentication,
  type Connection,
  demandOf,
  expectedOf,
  type SomeConnections,
} from '../connection.ts';
import type { Env } from '../env.ts';
import type { Payload } from '../message/message.ts';
import { authMethods } from '../message/names.ts';
import type { Refusal } from '../refusal.ts';
import type { PeerFeatures } from '../sa/state.ts';
import { makePsk, type Signed, secretsFor, signedOctets, type VerifiedPeer, verifyPsk, verifySigner } from './auth.ts';
import { offerCertificates, readCertificates } from './certificate-payloads.ts';
import { byPreference, type CertificateRequest } from './certificate-requests.ts';
import { claimOf, type Identity } from './identity.ts';
import { chooseSigning, isSignatureMethod, makeSignature, type SignatureFault } from './signature-auth.ts';
import { meetsDemand } from './signature-hashes.ts';

type Judging = Pick<Env, 'means' | 'nowMs'>;

/** Our proof as payloads. */
export interface Proof {
  readonly certificates: readonly Payload[];
  readonly auth: Extract<Payload, { type: 'AUTH' }>;
}

/** What we know of whom we prove ourselves to. */
export interface Audience {
  readonly identity?: Identity;
  readonly features: PeerFeatures;
  readonly request?: CertificateRequest | undefined;
  /** The pre-shared key that fitted the peer's own proof: ours too, if we hold it to prove ourselves. */
  readonly secret?: Secret;
}

export async function proveOurselves(
  env: Judging,
  connection: Connection,
  signed: Signed,
  peer: Audience,
): Promise<Result<Proof, Refusal>> {
  const { authentication } = connection;
  if (authentication.method === 'certificate') return signAsOurselves(env, connection, authentication, signed, peer);
  const own = secretsFor(authentication.secrets, peer.identity);
  const secret = own.find((each) => peer.secret?.equals(each)) ?? own[0];
  if (!secret) return err({ code: 'authFailed', check: 'noSecret', ...factsOf(connection, peer.identity) });
  const data = await makePsk(env.means.provider, secret, signed);
  return ok({ certificates: [], auth: { type: 'AUTH', method: authMethods.numbers.SHARED_KEY_MIC, data } });
}

async function signAsOurselves(
  { means }: Judging,
  connection: Connection,
  authentication: CertificateAuthentication,
  signed: Signed,
  peer: Audience,
): Promise<Result<Proof, Refusal>> {
  const { rsaPadding = 'pss', hashes, mayUseMethod1 = false } = authentication;
  const wish = { peerHashes: peer.features.signatureHashes, rsaPadding, ...(hashes && { hashes }), mayUseMethod1 };
  const ours = await byPreference(means.provider, authentication, peer.request);
  const credential = ours.find(({ key }) => chooseSigning(key.kind, wish).ok) ?? ours[0];
  const choice = chooseSigning(credential.key.kind, wish);
  if (!choice.ok) {
    const facts = factsOf(connection, peer.identity);
    return err({ code: 'authFailed', check: 'ownSignature', signature: choice.error, ...facts });
  }
  const octets = await signedOctets(means.provider, signed);
  const auth = await makeSignature(means, credential.key, choice.value, octets);
  const certificates = offerCertificates(credential, authentication, peer.request);
  return ok({ certificates, auth: { type: 'AUTH', ...auth } });
}

/** What the peer proves itself with. */
export interface Shown {
  readonly identity: Identity;
  /** Of all its values (RFC 7296 3.8, RFC 8784 5.3). */
  readonly method: number;
  /** Where its certificates are. */
  readonly payloads: readonly Payload[];
}

/** A value of AUTH, and what it is over. */
export interface ShownProof {
  readonly data: Octets;
  readonly signed: Signed;
}

export interface CheckedPeer {
  readonly verified: VerifiedPeer;
  /** The first that holds. */
  readonly proof: ShownProof;
  readonly secret?: Secret;
  readonly connections: SomeConnections;
}

/** `proofs`: any of them is enough. What does not depend on them, a path of certificates above all, is judged once. */
export function checkPeer(
  env: Judging,
  connections: SomeConnections,
  shown: Shown,
  proofs: readonly ShownProof[],
): Promise<Result<CheckedPeer, Refusal>> | Result<CheckedPeer, Refusal> {
  const [nearest] = connections;
  const facts = factsOf(nearest, shown.identity);
  const { method } = shown;
  const kind =
    method === authMethods.numbers.SHARED_KEY_MIC ? 'psk' : isSignatureMethod(method) ? 'certificate' : undefined;
  const [first, ...more] = connections.filter((each) => expectedOf(each).method === kind);
  if (!first) {
    const expectedMethod = expectedOf(nearest).method;
    return err({ code: 'authFailed', check: 'method', method, expectedMethod, ...facts });
  }
  return kind === 'psk'
    ? checkPsk(env, [first, ...more], shown, proofs)
    : checkSigner(env, [first, ...more], shown, proofs);
}

async function checkPsk(
  { means }: Judging,
  connections: SomeConnections,
  { identity }: Shown,
  proofs: readonly ShownProof[],
): Promise<Result<CheckedPeer, Refusal>> {
  const refused = (check: 'noSecret' | 'psk') =>
    err({ code: 'authFailed', check, ...factsOf(connections[0], identity) } as const);
  const held = connections.map((connection) => ({ connection, secrets: heldFor(connection, identity) }));
  const secrets = held.flatMap((each) => each.secrets);
  if (secrets.length === 0) return refused('noSecret');
  for (const proof of proofs) {
    const verified = await verifyPsk(means.provider, secrets, proof.signed, proof.data);
    if (!verified) continue;
    const fitting = held.filter(({ secrets }) => secrets.some((each) => each.equals(verified.secret)));
    const [first = connections[0], ...more] = fitting.map(({ connection }) => connection);
    return ok({ verified: verified.peer, proof, secret: verified.secret, connections: [first, ...more] });
  }
  return refused('psk');
}

function heldFor(connection: Connection, peer: Identity): readonly Secret[] {
  const expected = expectedOf(connection);
  return expected.method === 'psk' ? secretsFor(expected.secrets, peer) : [];
}

async function checkSigner(
  { means, nowMs }: Judging,
  connections: SomeConnections,
  { identity, method, payloads }: Shown,
  proofs: readonly ShownProof[],
): Promise<Result<CheckedPeer, Refusal>> {
  const facts = factsOf(connections[0], identity);
  const chain = readCertificates(payloads);
  const judged = chain.ok ? await judge({ means, nowMs }, connections, chain.value) : chain;
  if (!judged.ok) return err({ code: 'authFailed', check: 'certificate', path: judged.error, ...facts });
  const { vouched, trusting } = judged.value;
  const claim = claimOf(identity);
  if (!claim || !certifies(vouched.certificate, claim)) {
    return err({ code: 'authFailed', check: 'certified', certificate: labelOf(vouched.certificate), ...facts });
  }
  let fault: SignatureFault | undefined;
  for (const proof of proofs) {
    const verified = await verifySigner(means.provider, vouched.key, proof.signed, { method, data: proof.data });
    if (!verified.ok) {
      fault ??= verified.error;
      continue;
    }
    const { peer, scheme } = verified.value;
    const [first, ...more] = trusting.filter((each) => meetsDemand(scheme, demandOf(each)));
    if (first) return ok({ verified: peer, proof, connections: [first, ...more] });
    fault ??= { why: 'notDemanded', scheme, demand: demandOf(trusting[0]) };
  }
  const certificate = labelOf(vouched.certificate);
  return err({
    code: 'authFailed',
    check: 'signature',
    method,
    ...(fault && { signature: fault }),
    certificate,
    ...facts,
  });
}

/** The connections whose anchors the chain leads to. All their anchors are asked about at once: a peer costs no more for our having many. */
async function judge(
  { means, nowMs }: Judging,
  connections: SomeConnections,
  chain: readonly Certificate[],
): Promise<Result<{ readonly vouched: VerifiedKey; readonly trusting: SomeConnections }, PathFault>> {
  const vouched = await means.pathJudge.decide(chain, eachOnce(connections.flatMap(anchorsOf)), nowMs);
  if (!vouched.ok) return vouched;
  const reached = vouched.value.paths.map((path) => path.at(-1));
  const isReached = (anchor: Certificate) => reached.some((each) => each && isSameCertificate(each, anchor));
  const [first, ...more] = connections.filter((each) => anchorsOf(each).some(isReached));
  return first ? ok({ vouched: vouched.value, trusting: [first, ...more] }) : err({ check: 'untrusted' });
}

/** Connections that were loaded one by one hold equal certificates in objects of their own. */
function eachOnce(certificates: readonly Certificate[]): readonly Certificate[] {
  const objects = [...new Set(certificates)];
  return objects.filter((each, i) => objects.findIndex((other) => isSameCertificate(each, other)) === i);
}

function anchorsOf(connection: Connection): readonly Certificate[] {
  const expected = expectedOf(connection);
  return expected.method === 'certificate' ? expected.anchors : [];
}

/** Both ends' identities as this end sees them. */
export const factsOf = (connection: Connection | undefined, peer: Identity | undefined) => ({
  ...(connection ? { ownIdentity: connection.identity, expectedIdentity: connection.peerIdentity } : {}),
  ...(peer ? { peerIdentity: peer } : {}),
});
