/** A thousand negotiations at once, all with one responder, against the same thousand one after the other; one thread. */
import type { CryptoProvider } from '../src/domain/crypto/provider.ts';
import { startWatch } from './clock.ts';
import { duration, type Figure } from './figure.ts';
import { median } from './measure.ts';
import { makePair, type NegotiatingPair } from './negotiation/pair.ts';

const count = 1000;
const rounds = 3;

export async function measureCrowd(provider: CryptoProvider, where: string): Promise<Figure[]> {
  const timed = async (work: (pair: NegotiatingPair) => Promise<void>): Promise<number> => {
    const pair = await makePair(provider, { ike: 'aes256-sha256-curve25519' });
    const watch = startWatch();
    await work(pair);
    return watch();
  };
  const atOnce: number[] = [];
  const inTurn: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const single = await timed(async (pair) => {
      for (let i = 0; i < count; i++) await pair.negotiate();
    });
    const crowd = await timed((pair) => pair.negotiate(count));
    if (round === 0) continue; // compiles
    inTurn.push(single);
    atOnce.push(crowd);
  }
  return [duration(`${where}: 1,000 PSK negotiations at once, X25519`, 'ms', median(atOnce), median(inTurn))];
}
