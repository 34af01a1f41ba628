/**
 * AUTH of both ends (RFC 7296 2.15): the octets that are signed, and for pre-shared keys the value itself, from the messages
 * as they went over the wire. A recording has one part of its schedule for each end that it saw, the initiator first.
 */
import { concat } from '../../../src/domain/bytes/octets.ts';
import { Secret } from '../../../src/domain/bytes/secret.ts';
import { computePrf } from '../../../src/domain/crypto/prf.ts';
import { makePsk, verifyPsk } from '../../../src/domain/ike/auth/auth.ts';
import { disagree, expectOctets, expectThat } from '../expect.ts';
import type { Means, VectorCase } from '../format.ts';
import { initOf, nonceOf } from './exchanges.ts';
import { type Reading, sectionsOf } from './recording.ts';

const idLabel = "IDx'";
const octetsLabel = "octets = message + nonce + prf(Sk_px, IDx')";
const authLabel = 'AUTH = prf(prf(secret, keypad), octets)';

export function authCases({ recording, suite }: Reading, { provider }: Means): VectorCase[] {
  return sectionsOf(recording, idLabel).map((section, index) => ({
    name: `AUTH of the ${index === 0 ? 'initiator' : 'responder'}`,
    async check() {
      const { request, response } = initOf(recording);
      const [own, peer] = index === 0 ? [request, response] : [response, request];
      const idBody = section.get(idLabel) ?? disagree('no ID');
      const sa = recording.ikeSas[0] ?? disagree('no IKE SA');
      const skP = new Secret(index === 0 ? sa.sk_pi : sa.sk_pr);
      const idMac = await computePrf(provider, suite.prf.id, skP, idBody);
      const octets = section.get(octetsLabel);
      if (octets) expectOctets('signed octets', concat(own.hex, nonceOf(peer), idMac.reveal()), octets);

      const [secret, auth] = [section.get('secret'), section.get(authLabel)];
      if (!secret || !auth) return; // a signature: signatures.ts
      const identity = { type: idBody[0] ?? 0, data: idBody.subarray(4) };
      const signed = { prf: suite.prf.id, skP, message: own.hex, nonce: nonceOf(peer), identity };
      const psk = new Secret(secret);
      expectOctets('AUTH', await makePsk(provider, psk, signed), auth);
      expectThat(await verifyPsk(provider, [psk], signed, auth), 'AUTH is verified');
      const wrong = new Secret(concat(secret, Uint8Array.of(1))); // an HMAC takes a key and the key with a zero behind it for one
      const isRefused = (await verifyPsk(provider, [wrong], signed, auth)) === undefined;
      expectThat(isRefused, 'AUTH under another key is refused');
    },
  }));
}
