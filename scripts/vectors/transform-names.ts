/** Algorithms as vector files call them, found in the engine's own table of transforms. */
import type { ProtectionSuite } from '../../src/domain/crypto/protection.ts';
import {
  encryptionTransforms,
  integrityTransforms,
  keyExchangeTransforms,
  prfTransforms,
  shortNameOf,
  type TransformRow,
} from '../../src/domain/crypto/transforms.ts';
import type { Transform } from '../../src/domain/ike/message/message.ts';

/** 'ECP_256_BIT', 'MODP_2048_224', 'CURVE_25519', 'X25519', 19 to 19, 23, 31, 31, 19. */
export function groupOf(name: string | number): number | undefined {
  const plain = compact(String(name))
    .replace(/BIT$/, '')
    .replace(/^X(?=25519|448)/, 'CURVE');
  return keyExchangeTransforms.find(({ id, short }) => String(id) === plain || compact(short) === plain)?.id;
}

/** 'HMAC-SHA256', 'HMAC-SHA1', 'PRF_HMAC_SHA2_256', 'PRF_AES128_CMAC' to 5, 2, 5, 8: of those that we compute. */
export function prfOfName(name: string): number | undefined {
  const wanted = primitiveIn(name);
  return prfTransforms.find((row) => (row.hash ?? row.aes) && primitiveIn(row.short) === wanted)?.id;
}

/** 'SHA256' of 'PRF_HMAC_SHA2_256' as of 'HMAC-SHA256'; 'XCBC' of 'PRF_AES128_XCBC'. */
const primitiveIn = (name: string): string | undefined =>
  /SHA(1|256|384|512)$|XCBC$|CMAC$/.exec(compact(name).replace(/SHA2(?=256|384|512)/, 'SHA'))?.[0];

/**
 * 'AUTH_HMAC_SHA2_256_128', 'HMAC_SHA2_256_128 [RFC4868]', 'HMAC-SHA2-256-128', 'SHA2-256-128'; 0 for 'NONE', 'NULL' and nothing
 * at all.
 */
export function integrityOfName(name: string): number | undefined {
  const plain = macIn(name.replace(/\[.*\]/, ''));
  if (plain === '' || plain === 'NULL' || plain === 'NONE') return 0;
  return integrityTransforms.find(({ short }) => macIn(short) === plain)?.id;
}

/** 'SHA256128' of 'HMAC_SHA2_256_128' as of 'SHA2-256-128'. */
const macIn = (name: string): string =>
  compact(name)
    .replace(/^AUTH/, '')
    .replace(/^HMAC/, '')
    .replace(/^SHA2(?=256|384|512)/, 'SHA');

/**
 * 'ENCR_AES_GCM_ICV16', 'ENCR_AES_GCM_16/256', 'AES-CBC', 'AES-GCM-256 with 8 octet ICV [RFC5282]', 'ENCR_CHACHA20_POLY1305',
 * 'NULL', '3DES [RFC2451]': the cipher. Its key length is that of the key, whose salt is not counted. `icvOctets` of a combined
 * mode counts where the name has none.
 */
export function cipherOf(name: string, keyOctets: number, icvOctets = 16): ProtectionSuite['encr'] | undefined {
  const plain = compact(name.replace(/\[.*\]/, '').replace(/\/\d+$/, ''));
  const kind = /CHACHA20POLY1305|GMAC|GCM|CCM|CTR|CBC|3DES|^NULL$/.exec(plain)?.[0];
  if (kind === 'CHACHA20POLY1305') return { id: 28 };
  if (kind === 'NULL') return { id: 11 };
  if (kind === '3DES') return { id: 3 };
  if (!plain.includes('AES') || kind === undefined) return undefined;
  const icv =
    /ICV(\d+)/.exec(plain)?.[1] ??
    /WITH(\d+)OCTET/.exec(plain)?.[1] ??
    /(?:GCM|CCM)(8|12|16)(?=$|128$|192$|256$)/.exec(plain)?.[1] ??
    String(icvOctets);
  const short = { GMAC: 'NULL_AES_GMAC', GCM: `AES_GCM_${icv}`, CCM: `AES_CCM_${icv}`, CTR: 'AES_CTR', CBC: 'AES_CBC' }[
    kind
  ];
  const row = encryptionTransforms.find((each) => each.short === short);
  return row && { id: row.id, keyBits: 8 * keyOctets };
}

/** 'AES_CBC_256/HMAC_SHA2_384_192/PRF_HMAC_SHA2_384/ECP_384/KE1_ML_KEM_768', as strongSwan prints a proposal. */
export function transformsOfNames(names: string): readonly Transform[] | undefined {
  const transforms = names.split('/').map(transformOfName);
  return transforms.includes(undefined) ? undefined : (transforms as Transform[]); // none is undefined
}

const rows: readonly TransformRow[] = [
  ...encryptionTransforms,
  ...prfTransforms,
  ...integrityTransforms,
  ...keyExchangeTransforms,
];

/** Transform type of the first additional key exchange (RFC 9370 2.2.1). */
const additionalKeyExchange1 = 6;

function transformOfName(name: string): Transform | undefined {
  const [, place, method] = /^KE([1-7])_(.+)$/.exec(name) ?? [];
  if (method !== undefined) {
    const found = transformOfName(method);
    return found && { ...found, type: additionalKeyExchange1 - 1 + Number(place) };
  }
  if (name === 'NO_EXT_SEQ' || name === 'EXT_SEQ') return { type: 5, id: name === 'EXT_SEQ' ? 1 : 0 };
  for (const { type, id } of rows) {
    if (id !== 0 && shortNameOf({ type, id }) === name) return { type, id };
    for (const keyBits of type === 1 ? [128, 192, 256] : []) {
      if (shortNameOf({ type, id, keyBits }) === name) return { type, id, keyBits };
    }
  }
  return undefined;
}

const compact = (name: string): string =>
  name
    .toUpperCase()
    .replace(/^ENCR/, '')
    .replace(/[^A-Z0-9]/g, '');
