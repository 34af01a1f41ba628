/**
 * Signatures that come out the same in every run: ECDSA with the nonce of RFC 6979, RSA-PSS with a salt from the seed (RFC 8017
 * 9.1.1). For the lab and for tests: platforms draw both where nobody can replay them. What is not randomised they sign.
 */
import { p256, p384, p521 } from '@noble/curves/nist.js';
import { sequenceIn, tags } from '../bytes/der.ts';
import { concat, type Octets } from '../bytes/octets.ts';
import { invariant } from '../bytes/result.ts';
import { Secret } from '../bytes/secret.ts';
import { type CurveName, curveOctets } from './asymmetric-keys.ts';
import { derOfRaw } from './ecdsa-form.ts';
import { power, toInteger, toOctets } from './modp.ts';
import type { CryptoProvider, SigningKey } from './provider.ts';
import type { Random } from './random.ts';
import type { SignatureScheme, SigningHash } from './signature-scheme.ts';

export async function seededSigningKey(
  provider: CryptoProvider,
  pkcs8: Secret,
  random: Random,
): Promise<SigningKey | undefined> {
  const key = await provider.signingKey(pkcs8);
  const numbers = key && privateNumbersIn(pkcs8);
  if (!key || !numbers) return key;
  const { kind } = key;
  return {
    kind,
    async sign(scheme, data) {
      if (kind.type === 'ecdsa' && scheme.type === 'ecdsa') {
        return signEcdsa(kind.curve, numbers.privateValue, scheme, await provider.digest(scheme.hash, data));
      }
      if (kind.type !== 'rsa' || scheme.type !== 'rsaPss') return key.sign(scheme, data);
      const encoded = await encodePss(provider, scheme, data, kind.bits - 1, random(scheme.saltOctets));
      const modulus = toInteger(numbers.modulus);
      const signature = power(toInteger(encoded), toInteger(numbers.privateValue.reveal()), modulus);
      return toOctets(signature, Math.ceil(kind.bits / 8));
    },
  };
}

interface PrivateNumbers {
  /** The exponent of RSA, the scalar of an elliptic curve. */
  readonly privateValue: Secret;
  /** Of RSA. */
  readonly modulus: Octets;
}

/** RSAPrivateKey (RFC 8017 A.1.2) and ECPrivateKey (RFC 5915) out of PKCS#8; undefined for Ed25519 and Ed448. */
function privateNumbersIn(pkcs8: Secret): PrivateNumbers | undefined {
  const [, , key] = sequenceIn(pkcs8.reveal()) ?? [];
  const inner = key && sequenceIn(key.content);
  if (!inner) return undefined;
  const [, second, , exponent] = inner;
  if (second?.tag === tags.octetString)
    return { privateValue: new Secret(second.content.slice()), modulus: second.content };
  return second && exponent && { privateValue: new Secret(exponent.content.slice()), modulus: second.content.slice() };
}

const curves = { 'P-256': p256, 'P-384': p384, 'P-521': p521 } as const;

function signEcdsa(
  curve: CurveName,
  privateValue: Secret,
  { form }: Extract<SignatureScheme, { type: 'ecdsa' }>,
  digest: Octets,
): Octets {
  const scalar = new Uint8Array(curveOctets[curve]);
  scalar.set(privateValue.reveal(), scalar.length - privateValue.length);
  const raw = curves[curve].sign(digest, scalar, { prehash: false, lowS: false, format: 'compact' });
  return form === 'der' ? derOfRaw(raw) : raw;
}

/** EMSA-PSS-ENCODE. */
async function encodePss(
  provider: CryptoProvider,
  { hash }: Extract<SignatureScheme, { type: 'rsaPss' }>,
  data: Octets,
  bits: number,
  salt: Octets,
): Promise<Octets> {
  const digest = await provider.digest(hash, data);
  const check = await provider.digest(hash, concat(new Uint8Array(8), digest, salt));
  const octets = Math.ceil(bits / 8) - check.length - 1;
  const paddingOctets = octets - salt.length - 1;
  invariant(paddingOctets >= 0, 'the key has room for digest and salt');
  const block = concat(new Uint8Array(paddingOctets), Uint8Array.of(1), salt);
  const mask = await maskOf(provider, hash, check, octets);
  const masked = block.map((octet, i) => octet ^ (mask[i] ?? 0));
  masked[0] = (masked[0] ?? 0) & (0xff >> (8 * Math.ceil(bits / 8) - bits));
  return concat(masked, check, Uint8Array.of(0xbc));
}

/** MGF1 (RFC 8017 B.2.1). */
async function maskOf(provider: CryptoProvider, hash: SigningHash, seed: Octets, count: number): Promise<Octets> {
  let mask: Octets = new Uint8Array(0);
  for (let counter = 0; mask.length < count; counter++) {
    mask = concat(mask, await provider.digest(hash, concat(seed, Uint8Array.of(0, 0, 0, counter))));
  }
  return mask.subarray(0, count);
}
