/**
 * How wide our window is (RFC 7296 2.3), said in IKE_AUTH by either end. A rekeyed IKE SA begins with 1, and is not told anew: more than 1
 * is a convenience.
 */
import { octetsOfU32 } from '../../bytes/octets.ts';
import type { NotifyPayload } from '../message/message.ts';
import { notify } from '../message/notifies.ts';
import type { EndpointSettings } from '../settings.ts';

export const announceWindow = ({ windowSize }: EndpointSettings): readonly NotifyPayload[] =>
  windowSize > 1 ? [notify('SET_WINDOW_SIZE', octetsOfU32(windowSize))] : [];
