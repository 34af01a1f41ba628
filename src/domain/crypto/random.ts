/** Randomness as a value that is handed in, so that a run can be replayed: from the platform, or from a seed. */
import { chacha20 } from '@noble/ciphers/chacha.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { emptyOctets, type Octets, utf8 } from '../bytes/octets.ts';

/** `count` octets that nobody can foresee; in a replay, that everybody can. */
export type Random = (count: number) => Octets;

/** The platform's. Only a provider draws from it, and the edge from the provider. */
export const platformRandom: Random = (count) =>
  // biome-ignore lint/plugin: here, and nowhere else, the domain's randomness begins
  crypto.getRandomValues(new Uint8Array(count));

const littleOctets = 64;
const aheadOctets = 1024;

/**
 * The same source with fewer calls, for nonces, SPIs and IVs: each call costs about two microseconds, however little it gives.
 * What was drawn ahead is handed out once, and is zeros from then on.
 */
export function drawnAhead(source: Random): Random {
  let ahead = emptyOctets;
  let used = 0;
  return (count) => {
    if (count > littleOctets) return source(count);
    if (used + count > ahead.length) {
      ahead.fill(0);
      ahead = source(aheadOctets);
      used = 0;
    }
    const drawn = ahead.slice(used, used + count);
    ahead.fill(0, used, used + count);
    used += count;
    return drawn;
  };
}

const drawOctets = 1024;
const nonce = new Uint8Array(12);

/** The ChaCha20 stream of a key that seed and label make: other labels give unrelated streams of the same seed. */
export function seededRandom(seed: string | number, label: string): Random {
  const key = sha256(utf8(JSON.stringify([seed, label])));
  let block = 0;
  let drawn = emptyOctets;
  return (count) => {
    const out = new Uint8Array(count);
    for (let filled = 0; filled < count; ) {
      if (drawn.length === 0) {
        drawn = chacha20(key, nonce, new Uint8Array(drawOctets), undefined, block);
        block += drawOctets / 64;
      }
      const part = drawn.subarray(0, count - filled);
      out.set(part, filled);
      drawn = drawn.subarray(part.length);
      filled += part.length;
    }
    return out;
  };
}
