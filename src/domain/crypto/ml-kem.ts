/**
 * ML-KEM (FIPS 203) as a key exchange method of IKEv2 (RFC 9370, draft-ietf-ipsecme-ikev2-mlkem): the initiator's KE payload
 * carries the encapsulation key, the responder's the ciphertext. Neither WebCrypto nor Node 20 has it, so both providers use noble.
 *
 * What a peer sends is checked as FIPS 203 7.2 and 7.3 tell us to: lengths, and each coefficient of the key below the modulus. A
 * ciphertext that was tampered with gives another secret, not a refusal (implicit rejection): AUTH finds out.
 */
import { type MLKEM, ml_kem512, ml_kem768, ml_kem1024 } from '@noble/post-quantum/ml-kem.js';
import type { Octets } from '../bytes/octets.ts';
import { Secret } from '../bytes/secret.ts';
import type { KemKeyPair, KemNumber, KemResponse } from './provider.ts';

interface KemSet {
  readonly scheme: MLKEM;
  readonly keyOctets: number;
  readonly ciphertextOctets: number;
  /** Polynomials of the key, 384 octets each; what follows them is a seed. */
  readonly rank: number;
}

const kemSets: Readonly<Record<KemNumber, KemSet>> = {
  35: { scheme: ml_kem512, keyOctets: 800, ciphertextOctets: 768, rank: 2 },
  36: { scheme: ml_kem768, keyOctets: 1184, ciphertextOctets: 1088, rank: 3 },
  37: { scheme: ml_kem1024, keyOctets: 1568, ciphertextOctets: 1568, rank: 4 },
};

/** Octets of randomness: d then z for a key pair, m for an encapsulation. */
export const kemSeedOctets = { keyPair: 64, encapsulation: 32 } as const;

export const isKem = (id: number): id is KemNumber => id in kemSets;

export function mlKemKeyPair(kem: KemNumber, seed: Octets): KemKeyPair {
  const { scheme, ciphertextOctets } = kemSets[kem];
  const { publicKey, secretKey } = scheme.keygen(seed);
  return {
    kem,
    publicValue: octetsOf(publicKey),
    derive: (ciphertext) =>
      ciphertext.length === ciphertextOctets
        ? new Secret(octetsOf(scheme.decapsulate(ciphertext, secretKey)))
        : undefined,
  };
}

export function mlKemEncapsulate(kem: KemNumber, encapsulationKey: Octets, seed: Octets): KemResponse | undefined {
  if (!isEncapsulationKey(kem, encapsulationKey)) return undefined;
  const { cipherText, sharedSecret } = kemSets[kem].scheme.encapsulate(encapsulationKey, seed);
  return { publicValue: octetsOf(cipherText), sharedSecret: new Secret(octetsOf(sharedSecret)) };
}

const modulus = 3329;

/** In memory of its own. */
const octetsOf = (octets: Uint8Array): Octets => new Uint8Array(octets);

/** Its length, and each 12-bit coefficient reduced (FIPS 203 7.2). */
function isEncapsulationKey(kem: KemNumber, key: Octets): boolean {
  const { keyOctets, rank } = kemSets[kem];
  if (key.length !== keyOctets) return false;
  for (let at = 0; at < 384 * rank; at += 3) {
    const [a = 0, b = 0, c = 0] = key.subarray(at, at + 3);
    if (a + 256 * (b & 0x0f) >= modulus || (b >> 4) + 16 * c >= modulus) return false;
  }
  return true;
}
