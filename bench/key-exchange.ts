/** What one key exchange costs by the provider: a fresh pair and a secret. The floor of floors for a negotiation. */
import type { CryptoProvider, GroupNumber } from '../src/domain/crypto/provider.ts';
import { bare, type Figure } from './figure.ts';
import { always, measure } from './measure.ts';

const groups: readonly { readonly group: GroupNumber; readonly name: string; readonly calls: number }[] = [
  { group: 19, name: 'P-256', calls: 60 },
  { group: 20, name: 'P-384', calls: 20 },
  { group: 21, name: 'P-521', calls: 10 },
  { group: 31, name: 'X25519', calls: 60 },
  { group: 14, name: 'MODP-2048', calls: 10 },
  { group: 15, name: 'MODP-3072', calls: 5 },
  { group: 16, name: 'MODP-4096', calls: 5 },
];

export async function measureKeyExchanges(provider: CryptoProvider, where: string): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { group, name, calls } of groups) {
    const pair = await provider.keyPair(group);
    const { publicValue } = await provider.keyPair(group);
    const times = await measure(
      { pair: always(() => provider.keyPair(group)), secret: always(() => pair.derive(publicValue)) },
      { rounds: 9, calls },
    );
    figures.push(bare(`${where}: ${name}, fresh pair`, 'µs', times.pair));
    figures.push(bare(`${where}: ${name}, shared secret`, 'µs', times.secret));
  }
  return figures;
}
