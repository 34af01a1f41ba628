/** Keys of the CHILD SAs (RFC 7296 2.17): a seed of the schedule is [g^ir |] Ni | Nr, as prf+ takes it. */
import { emptyOctets, type Octets } from '../../../src/domain/bytes/octets.ts';
import { Secret } from '../../../src/domain/bytes/secret.ts';
import { deriveChildKeys } from '../../../src/domain/ike/keys/keys.ts';
import { disagree, expectOctets } from '../expect.ts';
import type { Means, VectorCase } from '../format.ts';
import { nonceIn, saOf } from './exchanges.ts';
import { type Reading, type Recording, sectionsOf } from './recording.ts';

export function childKeyCases({ recording, suite, espSuite }: Reading, { provider }: Means): VectorCase[] {
  return sectionsOf(recording, 'seed').map((section, index) => {
    const name = `keys of CHILD SA ${index + 1}`;
    if (!espSuite) return { name, skip: `${recording.espProposal ?? 'what is not said'} is no suite of ours` };
    const check = async () => {
      const seed = section.get('seed') ?? disagree('no seed');
      const { shared, nonceI, nonceR, sa } = cut(seed, recording);
      const keys = await deriveChildKeys(provider, {
        ...{ prf: suite.prf.id, skD: new Secret(sa.sk_d), suite: espSuite, nonceI, nonceR },
        ...(shared.length > 0 && { sharedSecret: new Secret(shared) }),
      });
      const expected = (label: string) => section.get(label) ?? emptyOctets;
      expectOctets('encryption initiator key', keys.fromInitiator.encr.reveal(), expected('encryption initiator key'));
      expectOctets('encryption responder key', keys.fromResponder.encr.reveal(), expected('encryption responder key'));
      expectOctets('integrity initiator key', keys.fromInitiator.integ.reveal(), expected('integrity initiator key'));
      expectOctets('integrity responder key', keys.fromResponder.integ.reveal(), expected('integrity responder key'));
    };
    return { name, check };
  });
}

/**
 * The nonces are those two of the recording's exchanges that the seed ends with; what stands before them is the secret. The answer
 * tells which IKE SA keyed the CHILD SA: it was sent in that one, or made it.
 */
function cut(seed: Octets, recording: Recording) {
  const withNonce = recording.messages.flatMap((message) => {
    const nonce = nonceIn(message);
    return nonce ? [{ message, nonce }] : [];
  });
  for (const { message, nonce: nonceR } of withNonce) {
    const sa = saOf(recording, message);
    for (const { nonce: nonceI } of withNonce) {
      const start = seed.length - nonceI.length - nonceR.length;
      if (!sa || start < 0 || !isAt(seed, nonceI, start) || !isAt(seed, nonceR, start + nonceI.length)) continue;
      return { shared: seed.slice(0, start), nonceI, nonceR, sa };
    }
  }
  return disagree('the seed ends with no two nonces of the recording');
}

const isAt = (octets: Octets, part: Octets, start: number): boolean =>
  part.every((octet, i) => octets[start + i] === octet);
