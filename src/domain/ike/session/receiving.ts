/**
 * What a datagram is to a session (RFC 7296 2.1 to 2.3): a request to answer (receiving-request.ts), one to answer again, the answer to ours
 * (receiving-answer.ts), or nothing.
 */
import { type Answer, countRepeat, placeRequest } from '../channel/window.ts';
import type { Datagram } from '../datagram.ts';
import type { Message } from '../message/message.ts';
import { find } from '../message/payloads.ts';
import { isLive } from '../sa/state.ts';
import { exchangeOf } from './dispatch.ts';
import { invalidMessageId, tell } from './hints.ts';
import { receiveAnswer } from './receiving-answer.ts';
import { receiveRequest } from './receiving-request.ts';
import { answerNarrowly } from './smaller-fragments.ts';
import { type Turn, widthOf } from './turn.ts';

export async function receive(turn: Turn, datagram: Datagram, message: Message): Promise<void> {
  const { session } = turn;
  const { header } = message;
  if (header.isFromInitiator === session.isInitiator) return; // our own words, reflected
  if (!header.isResponse) {
    const place = placeRequest(session.window, header.messageId, datagram.octets, widthOf(turn.env, session));
    switch (place.type) {
      case 'repeated':
        return repeatAnswer(turn, datagram, message, place.answer);
      case 'other':
        return answerNarrowly(turn, datagram, message, place.answer);
      case 'new':
        return receiveRequest(turn, datagram, message);
      case 'ahead':
        return receiveAhead(turn, datagram, message);
      case 'outside':
        return;
    }
  }
  const { outstanding } = session.window;
  if (outstanding?.id !== header.messageId || exchangeOf(outstanding.pending) !== header.exchange) return;
  return receiveAnswer(turn, outstanding.pending, datagram, message);
}

function repeatAnswer(turn: Turn, datagram: Datagram, { header }: Message, { response }: Answer): void {
  const { session } = turn;
  turn.session = { ...session, window: countRepeat(session.window) };
  turn.note('in', datagram, { header, note: 'repeated' });
  turn.repeat(response, datagram);
}

/** The peer asks more at once than we announced, if it is the peer: it gets no answer, and may be told (RFC 7296 2.3). */
async function receiveAhead(turn: Turn, datagram: Datagram, { header, payloads }: Message): Promise<void> {
  const { session } = turn;
  const sealed = find(payloads, 'SK')?.sealed ?? find(payloads, 'SKF')?.sealed;
  if (!isLive(session) || !sealed || !(await session.channel.open(datagram.octets, sealed))) return;
  tell(turn, invalidMessageId(header.messageId));
}
