/**
 * Message ids, stored responses and retransmission of one IKE SA (RFC 7296 2.1 to 2.3). No exchange knows of them.
 *
 * Our window is 1: one request of ours at a time, one of the peer's. What was sent is kept as octets, so that a repetition is
 * the same octet for octet; a repeated request is known by being the same octets too, which needs no cryptography.
 */
import { compareOctets, type Octets } from '../../bytes/octets.ts';

export interface Window<Pending> {
  /** The id of our next request. */
  readonly nextId: number;
  /** The id of the peer's next request. */
  readonly expectedId: number;
  /** Our request without an answer, and what its answer is for. */
  readonly outstanding?: Outstanding<Pending>;
  /** The peer's last request, first datagram only, and our answer to it. */
  readonly answered?: { readonly request: Octets; readonly response: readonly Octets[] };
  readonly retransmissions: number;
}

export interface Outstanding<Pending> {
  readonly id: number;
  readonly datagrams: readonly Octets[];
  readonly pending: Pending;
  readonly tries: number;
  readonly sentAtMs: number;
  readonly againAtMs: number;
}

export interface Retransmission {
  readonly firstMs: number;
  readonly factor: number;
  readonly tries: number;
}

/** Ids never wrap: an SA that reached the last one closes (RFC 7296 2.2). */
export const lastId = 0xffff_ffff;

export const freshWindow: Window<never> = { nextId: 0, expectedId: 0, retransmissions: 0 };

export function sendRequest<P>(
  window: Window<P>,
  datagrams: readonly Octets[],
  pending: P,
  nowMs: number,
  { firstMs }: Retransmission,
): Window<P> {
  return {
    ...window,
    nextId: window.nextId + 1,
    outstanding: { id: window.nextId, datagrams, pending, tries: 1, sentAtMs: nowMs, againAtMs: nowMs + firstMs },
  };
}

/** The answer came: the next request may go. */
export function conclude<P>({ outstanding: _, ...window }: Window<P>): Window<P> {
  return window;
}

export type Repetition<P> =
  | { readonly type: 'again'; readonly window: Window<P>; readonly datagrams: readonly Octets[] }
  | { readonly type: 'gaveUp'; readonly tries: number; readonly forMs: number };

/** The interval has run out: the request again, after a longer one; or no more. */
export function repeatRequest<P>(window: Window<P>, nowMs: number, retransmission: Retransmission): Repetition<P> {
  const { outstanding } = window;
  const tries = outstanding?.tries ?? 0;
  if (!outstanding || tries >= retransmission.tries) {
    return { type: 'gaveUp', tries, forMs: nowMs - (outstanding?.sentAtMs ?? nowMs) };
  }
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

/** What a request with this id is to us, before a single octet of it is opened. */
export function placeRequest<P>(window: Window<P>, id: number, datagram: Octets): 'new' | 'repeated' | 'outside' {
  if (id === window.expectedId) return 'new';
  const isRepeated =
    id === window.expectedId - 1 &&
    window.answered !== undefined &&
    compareOctets(window.answered.request, datagram) === 0;
  return isRepeated ? 'repeated' : 'outside';
}

export function answerRequest<P>(window: Window<P>, request: Octets, response: readonly Octets[]): Window<P> {
  return { ...window, expectedId: window.expectedId + 1, answered: { request, response } };
}

/** The stored answer went out once more. */
export const countRepeat = <P>(window: Window<P>): Window<P> => ({
  ...window,
  retransmissions: window.retransmissions + 1,
});
