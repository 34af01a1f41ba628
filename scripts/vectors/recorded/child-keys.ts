/** Keys of the CHILD SAs (RFC 7296 2.17): a seed of the schedule is [g^ir |] Ni | Nr, as prf+ takes it. */
import { emptyOctets, type Octets } from '../../../src/domain/bytes/octets.ts';
import { Secret } from '../../../src/domain/bytes/secret.ts';
import { deriveChildKeys } from '../../../src/domain/ike/keys/keys.ts';
import { disagree, expectOctets } from '../expect.ts';
import type { Means, VectorCase } from '../format.ts';
import { nonceIn } from './exchanges.ts';
import { type Reading, type Recording, sectionsOf } from './recording.ts';

export function childKeyCases({ recording, suite, espSuite }: Reading, { provider }: Means): VectorCase[] {
  return sectionsOf(recording, 'seed').map((section, index) => {
    const name = `keys of CHILD SA ${index + 1}`;
    if (!espSuite) return { name, skip: `${recording.espProposal ?? 'what is not said'} is no suite of ours` };
    const check = async () => {
      const seed = section.get('seed') ?? disagree('no seed');
      const sa = recording.ikeSas[0] ?? disagree('no IKE SA');
      const { shared, nonceI, nonceR } = cut(seed, recording);
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

/** The nonces are those two of the recording's exchanges that the seed ends with; what stands before them is the secret. */
function cut(seed: Octets, { messages }: Recording) {
  const nonces = messages.flatMap((message) => nonceIn(message) ?? []);
  for (const nonceR of nonces) {
    for (const nonceI of nonces) {
      const start = seed.length - nonceI.length - nonceR.length;
      if (start < 0 || !isAt(seed, nonceI, start) || !isAt(seed, nonceR, start + nonceI.length)) continue;
      return { shared: seed.slice(0, start), nonceI, nonceR };
    }
  }
  return disagree('the seed ends with no two nonces of the recording');
}

const isAt = (octets: Octets, part: Octets, start: number): boolean =>
  part.every((octet, i) => octets[start + i] === octet);
