/**
 * The one table of IKEv2 transforms (RFC 7296 3.3.2 and the IANA registry "Internet Key Exchange Version 2 Parameters").
 * It knows more than we negotiate, so that a transcript can name what a peer offered; `negotiable` alone decides what may
 * ever be chosen (RFC 8247, RFC 8221), whatever a configuration says.
 */
import type { AesPrfName } from './aes-prf.ts';
import type { HashName } from './hash-name.ts';

/** 1 ENCR, 2 PRF, 3 INTEG, 4 KE, 5 ESN; 6 to 12 are further key exchanges (RFC 9370) and share the rows of type 4. */
export type TransformType = 1 | 2 | 3 | 4 | 5;

export interface TransformRow {
  readonly type: TransformType;
  readonly id: number;
  /** As IANA writes it. */
  readonly name: string;
  /** As peers print it in their logs, without the key length. */
  readonly short: string;
  /** May be offered and accepted. Never for broken or short keys: DES, 3DES, MD5, SHA-1, groups 1, 2, 5, 22 to 24. */
  readonly negotiable: boolean;
}

export interface EncryptionRow extends TransformRow {
  readonly type: 1;
  /** Values of the Key Length attribute; empty where the attribute must be absent. */
  readonly keyBits: readonly number[];
  /** Octets of the key where the attribute is absent. */
  readonly fixedKeyOctets: number;
  /** Octets of key material behind the key: AEAD salt, or the nonce of counter mode (RFC 3686 4). */
  readonly saltOctets: number;
  readonly ivOctets: number;
  /** Plaintext comes in multiples of this. */
  readonly blockOctets: number;
  /** Octets of the ICV of a combined mode; 0 where an INTEG transform gives it. */
  readonly icvOctets: number;
  /** Gives no secrecy, hence never protects IKE (RFC 7296 3.14, RFC 4543 7). */
  readonly espOnly: boolean;
}

export interface PrfRow extends TransformRow {
  readonly type: 2;
  /** Output, and length of SK_d, SK_pi and SK_pr. */
  readonly outputOctets: number;
  /** The hash of an HMAC, or how it is made of AES; neither for what we only name. */
  readonly hash?: HashName;
  readonly aes?: AesPrfName;
}

export interface IntegrityRow extends TransformRow {
  readonly type: 3;
  readonly keyOctets: number;
  readonly icvOctets: number;
  readonly hash?: HashName;
}

export interface KeyExchangeRow extends TransformRow {
  readonly type: 4;
  /** Octets of a KE payload's public value; 0 for what we only name. */
  readonly publicOctets: number;
  /** Only after another method has given keys: its KE payloads want fragments, which IKE_SA_INIT has not (RFC 9370 2.2.1). */
  readonly onlyAdditional?: true;
  readonly secretOctets: number;
}

export interface EsnRow extends TransformRow {
  readonly type: 5;
}

const aes = [128, 192, 256];

const combined = (id: number, name: string, short: string, icvOctets: number, negotiable: boolean): EncryptionRow => ({
  ...{ type: 1, id, name, short, negotiable, keyBits: aes, fixedKeyOctets: 0 },
  ...{ saltOctets: name.includes('CCM') ? 3 : 4, ivOctets: 8, blockOctets: 1, icvOctets, espOnly: false },
});

/** What we can name and never run. */
const named = (id: number, name: string, short: string): EncryptionRow => ({
  ...{ type: 1, id, name, short, negotiable: false, keyBits: [], fixedKeyOctets: 0 },
  ...{ saltOctets: 0, ivOctets: 8, blockOctets: 8, icvOctets: 0, espOnly: false },
});

