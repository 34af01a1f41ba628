/** Randomness from a script: a test says which octets come. */
import type { Octets } from '../../bytes/octets.ts';
import { invariant } from '../../bytes/result.ts';
import type { Random } from '../random.ts';

/** Octets from a script, in order; asking for more, or for another length, fails the test that asked. */
export function scriptedRandom(...script: readonly Octets[]): Random {
  let at = 0;
  return (count) => {
    const next = script[at++];
    invariant(next?.length === count, `${count} octets asked, the script has ${next?.length ?? 'none'} here`);
    return next;
  };
}
