/** Our gateway has sent us on (RFC 5685): the IKE SA with the next begins in the same turn, so that nobody else begins one meanwhile. */
import { invariant } from '../../bytes/result.ts';
import { beginInit } from '../exchanges/ike-sa-init.ts';
import type { Turn } from './turn.ts';

export async function leave(turn: Turn): Promise<void> {
  if (!turn.departure) return;
  const begun = await beginInit(turn.env, turn.departure);
  invariant(begun.ok, 'a connection that has begun can begin again');
  turn.begin(begun.value);
}
