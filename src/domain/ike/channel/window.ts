/**
 * Message ids, stored responses and retransmission of one IKE SA (RFC 7296 2.1 to 2.3). No exchange knows of them, but for the id where
 * AUTH covers it (RFC 9242 3.3) and where it tells that one move has overtaken another (RFC 4555 3.5).
 *
 * We ask one thing at a time; of the peer's requests as many may be unanswered as our window says. What was sent is kept as octets,
 * so that a repetition is the same octet for octet; a repeated request is known by being the same octets too, which needs no
 * cryptography. Only a path that takes no long datagrams makes us seal a message anew, in smaller fragments (RFC 7383 2.5.2).
 */
import { compareOctets, type Octets } from '../../bytes/octets.ts';
import type { Message } from '../message/message.ts';
import type { Channel } from './channel.ts';

export interface Window<Pending> {
  /** The id of our next request. */
  readonly nextId: number;
  /** The lowest id of a request of the peer that we have not answered. */
  readonly expectedId: number;
  /** Our request without an answer, and what its answer is for. */
  readonly outstanding?: Outstanding<Pending>;
  /** Our last answers, as many as the window is wide (RFC 7296 2.3). */
  readonly answers: readonly Answer[];
  /** The path, or the peer, wants short fragments. */
  readonly isNarrow?: true;
  readonly retransmissions: number;
}

export interface Outstanding<Pending> {
  readonly id: number;
  readonly datagrams: readonly Octets[];
  /** What is sealed in them, where they could be shorter. */
  readonly clear?: Message;
  readonly pending: Pending;
  /** Of these datagrams; and of longer ones before. */
  readonly tries: number;
  readonly triesBefore: number;
  readonly sentAtMs: number;
  readonly againAtMs: number;
}

export interface Answer {
  readonly id: number;
  /** The request that it answers, its first datagram only. */
  readonly request: Octets;
  readonly response: readonly Octets[];
  /** What is sealed in the response, where its datagrams could be shorter. */
  readonly clear?: Message;
  /** Under which both are sealed: after IKE_INTERMEDIATE the session has another. Absent of IKE_SA_INIT, and after the end. */
  readonly channel?: Channel;
}

export interface Retransmission {
  readonly firstMs: number;
  readonly factor: number;
  readonly tries: number;
}

/** What was sealed, and what is inside if it may have to be sealed anew. */
export interface Sealed {
  readonly datagrams: readonly Octets[];
  readonly clear?: Message;
}

/** Ids never wrap: an SA that reached the last one closes (RFC 7296 2.2). */
export const lastId = 0xffff_ffff;

export const freshWindow: Window<never> = { nextId: 0, expectedId: 0, answers: [], retransmissions: 0 };

/** The window of the next phase of a negotiation: its own ids; what was learnt of the path stays. */
export const goneOn = ({ isNarrow, retransmissions }: Window<unknown>, nextId: number): Window<never> => ({
  ...freshWindow,
  nextId,
  retransmissions,
  ...(isNarrow ? { isNarrow } : {}),
});

export function sendRequest<P>(
  window: Window<P>,
  sealed: Sealed,
  pending: P,
  nowMs: number,
  { firstMs }: Retransmission,
): Window<P> {
  const times = { tries: 1, triesBefore: 0, sentAtMs: nowMs, againAtMs: nowMs + firstMs };
  return {
    ...window,
    nextId: window.nextId + 1,
    outstanding: { id: window.nextId, ...sealed, pending, ...times },
  };
}

/** The answer came: the next request may go. */
export function conclude<P>({ outstanding: _, ...window }: Window<P>): Window<P> {
  return window;
}

export type Repetition<P> =
  | { readonly type: 'again'; readonly window: Window<P>; readonly datagrams: readonly Octets[] }
  /** Its datagrams seem to be too long for the path. */
  | { readonly type: 'tooLong'; readonly clear: Message }
  | { readonly type: 'gaveUp'; readonly tries: number; readonly forMs: number };

