/**
 * The key schedule: SKEYSEED and the SK_* of an IKE SA (RFC 7296 2.14), of a rekeyed one (2.18), and the keys of a CHILD SA
 * (2.17). Initiator and responder are those of the exchange that makes the SA, which after a rekey need not be those of the
 * first one. A combined mode has empty SK_a* and its salt behind SK_e* (RFC 5282 7.1).
 */
import { concat, emptyOctets, type Octets } from '../../bytes/octets.ts';
import { Secret } from '../../bytes/secret.ts';
import { computePrf, expandPrf, nonceOctetsInSeed, prfOctetsOf } from '../../crypto/prf.ts';
import {
  type KeyMaterial,
  keyOctetsOf,
  makeProtection,
  type Protection,
  type ProtectionSuite,
} from '../../crypto/protection.ts';
import type { CryptoProvider } from '../../crypto/provider.ts';
import type { IkeSpi } from '../message/message.ts';
import { octetsOfIkeSpi } from '../message/spi.ts';

/** What an IKE SA runs on, its group apart. */
export interface IkeSuite extends ProtectionSuite {
  readonly prf: { readonly id: number };
}

export interface IkeKeys {
  /** Keys of what descends from this SA: CHILD SAs, and the IKE SA that replaces it. */
  readonly skD: Secret;
  readonly skAi: Secret;
  readonly skAr: Secret;
  readonly skEi: Secret;
  readonly skEr: Secret;
  /** Keys of the AUTH payloads (RFC 7296 2.15). */
  readonly skPi: Secret;
  readonly skPr: Secret;
}

/** What both ends put into a new IKE SA. */
export interface IkeKeyInput {
  readonly suite: IkeSuite;
  readonly nonceI: Octets;
  readonly nonceR: Octets;
  readonly spiI: IkeSpi;
  readonly spiR: IkeSpi;
  /** g^ir at its fixed length. */
  readonly sharedSecret: Secret;
  /** Of additional key exchanges, in their order (RFC 9370 2.2.4); only for an SA that follows another. */
  readonly additionalSecrets?: readonly Secret[];
}

/** The two directions of an SA, named by who sends. */
export interface BothWays<T> {
  readonly fromInitiator: T;
  readonly fromResponder: T;
}

/** SKEYSEED = prf(Ni | Nr, g^ir). */
export async function deriveIkeKeys(provider: CryptoProvider, input: IkeKeyInput): Promise<IkeKeys> {
  const share = nonceOctetsInSeed(input.suite.prf.id);
  const nonces = new Secret(concat(input.nonceI.subarray(0, share), input.nonceR.subarray(0, share)));
  const seed = await computePrf(provider, input.suite.prf.id, nonces, input.sharedSecret.reveal());
  return expandIkeKeys(provider, input, seed);
}

/** SKEYSEED = prf(SK_d of the old SA, g^ir | Ni | Nr | further secrets), with the PRF of the old SA; all else is the new SA's. */
export async function deriveRekeyedIkeKeys(
  provider: CryptoProvider,
  old: { readonly prf: number; readonly skD: Secret },
  input: IkeKeyInput,
): Promise<IkeKeys> {
  const { sharedSecret, nonceI, nonceR, additionalSecrets = [] } = input;
  const additional = additionalSecrets.map((secret) => secret.reveal());
  const seed = await computePrf(provider, old.prf, old.skD, sharedSecret.reveal(), nonceI, nonceR, ...additional);
  return expandIkeKeys(provider, input, seed);
}

export interface ChildKeyInput {
  /** PRF and SK_d of the IKE SA above. */
  readonly prf: number;
  readonly skD: Secret;
  readonly suite: ProtectionSuite;
  readonly nonceI: Octets;
  readonly nonceR: Octets;
  /** g^ir of the exchange's own KE payloads, if it had any. */
  readonly sharedSecret?: Secret;
  /** Of additional key exchanges, in their order (RFC 9370 2.2.4). */
  readonly additionalSecrets?: readonly Secret[];
}

