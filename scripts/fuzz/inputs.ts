/**
 * What a fuzz run tries: octets, or the seed or the plan of a run that is played with an endpoint. What broke a claim is kept as it stands
 * here (vectors/fuzz-corpus), and tried again with the vectors.
 */
import { z } from 'zod';
import { type Draw, mutateChain, mutateMessage } from '../../src/domain/ike/message/testing/mutate.ts';
import { probeChain, probeMessage } from '../../src/domain/ike/message/testing/probe.ts';
import { chainSamples, messageSamples } from '../../src/domain/ike/message/testing/samples.ts';
import { hex } from '../vectors/fields.ts';
import { damagedCertificate, probeCertificate } from './damaged-certificates.ts';
import { sendDamagedPackets } from './damaged-packets.ts';
import { meetHostilePeer } from './hostile-peer.ts';
import { drawHostilePlan, hostilePlan } from './hostile-plan.ts';

export const fuzzInput = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('message'), hex }),
  /** What an SK payload held, and the type of its first payload. */
  z.object({ kind: z.literal('chain'), first: z.number().int(), hex }),
  z.object({ kind: z.literal('certificate'), hex }),
  /** A boundary that is sent a hundred. */
  z.object({ kind: z.literal('packets'), seed: z.number().int() }),
  hostilePlan.extend({ kind: z.literal('hostile peer') }),
]);
export type FuzzInput = z.output<typeof fuzzInput>;

const seeds = 0x7fffffff;

export function drawInput(kind: FuzzInput['kind'], draw: Draw): FuzzInput {
  switch (kind) {
    case 'message': {
      const sample = messageSamples[draw(messageSamples.length)]?.octets ?? new Uint8Array();
      return { kind, hex: mutateMessage(sample, chainSamples, draw) };
    }
    case 'chain': {
      const sample = chainSamples[draw(chainSamples.length)] ?? { first: 0, octets: new Uint8Array() };
      const { first, octets } = mutateChain(sample, chainSamples, draw);
      return { kind, first, hex: octets };
    }
    case 'certificate':
      return { kind, hex: damagedCertificate(draw) };
    case 'packets':
      return { kind, seed: draw(seeds) };
    case 'hostile peer':
      return { kind, ...drawHostilePlan(draw(seeds)) };
  }
}

/** The claim that does not hold, or undefined. The same input does the same. */
export async function claimBrokenBy(input: FuzzInput): Promise<string | undefined> {
  switch (input.kind) {
    case 'message':
      return probeMessage(input.hex);
    case 'chain':
      return probeChain({ first: input.first, octets: input.hex });
    case 'certificate':
      return probeCertificate(input.hex);
    case 'packets':
      return sendDamagedPackets(input.seed);
    case 'hostile peer':
      return (await meetHostilePeer(input)).claim;
  }
}
