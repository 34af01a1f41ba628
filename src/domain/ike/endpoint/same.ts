/** Whether two pieces of plain data are the same: what tells a changed connection from one that was only loaded again. */
import { compareOctets } from '../../bytes/octets.ts';
import { Secret } from '../../bytes/secret.ts';

export function areSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (a instanceof Secret || b instanceof Secret) return a instanceof Secret && b instanceof Secret && a.equals(b);
  if (a instanceof Uint8Array && b instanceof Uint8Array) {
    return compareOctets(new Uint8Array(a), new Uint8Array(b)) === 0;
  }
  // A private key is opaque, and imported again it is another object: the certificate beside it says which key it is.
  if (typeof a === 'function' && typeof b === 'function') return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const left = Object.entries(a);
  const right = new Map(Object.entries(b));
  return left.length === right.size && left.every(([key, value]) => right.has(key) && areSame(value, right.get(key)));
}
