/**
 * What an exchange decides of an IKE SA: what it asks, what it answers, what becomes of it all. session/turn.ts carries the decision
 * out (seals, counts, keeps).
 */
import type { Octets } from '../../bytes/octets.ts';
import type { Child } from '../child/child.ts';
import type { Connection } from '../connection.ts';
import type { Env } from '../env.ts';
import type { Fact, Failure } from '../facts.ts';
import type { Header, IkeSpi, Payload } from '../message/message.ts';
import { notifyNumbered } from '../message/notifies.ts';
import type { Path } from '../nat/nat.ts';
import { notifyOf, type Refusal } from '../refusal.ts';
import type { CreateChildTask } from './create-child-task.ts';
import type { Pending } from './pending.ts';
import type { Redirection, Session } from './state.ts';
import type { Task } from './tasks.ts';

/** What a protected message of the peer says. */
export interface Said {
  readonly payloads: readonly Payload[];
  /** What counts of it for AUTH; only of IKE_INTERMEDIATE (RFC 9242 3.3). */
  readonly covered: Octets;
}

/** A request of the peer, and the way by which it came. */
export interface PeerRequest extends Said {
  readonly header: Header;
  readonly path: Path;
}

/** A request that we want to send, and the state from which it goes. */
export interface Asked<S extends Session = Session> {
  readonly session: S;
  readonly exchange: number;
  readonly payloads: readonly Payload[];
  readonly pending: Pending;
}

/** What a message of the peer made of the session. */
export interface Change {
  readonly session: Session;
  readonly facts: readonly Fact[];
  /** IKE SAs that this one gave birth to. */
  readonly born?: readonly Session[];
  /** CHILD SAs that another session of ours takes over. */
  readonly handOver?: HandOver;
  /** CHILD SAs that this IKE SA has no room for (RFC 7296 1.3), or no time: they are wanted of another. */
  readonly overflow?: readonly CreateChildTask[];
  /** Older IKE SAs with this peer go: it says that it holds none (RFC 7296 2.4), or we keep the newest alone. */
  readonly endsOlder?: 'initialContact' | 'replaced';
  /** The peer sends us on. */
  readonly departure?: Departure;
}

/** An IKE SA that we begin. */
export interface NewIkeSa {
  readonly connection: Connection;
  readonly path: Path;
  /** What is wanted of it. */
  readonly tasks: readonly Task[];
  /** How far gateways have sent us on to begin it (RFC 5685); absent: nobody has. */
  readonly redirection?: Redirection | undefined;
}

/** One with another gateway, in the place of this one (RFC 5685). */
export interface Departure extends NewIkeSa {
  readonly redirection: Redirection;
}

/** CHILD SAs for another session to take over, because it won a collision (RFC 7296 2.8.2). */
export interface HandOver {
  readonly toOwnSpi: IkeSpi;
  readonly children: readonly Child[];
  readonly tasks: readonly Task[];
}

/** A change, and what the peer is answered. */
export interface Answered extends Change {
  readonly payloads: readonly Payload[];
}

/** The error notify of a refusal, as a payload; nothing where silence is the answer. */
export function toNotify(refusal: Refusal, data?: Octets): readonly Payload[] {
  const number = notifyOf[refusal.code];
  return number === undefined ? [] : [notifyNumbered(number, data)];
}

/** A fact of failure, its place and ends filled in from a session. */
export function failed(
  env: Pick<Env, 'nowMs'>,
  session: Pick<Session, 'path' | 'isInitiator'> &
    Partial<Pick<Session, 'spis'>> & { readonly connection?: Pick<Connection, 'name'> },
  failure: Omit<Failure, 'local' | 'remote' | 'connection' | 'isInitiator'> & { readonly isInitiator?: boolean },
): Extract<Fact, { type: 'failed' }> {
  return {
    type: 'failed',
    atMs: env.nowMs,
    failure: {
      ...(session.connection ? { connection: session.connection.name } : {}),
      local: session.path.local.address,
      remote: session.path.remote.address,
      isInitiator: session.isInitiator,
      ...(session.spis ? { ikeSpis: session.spis } : {}),
      ...failure,
    },
  };
}

/** The CHILD SA that it is about, as a failure names it. */
export const ofTask = (task: CreateChildTask | undefined) => ({
  ...(task ? { child: task.child } : {}),
  ...(task?.trigger ? { trigger: task.trigger } : {}),
});
