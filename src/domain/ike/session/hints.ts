/**
 * What a peer is told although it asked nothing: ids outside our window, SPIs that are nobody's (RFC 7296 2.3, 1.5, 2.21.4). These are hints
 * for who looks after the peer, in an INFORMATIONAL exchange of our own, and seldom; neither end changes anything for them.
 */
import { octetsOfU32 } from '../../bytes/octets.ts';
import type { EspSpi, NotifyPayload } from '../message/message.ts';
import { notify } from '../message/notifies.ts';
import { octetsOfEspSpi } from '../message/spi.ts';
import { isLive } from '../sa/state.ts';
import { want } from './task-queue.ts';
import type { Turn } from './turn.ts';

/** No more than one in such a time. */
const tellEveryMs = 60_000;

export const invalidMessageId = (id: number): NotifyPayload => notify('INVALID_MESSAGE_ID', octetsOfU32(id));

export const invalidSpi = (spi: EspSpi): NotifyPayload => notify('INVALID_SPI', octetsOfEspSpi(spi));

export function tell(turn: Turn, hint: NotifyPayload): void {
  const { session, env } = turn;
  if (!isLive(session) || session.phase !== 'established') return;
  if (session.toldAtMs !== undefined && env.nowMs - session.toldAtMs < tellEveryMs) return;
  turn.session = { ...session, toldAtMs: env.nowMs };
  want(turn, { type: 'tell', notify: hint });
}
