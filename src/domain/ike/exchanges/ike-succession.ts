/**
 * The IKE SA that comes after another (RFC 7296 2.18): its keys from the old SK_d, message ids 0 both ways, its initiator who asked for it.
 * What it takes over is rekey-ike-collision.ts.
 */
import { Channel } from '../channel/channel.ts';
import { freshWindow } from '../channel/window.ts';
import { lifeFrom } from '../child/lifetime.ts';
import type { Env } from '../env.ts';
import { deriveRekeyedIkeKeys, type IkeKeyInput, protectIke } from '../keys/keys.ts';
import { type IkeSpi, noSpi, type Proposal } from '../message/message.ts';
import { ikeSpiOf } from '../message/spi.ts';
import type { AgreedIke } from '../sa/pending.ts';
import type { Keyed, Live } from '../sa/state.ts';

/** It stands, with none of what it is to take over; the secrets that its keys were made of are wiped. */
export async function makeSuccessor(
  env: Env,
  live: Live,
  { proposal, group, input }: AgreedIke,
  { isInitiator }: { readonly isInitiator: boolean },
): Promise<Live> {
  const { suite, spiI, spiR } = input;
  return {
    ...(await keyUpAnew(env, live, input, isInitiator)),
    phase: 'established',
    isInitiator,
    spis: { initiator: spiI, responder: spiR },
    path: live.path,
    window: { ...freshWindow, ...(live.window.isNarrow && { isNarrow: true }) }, // it is the same path
    bornAtMs: env.nowMs,
    connection: live.connection,
    suite,
    group,
    transforms: proposal.transforms,
    identity: live.identity,
    ownAuthMethod: live.ownAuthMethod,
    verified: live.verified,
    hasNat: live.hasNat,
    peer: live.peer,
    ...(live.mobike ? { mobike: live.mobike } : {}),
    ...(live.redirection && { redirection: live.redirection }),
    ...(live.isLeaving && { isLeaving: live.isLeaving }),
    children: [],
    tasks: [],
    establishedAtMs: env.nowMs,
    heardAtMs: env.nowMs,
    ...(isInitiator ? {} : { confirmAtMs: env.nowMs + env.settings.unconfirmedMs }),
    ...lifeFrom(live.connection.ikeLifetime, env.means, env.nowMs),
  };
}

async function keyUpAnew(env: Env, live: Live, input: IkeKeyInput, isInitiator: boolean): Promise<Keyed> {
  const { provider } = env.means;
  const keys = await deriveRekeyedIkeKeys(provider, { prf: live.suite.prf.id, skD: live.keys.skD }, input);
  for (const secret of [input.sharedSecret, ...(input.additionalSecrets ?? [])]) secret.wipe();
  env.keyLog?.noteIkeSa({ ...input, keys });
  return { keys, channel: new Channel(await protectIke(provider, input.suite, keys), isInitiator) };
}

/** The SPI that the peer has given the new IKE SA. */
export function successorSpiOf({ spi }: Proposal): IkeSpi | undefined {
  const peerSpi = spi.length === 8 ? ikeSpiOf(spi) : noSpi;
  return peerSpi === noSpi ? undefined : peerSpi;
}
