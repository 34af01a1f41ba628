/**
 * One keyed direction of an SA, whether IKE's SK or ESP: integrity and secrecy as one act. The ICV is checked before
 * anything is decrypted (RFC 7296 3.14, RFC 4303 3.4.4), so no caller can get the order wrong.
 *
 * Nothing awaits what is there already: under node:crypto a packet is sealed without a turn of the microtask queue.
 */
import { invariant } from '../bytes/result.ts';
import type { Secret } from '../bytes/secret.ts';
import { ccmMode } from './ccm.ts';
import { aeadMode, gmacMode } from './combined-mode.ts';
import type { Mode } from './mode.ts';
import type { CryptoProvider, Mac } from './provider.ts';
import { cbcMode, ctrMode, nullMode } from './separate-mode.ts';
import { type EncryptionRow, encryptionOf, integrityOf } from './transforms.ts';

/** What IKE and ESP see of a mode that has its keys. */
export type Protection = Mode;

/** What a negotiation chose for one SA: ENCR, and INTEG where ENCR is no combined mode. */
export interface ProtectionSuite {
  readonly encr: { readonly id: number; readonly keyBits?: number };
  readonly integ?: { readonly id: number };
}

/** The keys of one direction; `encr` has the salt behind the key (RFC 5282 7.1, RFC 4106 8.1, RFC 3686 5.1). */
export interface KeyMaterial {
  readonly encr: Secret;
  readonly integ: Secret;
}

/** Octets of key material that one direction takes, the salt included. */
export function keyOctetsOf(suite: ProtectionSuite): { readonly encr: number; readonly integ: number } {
  const row = encryptionRowOf(suite);
  const key = suite.encr.keyBits === undefined ? row.fixedKeyOctets : suite.encr.keyBits / 8;
  const integ = row.icvOctets > 0 || suite.integ === undefined ? 0 : (integrityOf(suite.integ.id)?.keyOctets ?? 0);
  return { encr: key + row.saltOctets, integ };
}

/**
 * Keys one direction. Key objects are made here, once, and not for each packet. All keys are read before the call returns, so that
 * whoever wipes them afterwards spoils nothing.
 */
export async function makeProtection(
  provider: CryptoProvider,
  suite: ProtectionSuite,
  keys: KeyMaterial,
): Promise<Protection> {
  const row = encryptionRowOf(suite);
  const octets = keyOctetsOf(suite);
  invariant(
    keys.encr.length === octets.encr && keys.integ.length === octets.integ,
    'keys are as long as the suite says',
  );
  const material = keys.encr.reveal();
  const key = material.subarray(0, material.length - row.saltOctets);
  const salt = material.slice(key.length);

  switch (row.short) {
    case 'AES_GCM_8':
    case 'AES_GCM_12':
    case 'AES_GCM_16':
      return aeadMode(await provider.aesGcm(key, row.icvOctets as 8 | 12 | 16), row, salt); // the row's name says so
    case 'CHACHA20_POLY1305':
      return aeadMode(await provider.chacha20Poly1305(key), row, salt);
    case 'AES_CCM_8':
    case 'AES_CCM_12':
    case 'AES_CCM_16':
      return ccmMode(...(await Promise.all([provider.aesCbc(key), provider.aesCtr(key)])), row, salt);
    case 'NULL_AES_GMAC':
      return gmacMode(await provider.aesGcm(key), row, salt);
  }

  const integrity = integrityOf(suite.integ?.id ?? 0);
  invariant(integrity?.hash, 'a cipher without an ICV goes with an HMAC');
  const keyed = provider.hmac(integrity.hash, keys.integ.reveal());
  const icvOf = (mac: Mac) => ({ mac, octets: integrity.icvOctets });
  switch (row.short) {
    case 'AES_CBC': {
      const [mac, cipher] = await Promise.all([keyed, provider.aesCbc(key)]);
      return cbcMode(cipher, icvOf(mac));
    }
    case 'AES_CTR': {
      const [mac, cipher] = await Promise.all([keyed, provider.aesCtr(key)]);
      return ctrMode(cipher, icvOf(mac), salt);
    }
    case 'NULL':
      return nullMode(icvOf(await keyed));
  }
  invariant(false, `${row.name} can be named, not run`);
}

function encryptionRowOf(suite: ProtectionSuite): EncryptionRow {
  const row = encryptionOf(suite.encr.id);
  invariant(row, 'the cipher is in the table');
  return row;
}
