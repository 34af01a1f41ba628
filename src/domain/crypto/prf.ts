/** The pseudo-random function of an IKE SA and prf+ over it (RFC 7296 2.13). */
import { concat, type Octets } from '../bytes/octets.ts';
import { invariant } from '../bytes/result.ts';
import { Secret } from '../bytes/secret.ts';
import { aesPrf } from './aes-prf.ts';
import type { Awaitable, CryptoProvider, Mac } from './provider.ts';
import { type PrfRow, prfOf } from './transforms.ts';

/** prf(key, ·) by its transform number, keyed once for several uses. The key has any length. */
export function keyPrf(provider: CryptoProvider, prf: number, key: Secret): Awaitable<Mac> {
  const { hash, aes } = rowOf(prf);
  if (aes) return aesPrf(provider, aes, key.reveal());
  invariant(hash, 'the PRF is one that we compute');
  return provider.hmac(hash, key.reveal());
}

/** prf(key, data), as a secret: what comes out is always a key or proves possession of one. */
export async function computePrf(
  provider: CryptoProvider,
  prf: number,
  key: Secret,
  ...data: readonly Octets[]
): Promise<Secret> {
  const mac = await keyPrf(provider, prf, key);
  return new Secret(await mac.sign(...data));
}

/** The first `count` octets of prf+(key, seed): T1 | T2 | …, Tn = prf(key, Tn-1 | seed | n). */
export async function expandPrf(
  provider: CryptoProvider,
  prf: number,
  key: Secret,
  seed: Octets,
  count: number,
): Promise<Secret> {
  const blocks = Math.ceil(count / prfOctetsOf(prf));
  invariant(blocks <= 255, 'prf+ gives at most 255 blocks');
  const mac = await keyPrf(provider, prf, key);
  const out: Octets[] = [];
  for (let n = 1; n <= blocks; n++) {
    const last = out.at(-1);
    const counter = Uint8Array.of(n);
    out.push(await (last === undefined ? mac.sign(seed, counter) : mac.sign(last, seed, counter)));
  }
  const all = concat(...out);
  const kept = new Secret(all.slice(0, count));
  for (const spent of [all, ...out]) spent.fill(0);
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