export const encryptionTransforms: readonly EncryptionRow[] = [
  named(1, 'ENCR_DES_IV64', 'DES_IV64'),
  { ...named(2, 'ENCR_DES', 'DES_CBC'), fixedKeyOctets: 8 },
  { ...named(3, 'ENCR_3DES', '3DES_CBC'), fixedKeyOctets: 24 },
  named(4, 'ENCR_RC5', 'RC5_CBC'),
  named(5, 'ENCR_IDEA', 'IDEA_CBC'),
  named(6, 'ENCR_CAST', 'CAST_CBC'),
  named(7, 'ENCR_BLOWFISH', 'BLOWFISH_CBC'),
  named(8, 'ENCR_3IDEA', '3IDEA'),
  named(9, 'ENCR_DES_IV32', 'DES_IV32'),
  {
    ...{ type: 1, id: 11, name: 'ENCR_NULL', short: 'NULL', negotiable: true, keyBits: [], fixedKeyOctets: 0 },
    ...{ saltOctets: 0, ivOctets: 0, blockOctets: 1, icvOctets: 0, espOnly: true },
  },
  {
    ...{ type: 1, id: 12, name: 'ENCR_AES_CBC', short: 'AES_CBC', negotiable: true, keyBits: aes, fixedKeyOctets: 0 },
    ...{ saltOctets: 0, ivOctets: 16, blockOctets: 16, icvOctets: 0, espOnly: false },
  },
  {
    ...{ type: 1, id: 13, name: 'ENCR_AES_CTR', short: 'AES_CTR', negotiable: true, keyBits: aes, fixedKeyOctets: 0 },
    ...{ saltOctets: 4, ivOctets: 8, blockOctets: 1, icvOctets: 0, espOnly: false },
  },
  combined(14, 'ENCR_AES_CCM_8', 'AES_CCM_8', 8, false), // parsed, never negotiated (RFC 8221 5)
  combined(15, 'ENCR_AES_CCM_12', 'AES_CCM_12', 12, false),
  combined(16, 'ENCR_AES_CCM_16', 'AES_CCM_16', 16, true),
  combined(18, 'ENCR_AES_GCM_8', 'AES_GCM_8', 8, true), // where both ends name it: docs/decisions/0014
  combined(19, 'ENCR_AES_GCM_12', 'AES_GCM_12', 12, true),
  combined(20, 'ENCR_AES_GCM_16', 'AES_GCM_16', 16, true),
  { ...combined(21, 'ENCR_NULL_AUTH_AES_GMAC', 'NULL_AES_GMAC', 16, true), espOnly: true },
  named(23, 'ENCR_CAMELLIA_CBC', 'CAMELLIA_CBC'),
  named(24, 'ENCR_CAMELLIA_CTR', 'CAMELLIA_CTR'),
  named(25, 'ENCR_CAMELLIA_CCM_8', 'CAMELLIA_CCM_8'),
  named(26, 'ENCR_CAMELLIA_CCM_12', 'CAMELLIA_CCM_12'),
  named(27, 'ENCR_CAMELLIA_CCM_16', 'CAMELLIA_CCM_16'),
  {
    ...combined(28, 'ENCR_CHACHA20_POLY1305', 'CHACHA20_POLY1305', 16, true),
    ...{ keyBits: [], fixedKeyOctets: 32 },
  },
  named(29, 'ENCR_AES_CCM_8_IIV', 'AES_CCM_8_IIV'),
  named(30, 'ENCR_AES_GCM_16_IIV', 'AES_GCM_16_IIV'),
  named(31, 'ENCR_CHACHA20_POLY1305_IIV', 'CHACHA20_POLY1305_IIV'),
];

export const prfTransforms: readonly PrfRow[] = [
  { type: 2, id: 1, name: 'PRF_HMAC_MD5', short: 'PRF_HMAC_MD5', negotiable: false, outputOctets: 16 },
  { type: 2, id: 2, name: 'PRF_HMAC_SHA1', short: 'PRF_HMAC_SHA1', negotiable: false, outputOctets: 20, hash: 'SHA-1' },
  { type: 2, id: 3, name: 'PRF_HMAC_TIGER', short: 'PRF_HMAC_TIGER', negotiable: false, outputOctets: 24 },
  {
    type: 2,
    id: 4,
    name: 'PRF_AES128_XCBC',
    short: 'PRF_AES128_XCBC',
    negotiable: true,
    outputOctets: 16,
    aes: 'XCBC',
  },
  hmacPrf(5, 'PRF_HMAC_SHA2_256', 32, 'SHA-256'),
  hmacPrf(6, 'PRF_HMAC_SHA2_384', 48, 'SHA-384'),
  hmacPrf(7, 'PRF_HMAC_SHA2_512', 64, 'SHA-512'),
  {
    type: 2,
    id: 8,
    name: 'PRF_AES128_CMAC',
    short: 'PRF_AES128_CMAC',
    negotiable: true,
    outputOctets: 16,
    aes: 'CMAC',
  },
];

