/**
 * Algorithms as an administrator reads them: `AES-256-GCM`, `HMAC-SHA-384-192`, `P-384`. What has no such name keeps the registry's.
 */
import { shortNameOf, type TransformId } from '../crypto/transforms.ts';

const encryption: ReadonlyMap<number, string> = new Map([
  [11, 'NULL'],
  [12, 'AES-CBC'],
  [13, 'AES-CTR'],
  [20, 'AES-GCM'],
  [21, 'AES-GMAC'],
  [28, 'ChaCha20-Poly1305'],
]);
const prfs: ReadonlyMap<number, string> = new Map([
  [5, 'PRF-HMAC-SHA-256'],
  [6, 'PRF-HMAC-SHA-384'],
  [7, 'PRF-HMAC-SHA-512'],
]);
const integrities: ReadonlyMap<number, string> = new Map([
  [0, 'none'],
  [12, 'HMAC-SHA-256-128'],
  [13, 'HMAC-SHA-384-192'],
  [14, 'HMAC-SHA-512-256'],
]);
const groups: ReadonlyMap<number, string> = new Map([
  [0, 'none'],
  [14, 'MODP-2048'],
  [15, 'MODP-3072'],
  [16, 'MODP-4096'],
  [19, 'P-256'],
  [20, 'P-384'],
  [21, 'P-521'],
  [31, 'X25519'],
]);
const esn: ReadonlyMap<number, string> = new Map([
  [0, 'no extended sequence numbers'],
  [1, 'extended sequence numbers'],
]);

const namesOfType: ReadonlyMap<number, ReadonlyMap<number, string>> = new Map([
  [1, encryption],
  [2, prfs],
  [3, integrities],
  [4, groups],
  [5, esn],
]);

export function printTransform(transform: TransformId): string {
  const name = namesOfType.get(transform.type)?.get(transform.id);
  if (name === undefined) return shortNameOf(transform);
  return transform.keyBits === undefined ? name : name.replace('-', `-${transform.keyBits}-`);
}

/** Cipher, integrity and group in a line, for one SA. PRF and ESN are left out: they follow from the rest, or are the default. */
export function printSuite(transforms: readonly TransformId[]): string {
  return transforms
    .filter(({ type, id }) => type === 1 || ((type === 3 || type === 4) && id !== 0))
    .sort((a, b) => a.type - b.type)
    .map(printTransform)
    .join(', ');
}
