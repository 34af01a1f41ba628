/**
 * One session: an input in, the next state and what came of it out. No peer can make it reject: a rejection is our bug.
 */
import type { Datagram, UdpEnd } from '../datagram.ts';
import type { Env } from '../env.ts';
import type { NamedFault } from '../message/fault.ts';
import type { Message, NotifyPayload } from '../message/message.ts';
import type { Refusal } from '../refusal.ts';
import type { HandOver } from '../sa/change.ts';
import { close, wipe, wipeReplaced } from '../sa/closing.ts';
import { type AwaitingAuth, type AwaitingInit, confirmed, isLive, type Session } from '../sa/state.ts';
import type { Task } from '../sa/tasks.ts';
import { onDeadline } from './due.ts';
import { follow } from './heard.ts';
import { tell } from './hints.ts';
import { leave } from './leaving.ts';
import { receive } from './receiving.ts';
import { receiveUnreadable } from './receiving-answer.ts';
import { prepare } from './receiving-request.ts';
import { wipeSpent } from './spent-secrets.ts';
import { pump, takeOver, want } from './task-queue.ts';
import { type Step, Turn } from './turn.ts';

export type Input =
  | { readonly type: 'datagram'; readonly datagram: Datagram; readonly message: Message }
  /** A response whose header names the session, and that is no message. */
  | { readonly type: 'unreadable'; readonly datagram: Datagram; readonly fault: NamedFault }
  | { readonly type: 'deadline' }
  /** This end wants something of the other. */
  | { readonly type: 'want'; readonly task: Task }
  /** The responder has answered IKE_SA_INIT and has time: keys are made before IKE_AUTH comes. */
  | { readonly type: 'prepare' }
  | { readonly type: 'inherit'; readonly handOver: HandOver }
  /** ESP of the peer came from another end. */
  | { readonly type: 'met'; readonly remote: UdpEnd }
  /** Something about its packets that the peer may want to know. */
  | { readonly type: 'tell'; readonly notify: NotifyPayload }
  /** Traffic came on a CHILD SA: the peer has what we answered. */
  | { readonly type: 'confirmed' }
  /** A half-open IKE SA: others have more need of the memory. */
  | { readonly type: 'forgetFragments' }
  /** Without a word to the peer. */
  | { readonly type: 'end'; readonly because: Refusal };

export async function advance(session: Session, input: Input, env: Env): Promise<Step> {
  const turn = new Turn(session, env);
  await take(turn, input);
  await leave(turn);
  await pump(turn);
  await wipeReplaced(session, turn.session);
  wipeSpent(session, turn.session);
  if (turn.session.phase === 'closed' && session.phase !== 'closed') await wipe(session);
  return turn.done();
}

/** The first request of a session that we begin. */
export function firstStep(session: AwaitingInit, env: Env): Step {
  const turn = new Turn(session, env);
  turn.sendFirst(session);
  return turn.done();
}

function withoutFragments({ fragments: _, ...rest }: AwaitingAuth): AwaitingAuth {
  return rest;
}

async function take(turn: Turn, input: Input): Promise<void> {
  switch (input.type) {
    case 'datagram':
      return receive(turn, input.datagram, input.message);
    case 'unreadable':
      return receiveUnreadable(turn, input.datagram, input.fault);
    case 'deadline':
      return onDeadline(turn);
    case 'want':
      return want(turn, input.task);
    case 'prepare':
      return prepare(turn);
    case 'inherit':
      return takeOver(turn, input.handOver);
    case 'met':
      if (isLive(turn.session)) turn.session = follow(turn, turn.session, input.remote);
      return;
    case 'tell':
      return tell(turn, input.notify);
    case 'confirmed':
      if (isLive(turn.session)) turn.session = confirmed(turn.session);
      return;
    case 'forgetFragments':
      if (turn.session.phase === 'awaitingAuth') turn.session = withoutFragments(turn.session);
      return;
    case 'end':
      if (turn.session.phase !== 'closed') turn.apply(close(turn.env, turn.session, input.because));
  }
}