export const integrityTransforms: readonly IntegrityRow[] = [
  { type: 3, id: 0, name: 'NONE', short: 'NONE', negotiable: true, keyOctets: 0, icvOctets: 0 },
  integrity(1, 'AUTH_HMAC_MD5_96', 'HMAC_MD5_96', 16, 12),
  { ...integrity(2, 'AUTH_HMAC_SHA1_96', 'HMAC_SHA1_96', 20, 12), hash: 'SHA-1' },
  integrity(3, 'AUTH_DES_MAC', 'DES_MAC', 8, 8),
  integrity(4, 'AUTH_KPDK_MD5', 'KPDK_MD5', 16, 16),
  integrity(5, 'AUTH_AES_XCBC_96', 'AES_XCBC_96', 16, 12),
  integrity(6, 'AUTH_HMAC_MD5_128', 'HMAC_MD5_128', 16, 16),
  { ...integrity(7, 'AUTH_HMAC_SHA1_160', 'HMAC_SHA1_160', 20, 20), hash: 'SHA-1' },
  integrity(8, 'AUTH_AES_CMAC_96', 'AES_CMAC_96', 16, 12),
  integrity(9, 'AUTH_AES_128_GMAC', 'AES_128_GMAC', 20, 16), // 9 to 11 are for AH alone (RFC 4543 9)
  integrity(10, 'AUTH_AES_192_GMAC', 'AES_192_GMAC', 28, 16),
  integrity(11, 'AUTH_AES_256_GMAC', 'AES_256_GMAC', 36, 16),
  {
    ...integrity(12, 'AUTH_HMAC_SHA2_256_128', 'HMAC_SHA2_256_128', 32, 16),
    ...{ hash: 'SHA-256', negotiable: true },
  },
  {
    ...integrity(13, 'AUTH_HMAC_SHA2_384_192', 'HMAC_SHA2_384_192', 48, 24),
    ...{ hash: 'SHA-384', negotiable: true },
  },
  {
    ...integrity(14, 'AUTH_HMAC_SHA2_512_256', 'HMAC_SHA2_512_256', 64, 32),
    ...{ hash: 'SHA-512', negotiable: true },
  },
];

export const keyExchangeTransforms: readonly KeyExchangeRow[] = [
  { type: 4, id: 0, name: 'NONE', short: 'NONE', negotiable: true, publicOctets: 0, secretOctets: 0 },
  keyExchange(1, '768-bit MODP Group', 'MODP_768', 96, 96, false),
  keyExchange(2, '1024-bit MODP Group', 'MODP_1024', 128, 128, false),
  keyExchange(5, '1536-bit MODP Group', 'MODP_1536', 192, 192, false),
  keyExchange(14, '2048-bit MODP Group', 'MODP_2048', 256, 256, true),
  keyExchange(15, '3072-bit MODP Group', 'MODP_3072', 384, 384, true),
  keyExchange(16, '4096-bit MODP Group', 'MODP_4096', 512, 512, true),
  keyExchange(17, '6144-bit MODP Group', 'MODP_6144', 768, 768, true),
  keyExchange(18, '8192-bit MODP Group', 'MODP_8192', 1024, 1024, true),
  keyExchange(19, '256-bit random ECP group', 'ECP_256', 64, 32, true),
  keyExchange(20, '384-bit random ECP group', 'ECP_384', 96, 48, true),
  keyExchange(21, '521-bit random ECP group', 'ECP_521', 132, 66, true),
  keyExchange(22, '1024-bit MODP Group with 160-bit Prime Order Subgroup', 'MODP_1024_160', 128, 128, false),
  keyExchange(23, '2048-bit MODP Group with 224-bit Prime Order Subgroup', 'MODP_2048_224', 256, 256, false),
  keyExchange(24, '2048-bit MODP Group with 256-bit Prime Order Subgroup', 'MODP_2048_256', 256, 256, false),
  keyExchange(25, '192-bit Random ECP Group', 'ECP_192', 48, 24, false),
  keyExchange(26, '224-bit Random ECP Group', 'ECP_224', 56, 28, false),
  keyExchange(27, 'brainpoolP224r1', 'ECP_224_BP', 56, 28, false),
  keyExchange(28, 'brainpoolP256r1', 'ECP_256_BP', 64, 32, false),
  keyExchange(29, 'brainpoolP384r1', 'ECP_384_BP', 96, 48, false),
  keyExchange(30, 'brainpoolP512r1', 'ECP_512_BP', 128, 64, false),
  keyExchange(31, 'Curve25519', 'CURVE_25519', 32, 32, true),
  keyExchange(32, 'Curve448', 'CURVE_448', 56, 56, false),
  keyExchange(33, 'GOST3410_2012_256', 'GOST3410_2012_256', 64, 32, false),
  keyExchange(34, 'GOST3410_2012_512', 'GOST3410_2012_512', 128, 64, false),
  { ...keyExchange(35, 'ml-kem-512', 'ML_KEM_512', 800, 32, true), onlyAdditional: true },
  { ...keyExchange(36, 'ml-kem-768', 'ML_KEM_768', 1184, 32, true), onlyAdditional: true },
  { ...keyExchange(37, 'ml-kem-1024', 'ML_KEM_1024', 1568, 32, true), onlyAdditional: true },
];

