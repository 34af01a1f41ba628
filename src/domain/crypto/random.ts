/**
 * Randomness as a value that is handed in, so that a run can be replayed: from the platform, from a script, or from a seed.
 */
import type { Octets } from '../bytes/octets.ts';

/** `count` octets that nobody can foresee (or, in a test, that everybody can). */
export type Random = (count: number) => Octets;
