/**
 * Everything impure that a session may use (so that a run can be recorded and replayed): randomness, and what WebCrypto
 * randomises by itself. `provider` only computes.
 */
import type { Octets } from '../bytes/octets.ts';
import type {
  Awaitable,
  CryptoProvider,
  GroupNumber,
  KemKeyPair,
  KemNumber,
  KemResponse,
  KeyPair,
  SigningKey,
} from '../crypto/provider.ts';
import type { SignatureScheme } from '../crypto/signature-scheme.ts';
import type { PathJudge } from '../pki/path-judge.ts';
import { plainChainJudge } from '../pki/plain-chain.ts';

export interface Means {
  readonly provider: CryptoProvider;
  random(count: number): Octets;
  keyPair(group: GroupNumber): Awaitable<KeyPair>;
  kemKeyPair(kem: KemNumber): Awaitable<KemKeyPair>;
  /** Undefined where the encapsulation key must be refused. */
  encapsulate(kem: KemNumber, encapsulationKey: Octets): Awaitable<KemResponse | undefined>;
  /** ECDSA and RSA-PSS draw randomness of their own. */
  sign(key: SigningKey, scheme: SignatureScheme, data: Octets): Awaitable<Octets>;
  /** Whether a chain of certificates leads to a trust anchor: policy, and not the engine's. */
  readonly pathJudge: PathJudge;
}

/** Means that draw on the provider: what the edge uses where nothing is recorded. */
export const meansOf = (provider: CryptoProvider): Means => ({
  provider,
  random: (count) => provider.random(count),
  keyPair: (group) => provider.keyPair(group),
  kemKeyPair: (kem) => provider.kemKeyPair(kem),
  encapsulate: (kem, key) => provider.encapsulate(kem, key),
  sign: (key, scheme, data) => key.sign(scheme, data),
  pathJudge: plainChainJudge(provider),
});
