/**
 * AUTH by signature (RFC 7427) of each end that signed, against the certificates of the recording: the one that was sent leads to a
 * root, certifies the identity, and its key made the signature; with anything changed it did not.
 */
import type { Octets } from '../../../src/domain/bytes/octets.ts';
import { Secret } from '../../../src/domain/bytes/secret.ts';
import { verifySigner } from '../../../src/domain/ike/auth/auth.ts';
import { claimOf } from '../../../src/domain/ike/auth/identity.ts';
import { type Certificate, labelOf, parseCertificate } from '../../../src/domain/pki/certificate.ts';
import { certifies } from '../../../src/domain/pki/identity.ts';
import { plainChainJudge } from '../../../src/domain/pki/plain-chain.ts';
import { disagree, expectEqual, expectThat } from '../expect.ts';
import { eachOctetFlipped } from '../flip.ts';
import type { Means, VectorCase } from '../format.ts';
import type { RecordedPayload } from '../messages.ts';
import { nonceOf, originOf, payloadsOf } from './exchanges.ts';
import type { Reading, Recording } from './recording.ts';

const types = { IDi: 35, IDr: 36, CERT: 37, AUTH: 39 } as const;
const sharedKey = 2;

export function signatureCases(reading: Reading, means: Means): VectorCase[] {
  const { messages, certs } = reading.recording;
  const ends = [...new Set(messages.flatMap(({ from }) => from ?? []))];
  return ends
    .filter((end) => hasSigned(reading.recording, end))
    .map((end) => {
      const name = `signature of ${end}`;
      if (Object.keys(certs).length === 0) return { name, skip: 'its root is not in the recording' };
      return { name, check: () => checkSignature(reading, means, end) };
    });
}

async function checkSignature({ recording, suite }: Reading, { provider }: Means, end: string): Promise<void> {
  const isInitiator = end === recording.messages[0]?.from;
  const sa = recording.ikeSas[0] ?? disagree('no IKE SA');
  const { request, response } = originOf(recording, sa);
  const [own, peer] = isInitiator ? [request, response] : [response, request];
  const idBody = bodyIn(recording, end, isInitiator ? types.IDi : types.IDr);
  const identity = { type: idBody[0] ?? 0, data: idBody.slice(4) };
  const skP = new Secret(isInitiator ? sa.sk_pi : sa.sk_pr);
  const signed = { prf: suite.prf.id, skP, message: own.hex, nonce: nonceOf(peer), identity };

  const sent = certificateOf(bodyIn(recording, end, types.CERT).slice(1));
  const known = Object.values(recording.certs).map(certificateOf);
  const roots = known.filter((each) => labelOf(each).subject === labelOf(each).issuer);
  const chain = [sent, ...known.filter((each) => !roots.includes(each))];
  const decided = await plainChainJudge(provider).decide(chain, roots, sent.notBeforeMs + 1);
  if (!decided.ok) disagree(`the chain is refused: ${decided.error.check}`);
  const claim = claimOf(identity);
  expectThat(claim && certifies(sent, claim), 'the certificate certifies the identity');

  const body = bodyIn(recording, end, types.AUTH);
  const shown = { method: body[0] ?? 0, data: body.slice(4) };
  const { key } = decided.value;
  expectThat((await verifySigner(provider, key, signed, shown)).ok, 'AUTH is verified');
  const spoiled = { ...shown, data: changed(shown.data) };
  const other = { ...signed, nonce: changed(signed.nonce) };
  expectEqual('a changed signature', (await verifySigner(provider, key, signed, spoiled)).ok, false);
  expectEqual('another nonce', (await verifySigner(provider, key, other, shown)).ok, false);
}

/** In its last octet. */
function changed(octets: Octets): Octets {
  const [first] = eachOctetFlipped(octets, octets.length - 1);
  return first ?? disagree('nothing to change');
}

/** It sent an AUTH payload of another method than a shared key's, and its certificate (RFC 7296 3.8). */
function hasSigned(recording: Recording, end: string): boolean {
  const method = payloadIn(recording, end, types.AUTH)?.body[0];
  return method !== undefined && method !== sharedKey && payloadIn(recording, end, types.CERT) !== undefined;
}

const bodyIn = (recording: Recording, from: string, type: number): Octets =>
  payloadIn(recording, from, type)?.body ?? disagree(`no payload ${type}`);

function payloadIn({ messages }: Recording, from: string, type: number): RecordedPayload | undefined {
  return messages
    .filter((each) => each.from === from)
    .flatMap(payloadsOf)
    .find((payload) => payload.type === type);
}

function certificateOf(der: Octets): Certificate {
  const parsed = parseCertificate(der);
  return parsed.ok ? parsed.value : disagree(`no certificate: ${parsed.error.part}`);
}
