/**
 * Negotiations with a certificate at each end, method by method. All with X25519, the group that costs least: what the protocol
 * adds shows most beside it. SUITEB_GCM256 has its own group, P-384, for the method that goes with it.
 */
import type { CryptoProvider } from '../../src/domain/crypto/provider.ts';
import type { Figure } from '../figure.ts';
import { proofsByCertificate, type SigningMethod } from './credentials.ts';
import { againstMathematics, type WishFor, warmUp } from './floor.ts';

const x25519 = { name: 'X25519', ike: 'chacha20poly1305-prfsha256-curve25519' };
const p384 = { name: 'P-384', ike: 'aes256-sha384-ecp384' };

const cases: readonly {
  readonly name: string;
  readonly group: typeof x25519;
  readonly method: SigningMethod;
  readonly rounds?: number;
}[] = [
  { name: 'RSA-PSS 2048', group: x25519, method: { key: 'rsa2048', rsaPadding: 'pss' } },
  { name: 'RSA PKCS#1 2048', group: x25519, method: { key: 'rsa2048', rsaPadding: 'pkcs1' } },
  { name: 'ECDSA P-256', group: x25519, method: { key: 'p256' } },
  { name: 'ECDSA P-384', group: x25519, method: { key: 'p384' } },
  { name: 'ECDSA P-384', group: p384, method: { key: 'p384' } },
  { name: 'ECDSA P-521', group: x25519, method: { key: 'p521' } },
  { name: 'Ed25519', group: x25519, method: { key: 'ed25519' } },
  { name: 'Ed448', group: x25519, method: { key: 'ed448' }, rounds: 12 },
];

export async function measureMethods(provider: CryptoProvider, where: string): Promise<Figure[]> {
  await warmUp(provider, wishFor(x25519.ike, { key: 'rsa2048' }), 1000); // the longest way: its IKE_AUTH goes in fragments
  const figures: Figure[] = [];
  for (const { name, group, method, rounds } of cases) {
    const figure = `${where}: ${name} negotiation, ${group.name}, both ends`;
    figures.push(await againstMathematics(provider, figure, wishFor(group.ike, method), rounds));
  }
  return figures;
}

const wishFor =
  (ike: string, method: SigningMethod): WishFor =>
  async (provider) => ({ ike, proofs: await proofsByCertificate(provider, method) });
