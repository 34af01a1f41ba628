/**
 * Which payload may come how often in which exchange (RFC 7296 appendix C), as tables, in the order in which we write them. The
 * order in which they come says nothing (2.5). What a table does not name is ignored; a response whose notify is an error
 * is not held against a table, since it carries what it likes.
 */
import type { WirePlace } from '../../bytes/reader.ts';
import type { PayloadName } from './codec.ts';
import type { Payload } from './message.ts';

export interface Occurrence {
  readonly payload: PayloadName;
  readonly min: number;
  readonly max: number;
}

export interface OccurrenceFault extends Occurrence {
  readonly found: number;
}

/** Ours, the RFC sets none: a chain of certificates, a CERTREQ for each authority, notifies and vendor ids of a talkative peer. */
const someCerts = 20;
const someNotifies = 64;
const someVendorIds = 32;

const notifies = { payload: 'NOTIFY', min: 0, max: someNotifies } as const;
const vendorIds = { payload: 'VENDOR', min: 0, max: someVendorIds } as const;
const certs = { payload: 'CERT', min: 0, max: someCerts } as const;
const certRequests = { payload: 'CERTREQ', min: 0, max: someCerts } as const;

export const ikeSaInitRequest = [
  { payload: 'SA', min: 1, max: 1 },
  { payload: 'KE', min: 1, max: 1 },
  { payload: 'NONCE', min: 1, max: 1 },
  notifies,
  vendorIds,
] as const satisfies readonly Occurrence[];

export const ikeSaInitResponse = [
  { payload: 'SA', min: 1, max: 1 },
  { payload: 'KE', min: 1, max: 1 },
  { payload: 'NONCE', min: 1, max: 1 },
  certRequests,
  notifies,
  vendorIds,
] as const satisfies readonly Occurrence[];

export const ikeIntermediate = [
  { payload: 'KE', min: 0, max: 1 },
  notifies,
  vendorIds,
] as const satisfies readonly Occurrence[];

export const ikeAuthRequest = [
  { payload: 'IDi', min: 1, max: 1 },
  certs,
  certRequests,
  { payload: 'IDr', min: 0, max: 1 },
  { payload: 'AUTH', min: 1, max: 1 }, // absent would ask for EAP, which we do not speak
  { payload: 'CP', min: 0, max: 1 },
  { payload: 'SA', min: 0, max: 1 }, // absent, as both TS: a childless IKE SA (RFC 6023)
  { payload: 'TSi', min: 0, max: 1 },
  { payload: 'TSr', min: 0, max: 1 },
  notifies,
  vendorIds,
] as const satisfies readonly Occurrence[];

export const ikeAuthResponse = [
  { payload: 'IDr', min: 1, max: 1 },
  certs,
  { payload: 'AUTH', min: 1, max: 1 },
  { payload: 'CP', min: 0, max: 1 },
  { payload: 'SA', min: 0, max: 1 }, // absent where the CHILD SA failed and the IKE SA did not
  { payload: 'TSi', min: 0, max: 1 },
  { payload: 'TSr', min: 0, max: 1 },
  notifies,
  vendorIds,
] as const satisfies readonly Occurrence[];

/** CREATE_CHILD_SA for a CHILD SA, new or rekeyed, either way. */
export const createChildSa = [
  { payload: 'SA', min: 1, max: 1 },
  { payload: 'NONCE', min: 1, max: 1 },
  { payload: 'KE', min: 0, max: 1 },
  { payload: 'TSi', min: 1, max: 1 },
  { payload: 'TSr', min: 1, max: 1 },
  { payload: 'CP', min: 0, max: 1 },
  notifies,
  vendorIds,
] as const satisfies readonly Occurrence[];

/** CREATE_CHILD_SA that rekeys the IKE SA, either way. */
export const rekeyIkeSa = [
  { payload: 'SA', min: 1, max: 1 },
  { payload: 'NONCE', min: 1, max: 1 },
  { payload: 'KE', min: 1, max: 1 },
  { payload: 'TSi', min: 0, max: 0 },
  { payload: 'TSr', min: 0, max: 0 },
  notifies,
  vendorIds,
] as const satisfies readonly Occurrence[];

/** That a key exchange is there, and by which method, the exchange decides. */
export const ikeFollowupKe = [
  { payload: 'KE', min: 0, max: 1 },
  notifies,
  vendorIds,
] as const satisfies readonly Occurrence[];

export const informational = [
  { payload: 'DELETE', min: 0, max: 32 },
  { payload: 'CP', min: 0, max: 1 },
  notifies,
  vendorIds,
] as const satisfies readonly Occurrence[];

/** The first payload of a table that comes too seldom or too often. */
export function occurrenceFaultOf(
  payloads: readonly Payload[],
  table: readonly Occurrence[],
): OccurrenceFault | undefined {
  for (const occurrence of table) {
    let found = 0;
    for (const { type } of payloads) if (type === occurrence.payload) found++;
    if (found < occurrence.min || found > occurrence.max) return { ...occurrence, found };
  }
  return undefined;
}

/** The same, as a place with what would be right. */
export function misfitOf(payloads: readonly Payload[], table: readonly Occurrence[]): WirePlace | undefined {
  const fault = occurrenceFaultOf(payloads, table);
  if (!fault) return undefined;
  const expected = fault.min === fault.max ? `${fault.min}` : `${fault.min} to ${fault.max}`;
  return { offset: 0, path: fault.payload, expected, got: `${fault.found}` };
}

/** A message without a payload that it must have. */
export const lacking = (message: string, expected: string, payloads: readonly Payload[]): WirePlace => ({
  offset: 0,
  path: message,
  expected,
  got: payloads.map(({ type }) => type).join(', '),
});
