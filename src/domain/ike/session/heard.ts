/** What an authentic message or packet of the peer tells besides what it says: that the peer lives, and where it is met. */
import type { UdpEnd } from '../datagram.ts';
import { followNat } from '../nat/moving.ts';
import { confirmed, type Live } from '../sa/state.ts';
import type { Turn } from './turn.ts';

/** Behind a NAT it may have moved. */
export function follow(turn: Turn, live: Live, remote: UdpEnd): Live {
  const moved = followNat(turn.env, live, remote);
  turn.facts.push(...moved.facts);
  return moved.session;
}

export const heard = (turn: Turn, live: Live, remote: UdpEnd): Live => ({
  ...confirmed(follow(turn, live, remote)),
  heardAtMs: turn.env.nowMs,
});
