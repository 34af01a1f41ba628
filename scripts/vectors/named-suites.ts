/** The protection that a case names by cipher, integrity and keys; undefined where that is no suite of ours. */
import { emptyOctets, type Octets } from '../../src/domain/bytes/octets.ts';
import type { Protection, ProtectionSuite } from '../../src/domain/crypto/protection.ts';
import type { CryptoProvider } from '../../src/domain/crypto/provider.ts';
import { encryptionOf } from '../../src/domain/crypto/transforms.ts';
import { canProtect, isAuthenticated, protectionOf } from './suites.ts';
import { cipherOf, integrityOfName } from './transform-names.ts';

export interface NamedSuite {
  readonly encr: string;
  /** The salt behind the key. */
  readonly encrKey: Octets;
  readonly integ: string;
  readonly integKey: Octets;
  /** Of a combined mode whose name does not tell. */
  readonly icvOctets?: number | null | undefined;
}

export type MakeProtection = (provider: CryptoProvider) => Promise<Protection>;

export function protectionNamed(named: NamedSuite): MakeProtection | undefined {
  const suite = suiteOf(named);
  return suite && isAuthenticated(suite) ? making(suite, named) : undefined;
}

/** Of what was published without integrity as well. */
export function framingNamed(named: NamedSuite): MakeProtection | undefined {
  const suite = suiteOf(named);
  return suite && making(suite, named);
}

function suiteOf({ encr: name, encrKey, integ: integName, icvOctets }: NamedSuite): ProtectionSuite | undefined {
  const row = encryptionOf(cipherOf(name, 16, icvOctets ?? undefined)?.id ?? -1);
  const encr = row && cipherOf(name, encrKey.length - row.saltOctets, row.icvOctets);
  const integ = integrityOfName(integName);
  if (!encr || integ === undefined) return undefined;
  const suite = row.icvOctets > 0 || integ === 0 ? { encr } : { encr, integ: { id: integ } };
  return canProtect(suite) ? suite : undefined;
}

function making(suite: ProtectionSuite, { encrKey, integKey }: NamedSuite): MakeProtection {
  const keys = { encr: encrKey, integ: suite.integ ? integKey : emptyOctets };
  return (provider) => protectionOf(provider, suite, keys);
}
