/**
 * What a peer is told although it asked nothing: how wide our window is; ids outside of it, SPIs that are nobody's (RFC 7296 2.3, 1.5,
 * 2.21.4). Those are hints for who looks after the peer, in an INFORMATIONAL exchange of our own, and seldom; neither end changes
 * anything for them.
 */
import type { EspSpi, NotifyPayload } from '../message/message.ts';
import { notify } from '../message/notifies.ts';
import { octetsOfEspSpi } from '../message/spi.ts';
import type { EndpointSettings } from '../settings.ts';
import { isLive } from './state.ts';
import { want } from './task-queue.ts';
import type { Turn } from './turn.ts';

/** No more than one in such a time. */
const tellEveryMs = 60_000;

/** In IKE_AUTH, from either end. A rekeyed IKE SA begins with 1, and is not told anew: more than 1 is a convenience. */
export const announceWindow = ({ windowSize }: EndpointSettings): readonly NotifyPayload[] =>
  windowSize > 1 ? [notify('SET_WINDOW_SIZE', u32(windowSize))] : [];

export const invalidMessageId = (id: number): NotifyPayload => notify('INVALID_MESSAGE_ID', u32(id));

export const invalidSpi = (spi: EspSpi): NotifyPayload => notify('INVALID_SPI', octetsOfEspSpi(spi));

export function tell(turn: Turn, hint: NotifyPayload): void {
  const { session, env } = turn;
  if (!isLive(session) || session.phase !== 'established') return;
  if (session.toldAtMs !== undefined && env.nowMs - session.toldAtMs < tellEveryMs) return;
  turn.session = { ...session, toldAtMs: env.nowMs };
  want(turn, { type: 'tell', notify: hint });
}

const u32 = (value: number) => Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
