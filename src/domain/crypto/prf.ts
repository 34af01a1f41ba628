/** The pseudo-random function of an IKE SA and prf+ over it (RFC 7296 2.13). */
import { emptyOctets, type Octets } from '../bytes/octets.ts';
import { invariant } from '../bytes/result.ts';
import { Secret } from '../bytes/secret.ts';
import { aesPrf } from './aes-prf.ts';
import { type Awaitable, andThen } from './awaitable.ts';
import type { CryptoProvider, Mac } from './provider.ts';
import { type PrfRow, prfOf } from './transforms.ts';

/** prf(key, ·) by its transform number, keyed once for several uses. The key has any length. */
function keyPrf(provider: CryptoProvider, prf: number, key: Secret): Awaitable<Mac> {
  const { hash, aes } = rowOf(prf);
  if (aes) return aesPrf(provider, aes, key.reveal());
  invariant(hash, 'the PRF is one that we compute');
  return provider.hmac(hash, key.reveal());
}

/** prf(key, data), all parts as if they were one. */
export function signPrf(
  provider: CryptoProvider,
  prf: number,
  key: Secret,
  ...data: readonly Octets[]
): Awaitable<Octets> {
  return andThen(keyPrf(provider, prf, key), (mac) => mac.sign(...data));
}

/** prf(key, data), as a secret: what comes out is always a key or proves possession of one. */
export async function computePrf(
  provider: CryptoProvider,
  prf: number,
  key: Secret,
  ...data: readonly Octets[]
): Promise<Secret> {
  return new Secret(await signPrf(provider, prf, key, ...data));
}

/** The first `count` octets of prf+(key, seed): T1 | T2 | …, Tn = prf(key, Tn-1 | seed | n). */
export async function expandPrf(
  provider: CryptoProvider,
  prf: number,
  key: Secret,
  seed: Octets,
  count: number,
): Promise<Secret> {
  const blockOctets = prfOctetsOf(prf);
  const blocks = Math.ceil(count / blockOctets);
  invariant(blocks <= 255, 'prf+ gives at most 255 blocks');
  const mac = await keyPrf(provider, prf, key);
  const all = new Uint8Array(blocks * blockOctets);
  let last = emptyOctets;
  for (let n = 1; n <= blocks; n++) {
    const block = await mac.sign(last, seed, Uint8Array.of(n));
    all.set(block, (n - 1) * blockOctets);
    last.fill(0);
    last = block;
  }
  const kept = new Secret(all.slice(0, count));
  last.fill(0);
  all.fill(0);
  return kept;
}

/** Octets of one output, which is also the length of SK_d, SK_pi and SK_pr. */
export const prfOctetsOf = (prf: number): number => rowOf(prf).outputOctets;

/** How much of each nonce keys SKEYSEED: 8 octets where the PRF wants a key of 16, else all (RFC 7296 2.14, RFC 4434 2). */
export const nonceOctetsInSeed = (prf: number): number | undefined => (rowOf(prf).aes ? 8 : undefined);

function rowOf(prf: number): PrfRow {
  const row = prfOf(prf);
  invariant(row, 'the PRF is in the table');
  return row;
}
