/**
 * AUTH of both ends (RFC 7296 2.15): the octets that are signed, and for pre-shared keys the value itself, from the messages
 * as they went over the wire. A recording has one part of its schedule for each end that it saw, the initiator first.
 */
import { toHex } from '../../../src/domain/bytes/hex.ts';
import { concat, type Octets } from '../../../src/domain/bytes/octets.ts';
import { Secret } from '../../../src/domain/bytes/secret.ts';
import { computePrf } from '../../../src/domain/crypto/prf.ts';
import { makePsk, verifyPsk } from '../../../src/domain/ike/auth/auth.ts';
import { disagree, expectOctets, expectThat } from '../expect.ts';
import type { Means, VectorCase } from '../format.ts';
import { nonceOf, originOf } from './exchanges.ts';
import { type Reading, type RecordedSa, type Recording, sectionsOf } from './recording.ts';

const idLabel = "IDx'";
const keyLabel = 'SK_p';
const octetsLabel = "octets = message + nonce + prf(Sk_px, IDx')";
const authLabel = 'AUTH = prf(prf(secret, keypad), octets)';

export function authCases({ recording, suite }: Reading, { provider }: Means): VectorCase[] {
  return sectionsOf(recording, idLabel).map((section, index) => {
    const { sa, isInitiator } = signerOf(recording, section.get(keyLabel), index);
    const check = async () => {
      const { request, response } = originOf(recording, sa);
      const [own, peer] = isInitiator ? [request, response] : [response, request];
      const idBody = section.get(idLabel) ?? disagree('no ID');
      const skP = new Secret(isInitiator ? sa.sk_pi : sa.sk_pr);
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
    };
    return { name: `AUTH of the ${isInitiator ? 'initiator' : 'responder'}`, check };
  });
}

/** Whose SK_p a part of the schedule has; without one, the first SA's two ends in their order. */
function signerOf({ ikeSas }: Recording, skP: Octets | undefined, index: number): Signer {
  const key = skP && toHex(skP);
  const ends = ikeSas.flatMap((sa): Signer[] => [
    { sa, isInitiator: true },
    { sa, isInitiator: false },
  ]);
  const found = ends.find(({ sa, isInitiator }) => toHex(isInitiator ? sa.sk_pi : sa.sk_pr) === key) ?? ends[index];
  return found ?? disagree('no IKE SA');
}

interface Signer {
  readonly sa: RecordedSa;
  readonly isInitiator: boolean;
}
