/** Suites that cases are protected with: those of the engine, and the old ones that are run here alone. */
import type { Octets } from '../../src/domain/bytes/octets.ts';
import { Secret } from '../../src/domain/bytes/secret.ts';
import { makeProtection, type Protection, type ProtectionSuite } from '../../src/domain/crypto/protection.ts';
import type { CryptoProvider } from '../../src/domain/crypto/provider.ts';
import { encryptionOf, integrityOf } from '../../src/domain/crypto/transforms.ts';
import { isOld, oldProtection } from './old-ciphers.ts';

/** Of one direction; the salt stands behind the cipher's key. */
export interface Keys {
  readonly encr: Octets;
  readonly integ: Octets;
}

/** Are its ciphers some that we compute? */
export function canProtect({ encr, integ }: ProtectionSuite): boolean {
  const row = encryptionOf(encr.id);
  if (!row || (integ && !integrityOf(integ.id)?.hash)) return false;
  return (
    row.icvOctets > 0 || ['AES_CBC', 'AES_CTR', '3DES_CBC'].includes(row.short) || (row.short === 'NULL' && !!integ)
  );
}

export const isAuthenticated = ({ encr, integ }: ProtectionSuite): boolean =>
  integ !== undefined || (encryptionOf(encr.id)?.icvOctets ?? 0) > 0;

export function protectionOf(provider: CryptoProvider, suite: ProtectionSuite, keys: Keys): Promise<Protection> {
  return isOld(suite)
    ? oldProtection(provider, suite, keys)
    : makeProtection(provider, suite, { encr: new Secret(keys.encr), integ: new Secret(keys.integ) });
}
