/** Recorded ESP packets: one of the CHILD SA keys opens each, and what was inside seals to the same octets. */
import { emptyOctets, type Octets } from '../../../src/domain/bytes/octets.ts';
import { openEsp } from '../../../src/domain/esp/packet.ts';
import { asItIs, checkEspPacket } from '../esp-packets.ts';
import { disagree } from '../expect.ts';
import type { Means, VectorCase } from '../format.ts';
import { protectionOf } from '../suites.ts';
import { type Reading, sectionsOf } from './recording.ts';

export function espCases({ recording, espSuite, hasEsn }: Reading, { provider }: Means): VectorCase[] {
  const sequenceHigh = hasEsn ? 0 : undefined;
  return recording.espPackets.map(({ packet }, index) => {
    const name = `ESP packet ${index + 1}`;
    if (keysOf(recording).length === 0) return { name, skip: 'its keys are not in the recording' };
    if (!espSuite) return { name, skip: `${recording.espProposal ?? 'what is not said'} is no suite of ours` };
    const check = async () => {
      for (const [encr, integ] of keysOf(recording)) {
        const protection = await protectionOf(provider, espSuite, { encr, integ });
        if ((await openEsp(protection, packet, 0, sequenceHigh, asItIs)).ok) {
          await checkEspPacket(protection, packet, sequenceHigh);
          return;
        }
      }
      disagree('no key of the recording opens it');
    };
    return { name, check };
  });
}

function keysOf(recording: Reading['recording']): readonly (readonly [Octets, Octets])[] {
  return sectionsOf(recording, 'seed').flatMap((section) =>
    ['initiator', 'responder'].map(
      (end) =>
        [
          section.get(`encryption ${end} key`) ?? emptyOctets,
          section.get(`integrity ${end} key`) ?? emptyOctets,
        ] as const,
    ),
  );
}
