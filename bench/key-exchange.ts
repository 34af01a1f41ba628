/** What one key exchange costs by the provider: a fresh pair and a secret. The floor of floors for a negotiation. */
import type { CryptoProvider, GroupNumber } from '../src/domain/crypto/provider.ts';
import { bare, type Figure } from './figure.ts';
import { always, measure } from './measure.ts';

const groups: readonly { readonly group: GroupNumber; readonly name: string }[] = [
  { group: 19, name: 'P-256' },
  { group: 20, name: 'P-384' },
  { group: 21, name: 'P-521' },
  { group: 31, name: 'X25519' },
  { group: 14, name: 'MODP-2048' },
  { group: 15, name: 'MODP-3072' },
  { group: 16, name: 'MODP-4096' },
];

export async function measureKeyExchanges(provider: CryptoProvider, where: string): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { group, name } of groups) {
    const pair = await provider.keyPair(group);
    const { publicValue } = await provider.keyPair(group);
    const times = await measure(
      { pair: always(() => provider.keyPair(group)), secret: always(() => pair.derive(publicValue)) },
      { rounds: 20, warmUpMs: 50 },
    );
    figures.push(bare(`${where}: ${name}, fresh pair`, 'µs', times.pair));
    figures.push(bare(`${where}: ${name}, shared secret`, 'µs', times.secret));
  }
  return figures;
}