export const esnTransforms: readonly EsnRow[] = [
  { type: 5, id: 0, name: 'No Extended Sequence Numbers', short: 'NO_EXT_SEQ', negotiable: true },
  { type: 5, id: 1, name: 'Extended Sequence Numbers', short: 'EXT_SEQ', negotiable: true },
];

/** Up to seven beside the first (RFC 9370 2.2.2). */
export const isAdditionalKeyExchange = (type: number): boolean => type >= 6 && type <= 12;

const byId = <Row extends TransformRow>(rows: readonly Row[]) => new Map(rows.map((row) => [row.id, row]));
const encryption = byId(encryptionTransforms);
const prfs = byId(prfTransforms);
const integrities = byId(integrityTransforms);
const keyExchanges = byId(keyExchangeTransforms);
const esns = byId(esnTransforms);

export const encryptionOf = (id: number): EncryptionRow | undefined => encryption.get(id);
export const prfOf = (id: number): PrfRow | undefined => prfs.get(id);
export const integrityOf = (id: number): IntegrityRow | undefined => integrities.get(id);

/** What a transform is on the wire, as far as a name needs it. */
export interface TransformId {
  readonly type: number;
  readonly id: number;
  readonly keyBits?: number | undefined;
}

export function transformOf({ type, id }: TransformId): TransformRow | undefined {
  switch (type) {
    case 1:
      return encryption.get(id);
    case 2:
      return prfs.get(id);
    case 3:
      return integrities.get(id);
    case 5:
      return esns.get(id);
    default:
      return type === 4 || isAdditionalKeyExchange(type) ? keyExchanges.get(id) : undefined;
  }
}

/** The short name with the key length behind it: 'AES_CBC_256', 'HMAC_SHA2_384_192', 'transform 4711'. */
export function shortNameOf(transform: TransformId): string {
  const name = transformOf(transform)?.short ?? `transform ${transform.id}`;
  return transform.keyBits === undefined ? name : `${name}_${transform.keyBits}`;
}

/**
 * May this transform be offered and accepted? The row says so, and for ENCR the key length is there exactly when it must be
 * (RFC 7296 3.3.5) with a value that the cipher has.
 */
export function isNegotiable(transform: TransformId): boolean {
  const row = transformOf(transform);
  if (row === undefined || !row.negotiable) return false;
  if (transform.type === 4 && keyExchanges.get(transform.id)?.onlyAdditional) return false;
  const allowed = transform.type === 1 ? (encryption.get(transform.id)?.keyBits ?? []) : [];
  return transform.keyBits === undefined ? allowed.length === 0 : allowed.includes(transform.keyBits);
}

function hmacPrf(id: number, name: string, outputOctets: number, hash: HashName): PrfRow {
  return { type: 2, id, name, short: name, negotiable: true, outputOctets, hash };
}

function integrity(id: number, name: string, short: string, keyOctets: number, icvOctets: number): IntegrityRow {
  return { type: 3, id, name, short, negotiable: false, keyOctets, icvOctets };
}

function keyExchange(
  id: number,
  name: string,
  short: string,
  publicOctets: number,
  secretOctets: number,
  negotiable: boolean,
): KeyExchangeRow {
  return { type: 4, id, name, short, negotiable, publicOctets, secretOctets };
}
