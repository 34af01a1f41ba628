/**
 * Everything impure that a session may use (so that a run can be recorded and replayed): randomness, and what WebCrypto
 * randomises by itself. `provider` only computes.
 */
import type { Octets } from '../bytes/octets.ts';
import type { Awaitable, CryptoProvider, GroupNumber, KeyPair } from '../crypto/provider.ts';

export interface Means {
  readonly provider: CryptoProvider;
  random(count: number): Octets;
  keyPair(group: GroupNumber): Awaitable<KeyPair>;
}

/** Means that draw on the provider: what the edge uses where nothing is recorded. */
export const meansOf = (provider: CryptoProvider): Means => ({
  provider,
  random: (count) => provider.random(count),
  keyPair: (group) => provider.keyPair(group),
});
