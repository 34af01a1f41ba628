/**
 * A packet or message in the pieces in which it came to be, such as a head of ours and what a cipher answered: none is copied to
 * stand behind the other. `sendmsg` and a network card's gather list take it so; who needs it in one piece makes that, once.
 */
import type { Octets } from './octets.ts';

/** The pieces follow each other; none is written to any more. */
export type Gathered = readonly [head: Octets, ...rest: Uint8Array[]];

export function octetsIn(pieces: Gathered): number {
  let octets = 0;
  for (const piece of pieces) octets += piece.length;
  return octets;
}

/** The octets of all pieces; in new memory, if there is more than one. */
export function inOnePiece(pieces: Gathered): Octets {
  const [head] = pieces;
  if (pieces.length === 1) return head;
  const whole = new Uint8Array(octetsIn(pieces));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
