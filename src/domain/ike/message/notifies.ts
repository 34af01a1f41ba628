/**
 * How an engine writes notifies and finds them (RFC 7296 3.10.1). Below 16384 a notify is an error and ends its request whether
 * we know it or not; from 16384 on it is a status and ignored where unknown.
 */
import { emptyOctets, type Octets } from '../../bytes/octets.ts';
import type { NotifyPayload, Payload } from './message.ts';
import { isErrorNotify, type NotifyName, notifyTypes, protocols } from './names.ts';

/** A notify that speaks of the IKE SA or of nothing. */
export const notify = (name: NotifyName, data?: Octets): NotifyPayload =>
  notifyNumbered(notifyTypes.numbers[name], data);

/** The same of one that is known by its number. */
export const notifyNumbered = (number: number, data: Octets = emptyOctets): NotifyPayload => ({
  type: 'NOTIFY',
  protocol: protocols.numbers.NONE,
  spi: emptyOctets,
  notify: number,
  data,
});

export function findNotify(payloads: readonly Payload[], name: NotifyName): NotifyPayload | undefined {
  const number = notifyTypes.numbers[name];
  return payloads.find((each): each is NotifyPayload => each.type === 'NOTIFY' && each.notify === number);
}

export const hasNotify = (payloads: readonly Payload[], name: NotifyName): boolean =>
  findNotify(payloads, name) !== undefined;

export const notifiesOf = (payloads: readonly Payload[]): readonly NotifyPayload[] =>
  payloads.filter((payload): payload is NotifyPayload => payload.type === 'NOTIFY');

/** The first error; it ends the request that it answers. */
export const errorIn = (payloads: readonly Payload[]): NotifyPayload | undefined =>
  payloads.find((each): each is NotifyPayload => each.type === 'NOTIFY' && isErrorNotify(each.notify));
