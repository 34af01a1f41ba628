/** One kind of negotiation, both ends in one thread, against its own mathematics. */
import type { CryptoProvider } from '../../src/domain/crypto/provider.ts';
import { duration, type Figure } from '../figure.ts';
import { measure, type Work } from '../measure.ts';
import { startRecording } from './mathematics.ts';
import { makePair, type NegotiatingPair, type PairWish } from './pair.ts';

/** With the keys of a provider, so that a recording knows them. */
export type WishFor = (provider: CryptoProvider) => PairWish | Promise<PairWish>;

/** @param rounds fewer where a negotiation takes longer than a round. */
export async function againstMathematics(
  provider: CryptoProvider,
  name: string,
  wishFor: WishFor,
  rounds = 40,
): Promise<Figure> {
  const recording = startRecording(provider);
  const recorded = await makePair(recording.provider, await wishFor(recording.provider));
  recording.begin();
  await recorded.negotiate();
  const replay = await recording.replays();

  const wish = await wishFor(provider);
  const times = await measure(
    {
      bare: { prepare: () => replay },
      ours: { prepare: async (calls) => inTurn(await makePairs(provider, wish, calls)) },
    },
    { rounds, roundMs: 10, warmUpMs: 500 }, // each way of negotiating has paths of its own to compile
  );
  return duration(name, 'ms', times.ours, times.bare);
}

/** Until the protocol is compiled, which is before it is measured. */
export async function warmUp(provider: CryptoProvider, wishFor: WishFor, count: number): Promise<void> {
  for (const pair of await makePairs(provider, await wishFor(provider), count)) await pair.negotiate();
}

async function makePairs(provider: CryptoProvider, wish: PairWish, count: number): Promise<NegotiatingPair[]> {
  const pairs: NegotiatingPair[] = [];
  for (let i = 0; i < count; i++) pairs.push(await makePair(provider, wish));
  return pairs;
}

function inTurn(pairs: readonly NegotiatingPair[]): Work {
  let at = 0;
  return () => {
    const pair = pairs[at++];
    if (pair === undefined) throw new Error('a pair for each call');
    return pair.negotiate();
  };
}