/** KEYMAT = prf+(SK_d, [g^ir |] Ni | Nr [| further secrets]): all that the initiator sends with first, encryption before integrity. */
export async function deriveChildKeys(provider: CryptoProvider, input: ChildKeyInput): Promise<BothWays<KeyMaterial>> {
  const { encr, integ } = keyOctetsOf(input.suite);
  const additional = (input.additionalSecrets ?? []).map((secret) => secret.reveal());
  const seed = concat(input.sharedSecret?.reveal() ?? emptyOctets, input.nonceI, input.nonceR, ...additional);
  const material = await expandPrf(provider, input.prf, input.skD, seed, 2 * (encr + integ));
  if (input.sharedSecret !== undefined) seed.fill(0);
  const [encrI, integI, encrR, integR] = cut(material, encr, integ, encr, integ);
  return { fromInitiator: { encr: encrI, integ: integI }, fromResponder: { encr: encrR, integ: integR } };
}

/** SK_e and SK_a at work, each way. */
export async function protectIke(
  provider: CryptoProvider,
  suite: ProtectionSuite,
  keys: IkeKeys,
): Promise<BothWays<Protection>> {
  const [fromInitiator, fromResponder] = await Promise.all([
    makeProtection(provider, suite, { encr: keys.skEi, integ: keys.skAi }),
    makeProtection(provider, suite, { encr: keys.skEr, integ: keys.skAr }),
  ]);
  return { fromInitiator, fromResponder };
}

/** What becomes of keys when a postquantum pre-shared key is mixed in (RFC 8784 3): SK_d, SK_pi and SK_pr are prf+(PPK, old). */
export async function mixPpk(provider: CryptoProvider, prf: number, ppk: Secret, keys: IkeKeys): Promise<IkeKeys> {
  const mix = (old: Secret) => expandPrf(provider, prf, ppk, old.reveal(), old.length);
  const [skD, skPi, skPr] = await Promise.all([mix(keys.skD), mix(keys.skPi), mix(keys.skPr)]);
  return { ...keys, skD, skPi, skPr };
}

/**
 * Overwrites of `unused` what `kept` has not taken over: one was made of the other by `mixPpk`, which leaves the keys of the protection
 * as they are.
 */
export function wipeUnused(unused: IkeKeys | undefined, kept: IkeKeys): void {
  for (const name of ['skD', 'skPi', 'skPr'] as const) if (unused && unused[name] !== kept[name]) unused[name].wipe();
}

/** Overwrites every key of an SA that has ended. */
export function wipeIkeKeys(keys: IkeKeys): void {
  for (const key of Object.values<Secret>({ ...keys })) key.wipe();
}

/** {SK_d | SK_ai | SK_ar | SK_ei | SK_er | SK_pi | SK_pr} = prf+(SKEYSEED, Ni | Nr | SPIi | SPIr). */
async function expandIkeKeys(provider: CryptoProvider, input: IkeKeyInput, seed: Secret): Promise<IkeKeys> {
  const { suite, nonceI, nonceR, spiI, spiR } = input;
  const prf = prfOctetsOf(suite.prf.id);
  const { encr, integ } = keyOctetsOf(suite);
  const context = concat(nonceI, nonceR, octetsOfIkeSpi(spiI), octetsOfIkeSpi(spiR));
  const material = await expandPrf(provider, suite.prf.id, seed, context, 3 * prf + 2 * (encr + integ));
  seed.wipe();
  const [skD, skAi, skAr, skEi, skEr, skPi, skPr] = cut(material, prf, integ, integ, encr, encr, prf, prf);
  return { skD, skAi, skAr, skEi, skEr, skPi, skPr };
}

/** Consecutive pieces of key material, each in memory of its own; the whole is wiped. */
function cut<const Lengths extends readonly number[]>(
  material: Secret,
  ...lengths: Lengths
): { readonly [I in keyof Lengths]: Secret } {
  let at = 0;
  const pieces = lengths.map((length) => {
    at += length;
    return new Secret(material.reveal().slice(at - length, at));
  });
  material.wipe();
  return pieces as { readonly [I in keyof Lengths]: Secret }; // one piece a length
}
