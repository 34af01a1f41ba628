/**
 * A request of the peer, under the keys of the phase that it finds (RFC 7296 2.5, 2.21.3): its exchange answers it (dispatch.ts); what is
 * malformed under the protection ends the IKE SA, and is said under it alone.
 */
import type { Datagram } from '../datagram.ts';
import { refusePublicValue } from '../exchanges/ike-sa-init-answer.ts';
import type { Header, Message, Payload } from '../message/message.ts';
import { protocols } from '../message/names.ts';
import { notify } from '../message/notifies.ts';
import { find } from '../message/payloads.ts';
import type { Refusal } from '../refusal.ts';
import { failed, toNotify } from '../sa/change.ts';
import { close, failureOf } from '../sa/closing.ts';
import { isLive, type Keyed, type Session } from '../sa/state.ts';
import { respond } from './dispatch.ts';
import { heard } from './heard.ts';
import { open } from './opening.ts';
import type { Turn } from './turn.ts';

export async function receiveRequest(turn: Turn, datagram: Datagram, message: Message): Promise<void> {
  const { session: before } = turn;
  const { header } = message;
  const keyed = await keyedForRequest(turn);
  if (!keyed || before.phase === 'awaitingAuthReply' || before.phase === 'awaitingIntermediate') return;
  const opened = await open(turn, before, keyed, datagram, message);
  if (!opened) return;
  const { session, request } = opened;
  const from = { ...datagram, octets: request };
  if (opened.type === 'malformed') {
    const failure = failureOf(turn.env, session, decidedHere(header, opened.refusal));
    const ended = close(turn.env, session, opened.refusal, failure);
    return turn.answer(keyed, header, from, { ...ended, payloads: toNotify(opened.refusal) });
  }
  if (opened.type === 'critical') {
    const said = notify('UNSUPPORTED_CRITICAL_PAYLOAD', Uint8Array.of(opened.payload));
    const fact = failed(turn.env, session, {
      ...decidedHere(header, { code: 'unknownCritical', payload: opened.payload }),
      scope: 'request',
      isInitiator: false,
      notify: said.notify,
    });
    return turn.answer(keyed, header, from, { session, facts: [fact], payloads: [said] });
  }
  if (isLive(session) && session.awaitsInheritance && !isIkeDelete(opened.payloads)) return;
  const { local, remote } = datagram;
  const { payloads, covered } = opened;
  const asked = { header, payloads, covered, path: { local, remote } };
  const answered = await respond(turn.env, whoAsks(turn, session, datagram), keyed, asked);
  if (answered) return turn.answer(keyed, header, from, answered);
}

/** Half-open, it may have floated to port 4500. */
function whoAsks(turn: Turn, session: Session, { local, remote }: Datagram): Session {
  if (session.phase === 'awaitingAuth') return { ...session, path: { local, remote } };
  return isLive(session) ? heard(turn, session, remote) : session;
}

/** Of a half-open IKE SA: its keys, before IKE_AUTH needs them. */
export async function prepare(turn: Turn): Promise<void> {
  await keyedForRequest(turn);
}

/** Undefined: there are none, or the public value they were to be made of is impossible, which ends the session. */
async function keyedForRequest(turn: Turn): Promise<Keyed | undefined> {
  const { session } = turn;
  if (session.phase !== 'awaitingAuth') return 'keys' in session ? session : undefined;
  const keyed = await session.keyed.get();
  if (!keyed) turn.apply(refusePublicValue(turn.env, session));
  return keyed;
}

const decidedHere = ({ exchange }: Header, refusal: Refusal) => ({
  by: 'local' as const,
  decidedAt: { exchange, message: 'request' as const },
  refusal,
});

const isIkeDelete = (payloads: readonly Payload[]): boolean =>
  find(payloads, 'DELETE')?.protocol === protocols.numbers.IKE;
