/** What one key exchange costs by the provider: a fresh pair and a secret. The floor of floors for a negotiation. */
import type { CryptoProvider, GroupNumber, KemNumber } from '../src/domain/crypto/provider.ts';
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
  { group: 17, name: 'MODP-6144' },
  { group: 18, name: 'MODP-8192' },
];

const kems: readonly { readonly kem: KemNumber; readonly name: string }[] = [
  { kem: 35, name: 'ML-KEM-512' },
  { kem: 36, name: 'ML-KEM-768' },
  { kem: 37, name: 'ML-KEM-1024' },
];

const plan = { rounds: 20, warmUpMs: 50 };

export async function measureKeyExchanges(provider: CryptoProvider, where: string): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { group, name } of groups) {
    const pair = await provider.keyPair(group);
    const { publicValue } = await provider.keyPair(group);
    const times = await measure(
      { pair: always(() => provider.keyPair(group)), secret: always(() => pair.derive(publicValue)) },
      plan,
    );
    figures.push(bare(`${where}: ${name}, fresh pair`, 'µs', times.pair));
    figures.push(bare(`${where}: ${name}, shared secret`, 'µs', times.secret));
  }
  for (const { kem, name } of kems) {
    const pair = await provider.kemKeyPair(kem);
    const sent = await provider.encapsulate(kem, pair.publicValue);
    if (sent === undefined) throw new Error(`${name}: its own key is refused`);
    const times = await measure(
      {
        pair: always(() => provider.kemKeyPair(kem)),
        encapsulation: always(() => provider.encapsulate(kem, pair.publicValue)),
        decapsulation: always(() => pair.derive(sent.publicValue)),
      },
      plan,
    );
    figures.push(bare(`${where}: ${name}, fresh pair`, 'µs', times.pair));
    figures.push(bare(`${where}: ${name}, encapsulation`, 'µs', times.encapsulation));
    figures.push(bare(`${where}: ${name}, decapsulation`, 'µs', times.decapsulation));
  }
  return figures;
}
