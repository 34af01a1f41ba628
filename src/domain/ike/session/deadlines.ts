/**
 * When a session wants waking, and why: instants of the injected clock; absent, not armed. A session with nothing to do has its
 * lifetimes here and no more, so an idle endpoint costs no timer work.
 */
import { setLivesMs } from '../channel/fragmentation.ts';
import type { Live, Session } from '../sa/state.ts';
import { inTurn } from './in-turn.ts';

export interface Deadlines {
  /** The unanswered request goes out again (RFC 7296 2.4). */
  readonly retransmitAtMs?: number | undefined;
  /** An unprotected refusal is believed (2.21.1). */
  readonly believeAtMs?: number | undefined;
  /** A responder forgets an initiator that never authenticates; an ended session forgets its last answer. */
  readonly forgetAtMs?: number | undefined;
  /** A task that was put off may begin (2.25). */
  readonly taskAtMs?: number | undefined;
  /** The peer is asked whether it has this IKE SA at all. */
  readonly confirmAtMs?: number | undefined;
  /** A message of the peer that never came whole is forgotten (RFC 7383 2.6). */
  readonly fragmentsAtMs?: number | undefined;
  /** An SA of several key exchanges that the peer has begun and does not go on with is forgotten (RFC 9370 2.2.4). */
  readonly makingAtMs?: number | undefined;
  /** Soft lifetimes, jittered so that both ends seldom collide (2.8). */
  readonly rekeyAtMs?: number | undefined;
  readonly expireAtMs?: number | undefined;
  readonly childRekeyAtMs?: number | undefined;
  readonly childExpireAtMs?: number | undefined;
}

export function deadlinesOf(session: Session, halfOpenMs: number): Deadlines {
  const retransmitAtMs = session.window.outstanding?.againAtMs;
  switch (session.phase) {
    case 'awaitingInit':
      return { retransmitAtMs, believeAtMs: session.doubt?.believeAtMs };
    case 'awaitingAuth':
      return { forgetAtMs: session.bornAtMs + halfOpenMs };
    case 'awaitingIntermediate':
    case 'awaitingAuthReply':
    case 'refusing':
      return { retransmitAtMs };
    case 'established':
    case 'superseded':
    case 'deleting':
      return {
        retransmitAtMs,
        taskAtMs: mayBegin(session) ? earliest(inTurn(session).map((task) => task.notBeforeMs)) : undefined,
        confirmAtMs: session.confirmAtMs,
        fragmentsAtMs: earliest((session.fragments ?? []).map(({ sinceMs }) => sinceMs + setLivesMs)),
        makingAtMs: session.making?.untilMs,
        rekeyAtMs: session.rekeyAtMs,
        expireAtMs: session.expiresAtMs,
        childRekeyAtMs: earliest(session.children.map((child) => child.rekeyAtMs)),
        childExpireAtMs: earliest(session.children.map((child) => child.expiresAtMs)),
      };
    case 'closed':
      return { forgetAtMs: session.forgetAtMs };
  }
}

/** A task that cannot begin yet wakes nobody: what lets it begin is an input of its own. */
const mayBegin = ({ window, awaitsInheritance }: Live): boolean => !window.outstanding && !awaitsInheritance;

/** `yieldAtMs`: an IKE SA that crossed another is to go a step further (crossing.ts). */
export const nextOf = (deadlines: Deadlines, yieldAtMs: number | undefined): number | undefined =>
  earliest([yieldAtMs, ...Object.values(deadlines)]);

function earliest(instants: readonly (number | undefined)[]): number | undefined {
  let first: number | undefined;
  for (const each of instants) if (each !== undefined && (first === undefined || each < first)) first = each;
  return first;
}