/**
 * The interval has run out: the request again, after a longer one; in smaller parts, if it can be, after `triesBeforeNarrow`; or no
 * more.
 */
export function repeatRequest<P>(
  window: Window<P>,
  outstanding: Outstanding<P>,
  nowMs: number,
  retransmission: Retransmission,
  triesBeforeNarrow: number,
): Repetition<P> {
  const { clear, tries, triesBefore, sentAtMs } = outstanding;
  if (clear && tries >= triesBeforeNarrow) return { type: 'tooLong', clear };
  if (tries >= retransmission.tries) return { type: 'gaveUp', tries: tries + triesBefore, forMs: nowMs - sentAtMs };
  const waitMs = retransmission.firstMs * retransmission.factor ** tries;
  return {
    type: 'again',
    window: {
      ...window,
      outstanding: { ...outstanding, tries: tries + 1, againAtMs: nowMs + waitMs },
      retransmissions: window.retransmissions + 1,
    },
    datagrams: outstanding.datagrams,
  };
}

/** The same request in smaller parts; its intervals begin anew (RFC 7383 2.5.2). */
export function narrowRequest<P>(
  window: Window<P>,
  { clear: _, ...old }: Outstanding<P>,
  datagrams: readonly Octets[],
  nowMs: number,
  { firstMs }: Retransmission,
): Window<P> {
  const times = { tries: 1, triesBefore: old.triesBefore + old.tries, againAtMs: nowMs + firstMs };
  return {
    ...window,
    outstanding: { ...old, datagrams, ...times },
    isNarrow: true,
    retransmissions: window.retransmissions + 1,
  };
}

export type Place =
  | { readonly type: 'new' }
  /** Octet for octet as we have answered it. */
  | { readonly type: 'repeated'; readonly answer: Answer }
  /** The id of a request that we have answered, with other octets: cut anew, a bug of the peer's, or forged. */
  | { readonly type: 'other'; readonly answer: Answer }
  /** More at once than we take. */
  | { readonly type: 'ahead' }
  /** Answered so long ago that the answer is forgotten. */
  | { readonly type: 'outside' };

/** What a request with this id is to us, before a single octet of it is opened. */
export function placeRequest<P>(window: Window<P>, id: number, datagram: Octets, width: number): Place {
  const answer = window.answers.find((each) => each.id === id);
  if (answer) return { type: compareOctets(answer.request, datagram) === 0 ? 'repeated' : 'other', answer };
  if (id < window.expectedId) return { type: 'outside' };
  return { type: id < window.expectedId + width ? 'new' : 'ahead' };
}

/** Kept for its repetition; answers that the peer can ask for no more are forgotten. */
export function answerRequest<P>(window: Window<P>, answer: Answer, width: number): Window<P> {
  const answers = [...window.answers, answer];
  let { expectedId } = window;
  while (answers.some(({ id }) => id === expectedId)) expectedId += 1;
  return { ...window, expectedId, answers: answers.filter(({ id }) => id >= expectedId - width) };
}

/** The same answer to the same request, both in smaller parts. */
export const narrowAnswer = <P>(window: Window<P>, answer: Answer): Window<P> => ({
  ...window,
  answers: window.answers.map((each) => (each.id === answer.id ? answer : each)),
  isNarrow: true,
  retransmissions: window.retransmissions + 1,
});

/** Of an SA that has ended: its answers go out again as they are, and nothing is opened or sealed any more. */
export const ended = <P>({ outstanding: _, ...window }: Window<P>): Window<P> => ({
  ...window,
  answers: window.answers.map(withoutChannel),
});

const withoutChannel = ({ id, request, response }: Answer): Answer => ({ id, request, response });

/** The stored answer went out once more. */
export const countRepeat = <P>(window: Window<P>): Window<P> => ({
  ...window,
  retransmissions: window.retransmissions + 1,
});
