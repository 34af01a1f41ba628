/** The protection that a case names by cipher, integrity and keys; undefined where that is no suite of ours. */
import { emptyOctets, type Octets } from '../../src/domain/bytes/octets.ts';
import { Secret } from '../../src/domain/bytes/secret.ts';
import { makeProtection, type Protection, type ProtectionSuite } from '../../src/domain/crypto/protection.ts';
import type { CryptoProvider } from '../../src/domain/crypto/provider.ts';
import {
  type EncryptionRow,
  encryptionOf,
  type IntegrityRow,
  integrityOf,
} from '../../src/domain/crypto/transforms.ts';
import { isOld, oldProtection } from './old-ciphers.ts';
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
  const parts = partsOf(named);
  return parts && (parts.encr.icvOctets > 0 || parts.integ.id !== 0) ? making(parts) : undefined;
}

/** Of what was published without integrity as well. */
export function framingNamed(named: NamedSuite): MakeProtection | undefined {
  const parts = partsOf(named);
  return parts && making(parts);
}

interface Parts {
  readonly encr: EncryptionRow;
  readonly integ: IntegrityRow;
  readonly suite: ProtectionSuite;
  readonly keys: { readonly encr: Octets; readonly integ: Octets };
}

function partsOf({ encr: name, encrKey, integ: integName, integKey, icvOctets }: NamedSuite): Parts | undefined {
  const encr = encryptionOf(cipherOf(name, 16, icvOctets ?? undefined)?.id ?? -1);
  const integ = integrityOf(integrityOfName(integName) ?? -1);
  const cipher = encr && cipherOf(name, encrKey.length - encr.saltOctets, encr.icvOctets);
  if (!encr || !integ || !cipher || (integ.id !== 0 && !integ.hash)) return undefined;
  if (encr.id === nullCipher && integ.id === 0) return undefined;
  const isAlone = encr.icvOctets > 0 || integ.id === 0;
  const suite = isAlone ? { encr: cipher } : { encr: cipher, integ: { id: integ.id } };
  return { encr, integ, suite, keys: { encr: encrKey, integ: isAlone ? emptyOctets : integKey } };
}

const nullCipher = 11;

function making({ encr, integ, suite, keys }: Parts): MakeProtection {
  if (isOld(encr, integ)) return (provider) => oldProtection(provider, encr, integ, keys);
  const secrets = { encr: new Secret(keys.encr), integ: new Secret(keys.integ) };
  return (provider) => makeProtection(provider, suite, secrets);
}
