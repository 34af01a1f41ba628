/** A negotiation with a pre-shared key, both ends in one thread, against its own mathematics: group by group. */
import type { CryptoProvider } from '../src/domain/crypto/provider.ts';
import { duration, type Figure } from './figure.ts';
import { measure } from './measure.ts';
import { makePair, type NegotiatingPair } from './negotiating-pair.ts';
import { recordingProvider, replay } from './recording-provider.ts';

/** P-384 as SUITEB_GCM256 has it; the other groups with what usually goes with them. */
const suites = [
  { name: 'P-384', ike: 'aes256-sha384-ecp384' },
  { name: 'P-256', ike: 'aes256-sha256-ecp256' },
  { name: 'P-521', ike: 'aes256-sha512-ecp521' },
  { name: 'X25519', ike: 'chacha20poly1305-prfsha256-curve25519' },
  { name: 'MODP-2048', ike: 'aes256-sha256-modp2048' },
  { name: 'MODP-3072', ike: 'aes256-sha256-modp3072' },
  { name: 'MODP-4096', ike: 'aes256-sha512-modp4096' },
] as const;

const esp = 'aes256gcm16';

export async function measureNegotiations(provider: CryptoProvider, where: string): Promise<Figure[]> {
  await inTurnAll(await makePairs(provider, 'aes256-sha256-ecp256', 1500)); // the protocol is compiled before it is measured
  const figures: Figure[] = [];
  for (const { name, ike } of suites) {
    const recording = recordingProvider(provider);
    await (await makePair(recording.provider, ike, esp)).negotiate();
    const { mathematics } = recording;

    const times = await measure(
      {
        bare: { prepare: () => () => replay(mathematics) },
        ours: { prepare: async (calls) => inTurn(await makePairs(provider, ike, calls)) },
      },
      { rounds: 40, roundMs: 10 },
    );
    figures.push(duration(`${where}: PSK negotiation, ${name}, both ends`, 'ms', times.ours, times.bare));
  }
  return figures;
}

export async function makePairs(provider: CryptoProvider, ike: string, count: number): Promise<NegotiatingPair[]> {
  const pairs: NegotiatingPair[] = [];
  for (let i = 0; i < count; i++) pairs.push(await makePair(provider, ike, esp));
  return pairs;
}

function inTurn(pairs: readonly NegotiatingPair[]): () => Promise<void> {
  let at = 0;
  return () => {
    const pair = pairs[at++];
    if (pair === undefined) throw new Error('a pair for each call');
    return pair.negotiate();
  };
}

async function inTurnAll(pairs: readonly NegotiatingPair[]): Promise<void> {
  for (const pair of pairs) await pair.negotiate();
}
