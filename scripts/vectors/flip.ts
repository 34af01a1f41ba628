/** Octets with one of them changed, for every one in turn: what an ICV must refuse. */
import type { Octets } from '../../src/domain/bytes/octets.ts';

export function* eachOctetFlipped(octets: Octets, from = 0): Generator<Octets> {
  for (let i = from; i < octets.length; i++) {
    const changed = octets.slice();
    changed[i] = (octets[i] as number) ^ (1 << (i % 8)); // `i` is below the length
    yield changed;
  }
}
