/**
 * AUTH by signature (RFC 7427) of both ends, against the certificates of the recording: the one that was sent leads to the root,
 * certifies the identity, and its key made the signature; with anything changed it did not.
 */

import type { Octets } from '../../../src/domain/bytes/octets.ts';
import { Secret } from '../../../src/domain/bytes/secret.ts';
import { verifySigner } from '../../../src/domain/ike/auth/auth.ts';
import { claimOf } from '../../../src/domain/ike/auth/identity.ts';
import { type Certificate, parseCertificate } from '../../../src/domain/pki/certificate.ts';
import { certifies } from '../../../src/domain/pki/identity.ts';
import { plainChainJudge } from '../../../src/domain/pki/plain-chain.ts';
import { disagree, expectEqual, expectThat } from '../expect.ts';
import { eachOctetFlipped } from '../flip.ts';
import type { Means, VectorCase } from '../format.ts';
import { initOf, nonceOf } from './exchanges.ts';
import type { Reading, RecordedMessage, Recording } from './recording.ts';

const types = { IDi: 35, IDr: 36, CERT: 37, AUTH: 39 } as const;

export function signatureCases({ recording, suite }: Reading, { provider }: Means): VectorCase[] {
  if (!recording.certs['root']) return [];
  return (['a', 'b'] as const).map((end) => ({
    name: `signature of ${end}`,
    async check() {
      const isInitiator = end === 'a';
      const { request, response } = initOf(recording);
      const [own, peer] = isInitiator ? [request, response] : [response, request];
      const sa = recording.ikeSas[0] ?? disagree('no IKE SA');
      const idBody = bodyIn(recording, end, isInitiator ? types.IDi : types.IDr);
      const identity = { type: idBody[0] ?? 0, data: idBody.slice(4) };
      const skP = new Secret(isInitiator ? sa.sk_pi : sa.sk_pr);
      const signed = { prf: suite.prf.id, skP, message: own.hex, nonce: nonceOf(peer), identity };

      const sent = certificateOf(bodyIn(recording, end, types.CERT).slice(1));
      const chain = [sent, ...['issuing'].flatMap((name) => certificateNamed(recording, name))];
      const decided = await plainChainJudge(provider).decide(
        chain,
        certificateNamed(recording, 'root'),
        sent.notBeforeMs + 1,
      );
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
    },
  }));
}

/** In its last octet. */
function changed(octets: Octets): Octets {
  const [first] = eachOctetFlipped(octets, octets.length - 1);
  return first ?? disagree('nothing to change');
}

function bodyIn({ messages }: Recording, from: string, type: number) {
  const payloadsOf = (each: RecordedMessage) => each.reassembledPayloads ?? each.payloads ?? [];
  const found = messages
    .filter((each) => each.from === from)
    .flatMap(payloadsOf)
    .find((payload) => payload.type === type);
  return found?.body ?? disagree(`no payload ${type}`);
}

function certificateNamed({ certs }: Recording, name: string): readonly Certificate[] {
  const text = certs[name];
  return text === undefined ? [] : [certificateOf(Uint8Array.from(Buffer.from(text, 'base64')))];
}

function certificateOf(der: Octets): Certificate {
  const parsed = parseCertificate(der);
  return parsed.ok ? parsed.value : disagree(`no certificate: ${parsed.error.part}`);
}
