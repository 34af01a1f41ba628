/** Negotiations with a pre-shared key: every key exchange method that may be negotiated, with what usually goes with it. */
import type { CryptoProvider } from '../../src/domain/crypto/provider.ts';
import type { Figure } from '../figure.ts';
import { againstMathematics, warmUp } from './floor.ts';

/** P-384 as SUITEB_GCM256 has it. ML-KEM comes behind a first exchange, in IKE_INTERMEDIATE (RFC 9370). */
const suites: readonly { readonly name: string; readonly ike: string; readonly rounds?: number }[] = [
  { name: 'P-384', ike: 'aes256-sha384-ecp384' },
  { name: 'P-256', ike: 'aes256-sha256-ecp256' },
  { name: 'P-521', ike: 'aes256-sha512-ecp521' },
  { name: 'X25519', ike: 'chacha20poly1305-prfsha256-curve25519' },
  { name: 'X25519 then ML-KEM-512', ike: 'chacha20poly1305-prfsha256-curve25519-ke1_mlkem512' },
  { name: 'X25519 then ML-KEM-768', ike: 'chacha20poly1305-prfsha256-curve25519-ke1_mlkem768' },
  { name: 'X25519 then ML-KEM-1024', ike: 'chacha20poly1305-prfsha256-curve25519-ke1_mlkem1024' },
  { name: 'MODP-2048', ike: 'aes256-sha256-modp2048' },
  { name: 'MODP-3072', ike: 'aes256-sha256-modp3072' },
  { name: 'MODP-4096', ike: 'aes256-sha512-modp4096', rounds: 20 },
  { name: 'MODP-6144', ike: 'aes256-sha512-modp6144', rounds: 12 },
  { name: 'MODP-8192', ike: 'aes256-sha512-modp8192', rounds: 8 },
];

export async function measureGroups(provider: CryptoProvider, where: string): Promise<Figure[]> {
  await warmUp(provider, () => ({ ike: 'aes256-sha256-ecp256' }), 1500);
  const figures: Figure[] = [];
  for (const { name, ike, rounds } of suites) {
    const figure = `${where}: PSK negotiation, ${name}, both ends`;
    figures.push(await againstMathematics(provider, figure, () => ({ ike }), rounds));
  }
  return figures;
}
