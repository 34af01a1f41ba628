/**
 * Notify messages (RFC 7296 3.10.1): numbers by name, and how an engine reads and writes them. Below 16384 a notify is an
 * error and ends its request whether we know it or not; from 16384 on it is a status and ignored where unknown.
 */
import { emptyOctets, type Octets } from '../bytes/octets.ts';
import type { NotifyPayload, Payload } from './message/message.ts';

export const notifies = {
  UNSUPPORTED_CRITICAL_PAYLOAD: 1,
  INVALID_IKE_SPI: 4,
  INVALID_MAJOR_VERSION: 5,
  INVALID_SYNTAX: 7,
  INVALID_MESSAGE_ID: 9,
  INVALID_SPI: 11,
  NO_PROPOSAL_CHOSEN: 14,
  INVALID_KE_PAYLOAD: 17,
  AUTHENTICATION_FAILED: 24,
  SINGLE_PAIR_REQUIRED: 34,
  NO_ADDITIONAL_SAS: 35,
  INTERNAL_ADDRESS_FAILURE: 36,
  FAILED_CP_REQUIRED: 37,
  TS_UNACCEPTABLE: 38,
  INVALID_SELECTORS: 39,
  UNACCEPTABLE_ADDRESSES: 40,
  UNEXPECTED_NAT_DETECTED: 41,
  TEMPORARY_FAILURE: 43,
  CHILD_SA_NOT_FOUND: 44,
  INITIAL_CONTACT: 16384,
  SET_WINDOW_SIZE: 16385,
  ADDITIONAL_TS_POSSIBLE: 16386,
  IPCOMP_SUPPORTED: 16387,
  NAT_DETECTION_SOURCE_IP: 16388,
  NAT_DETECTION_DESTINATION_IP: 16389,
  COOKIE: 16390,
  USE_TRANSPORT_MODE: 16391,
  HTTP_CERT_LOOKUP_SUPPORTED: 16392,
  REKEY_SA: 16393,
  ESP_TFC_PADDING_NOT_SUPPORTED: 16394,
  NON_FIRST_FRAGMENTS_ALSO: 16395,
  MOBIKE_SUPPORTED: 16396,
  ADDITIONAL_IP4_ADDRESS: 16397,
  ADDITIONAL_IP6_ADDRESS: 16398,
  NO_ADDITIONAL_ADDRESSES: 16399,
  UPDATE_SA_ADDRESSES: 16400,
  COOKIE2: 16401,
  NO_NATS_ALLOWED: 16402,
  AUTH_LIFETIME: 16403,
  MULTIPLE_AUTH_SUPPORTED: 16404,
  ANOTHER_AUTH_FOLLOWS: 16405,
  REDIRECT_SUPPORTED: 16406,
  REDIRECT: 16407,
  REDIRECTED_FROM: 16408,
  CHILDLESS_IKEV2_SUPPORTED: 16418,
  EAP_ONLY_AUTHENTICATION: 16417,
  QUICK_CRASH_DETECTION: 16419,
  IKEV2_MESSAGE_ID_SYNC_SUPPORTED: 16420,
  IKEV2_FRAGMENTATION_SUPPORTED: 16430,
  SIGNATURE_HASH_ALGORITHMS: 16431,
  USE_PPK: 16435,
  PPK_IDENTITY: 16436,
  NO_PPK_AUTH: 16437,
  INTERMEDIATE_EXCHANGE_SUPPORTED: 16438,
  ADDITIONAL_KEY_EXCHANGE: 16441,
} as const;

export type NotifyName = keyof typeof notifies;

const names: ReadonlyMap<number, string> = new Map(Object.entries(notifies).map(([name, number]) => [number, name]));

/** `AUTHENTICATION_FAILED` for 24; `notify 40963` for what nobody registered. */
export const notifyNameOf = (notify: number): string => names.get(notify) ?? `notify ${notify}`;

export const isError = (notify: number): boolean => notify < 16384;

/** A notify that speaks of the IKE SA or of nothing. */
export const notify = (name: NotifyName, data: Octets = emptyOctets): NotifyPayload => ({
  type: 'NOTIFY',
  protocol: 0,
  spi: emptyOctets,
  notify: notifies[name],
  data,
});

export function findNotify(payloads: readonly Payload[], name: NotifyName): NotifyPayload | undefined {
  return notifiesOf(payloads).find((each) => each.notify === notifies[name]);
}

export const hasNotify = (payloads: readonly Payload[], name: NotifyName): boolean =>
  findNotify(payloads, name) !== undefined;

export const notifiesOf = (payloads: readonly Payload[]): readonly NotifyPayload[] =>
  payloads.filter((payload): payload is NotifyPayload => payload.type === 'NOTIFY');

/** The first error; it ends the request that it answers. */
export const errorIn = (payloads: readonly Payload[]): NotifyPayload | undefined =>
  notifiesOf(payloads).find((each) => isError(each.notify));
