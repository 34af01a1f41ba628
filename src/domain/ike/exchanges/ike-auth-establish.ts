/**
 * From a peer that has proved itself to an IKE SA that lives (RFC 7296 1.2), for either role. A responder cannot know that its answer
 * arrived, so until it hears from the peer its IKE SA counts as unconfirmed.
 */
import { lifeFrom } from '../child/lifetime.ts';
import type { Env } from '../env.ts';
import type { Payload } from '../message/message.ts';
import { readMobike } from '../nat/mobike.ts';
import { moves } from '../sa/phase-moves.ts';
import type { AwaitingAuth, AwaitingAuthReply, Live } from '../sa/state.ts';

/** A responder proves itself while the first CHILD SA is made: by which method is said after. */
export type Establishing = Omit<Live, 'ownAuthMethod'>;

/** What the proofs have decided: who the two are, for which connection, and under which keys. */
type Proven = Pick<Live, 'identity' | 'verified' | 'connection' | 'keys' | 'channel'>;

export function establish(
  env: Env,
  session: AwaitingAuth | AwaitingAuthReply,
  proven: Proven,
  payloads: readonly Payload[],
): Establishing {
  const { agreed } = session;
  const { connection } = proven;
  const mobike = readMobike(connection, payloads, session.isInitiator);
  return {
    phase: moves[session.phase].acceptedAuth,
    isInitiator: session.isInitiator,
    spis: session.spis,
    path: session.path,
    window: session.window,
    bornAtMs: session.bornAtMs,
    ...proven,
    suite: agreed.suite,
    group: agreed.group,
    transforms: agreed.transforms,
    hasNat: agreed.hasNat,
    peer: agreed.peer,
    children: [],
    tasks: 'tasks' in session ? session.tasks : [],
    establishedAtMs: env.nowMs,
    heardAtMs: env.nowMs,
    ...(mobike ? { mobike } : {}),
    ...(session.redirection && { redirection: session.redirection }),
    ...(session.isInitiator ? {} : { confirmAtMs: env.nowMs + env.settings.unconfirmedMs }),
    ...lifeFrom(connection.ikeLifetime, env.means, env.nowMs),
  };
}
