/**
 * From two public values to an IKE SA's keys at work (RFC 7296 2.14). The shared secret is wiped as soon as the keys are derived.
 */
import type { Octets } from '../../bytes/octets.ts';
import type { KeyPair } from '../../crypto/provider.ts';
import { Channel } from '../channel/channel.ts';
import type { Env } from '../env.ts';
import { deriveIkeKeys, type IkeKeyInput, protectIke } from '../keys/keys.ts';
import type { Keyed } from '../sa/state.ts';

/** The shared secret, the key schedule, and both directions at work; undefined where the peer's value must be refused. */
export async function keyUp(
  env: Env,
  keyPair: KeyPair,
  peerPublicValue: Octets,
  input: Omit<IkeKeyInput, 'sharedSecret'>,
  { isInitiator }: { readonly isInitiator: boolean },
): Promise<Keyed | undefined> {
  const sharedSecret = await keyPair.derive(peerPublicValue);
  if (!sharedSecret) return undefined;
  const keys = await deriveIkeKeys(env.means.provider, { ...input, sharedSecret });
  sharedSecret.wipe();
  env.keyLog?.noteIkeSa({ ...input, keys });
  return { keys, channel: new Channel(await protectIke(env.means.provider, input.suite, keys), isInitiator) };
}
