/** Nonces and the exchanges that made IKE SAs, found in a recording's messages by SPIs and message ids. */
import { toHex } from '../../../src/domain/bytes/hex.ts';
import type { Octets } from '../../../src/domain/bytes/octets.ts';
import { readMessage } from '../../../src/domain/ike/message/parse.ts';
import { disagree } from '../expect.ts';
import type { RecordedPayload } from '../messages.ts';
import type { RecordedMessage, RecordedSa, Recording } from './recording.ts';

const nonceType = 40;
const saType = 33;
const saInit = 34;
const createChildSa = 36;

export interface Origin {
  readonly request: RecordedMessage;
  readonly response: RecordedMessage;
  /** The IKE SA that was rekeyed; absent: IKE_SA_INIT made the new one. */
  readonly old?: RecordedSa;
}

/** The exchange that made an IKE SA: an IKE_SA_INIT, the last where COOKIE or INVALID_KE_PAYLOAD was answered before, or a rekey. */
export const originOf = (recording: Recording, sa: RecordedSa): Origin =>
  initOf(recording, sa) ?? rekeyOf(recording, sa) ?? disagree('no exchange that made this IKE SA');

function initOf({ messages }: Recording, sa: RecordedSa): Origin | undefined {
  const ofInit = messages.filter(({ exchange }) => exchange === saInit);
  const at = ofInit.findLastIndex((each) => isResponse(each) && spisOf(each) === sa.spii + sa.spir);
  const request = ofInit
    .slice(0, Math.max(at, 0))
    .findLast((each) => !isResponse(each) && spisOf(each).startsWith(sa.spii));
  const response = ofInit[at];
  return request && response && { request, response };
}

function rekeyOf(recording: Recording, sa: RecordedSa): Origin | undefined {
  const ofRekeys = recording.messages.filter(({ exchange }) => exchange === createChildSa);
  const response = ofRekeys.find((each) => isResponse(each) && newSpiIn(each) === sa.spir);
  const isItsRequest = (each: RecordedMessage) =>
    !isResponse(each) && newSpiIn(each) === sa.spii && response !== undefined && isOneExchange(each, response);
  const request = ofRekeys.find(isItsRequest);
  const old = response && saOf(recording, response);
  return request && response && old && { request, response, old };
}

/** The IKE SA whose SPIs a message has; undefined: its keys are not in the recording. */
export const saOf = ({ ikeSas }: Recording, message: RecordedMessage): RecordedSa | undefined =>
  ikeSas.find(({ spii, spir }) => spisOf(message) === spii + spir);

export const nonceOf = (message: RecordedMessage): Octets => nonceIn(message) ?? disagree('no nonce');

/** As recorded, or read where the message is not sealed. */
export const nonceIn = (message: RecordedMessage): Octets | undefined =>
  payloadsOf(message).find(({ type }) => type === nonceType)?.body ?? plainNonceOf(message.hex);

/** Of the whole message, where its last fragment is meant. */
export const payloadsOf = ({ payloads, reassembledPayloads }: RecordedMessage): readonly RecordedPayload[] =>
  reassembledPayloads ?? payloads ?? [];

function plainNonceOf(octets: Octets): Octets | undefined {
  const read = readMessage(octets);
  return read.ok ? read.value.payloads.flatMap((each) => (each.type === 'NONCE' ? [each.nonce] : []))[0] : undefined;
}

/** The SPI of the IKE SA that an SA payload is for: its proposal has protocol 1 and eight octets of SPI (RFC 7296 3.3.1). */
function newSpiIn(message: RecordedMessage): string | undefined {
  const body = payloadsOf(message).find(({ type }) => type === saType)?.body;
  return body?.[5] === 1 && body[6] === 8 ? toHex(body.subarray(8, 16)) : undefined;
}

// A header: both SPIs, four octets, the flags among them, then the message id (RFC 7296 3.1).
export const isResponse = ({ hex }: RecordedMessage): boolean => ((hex[19] ?? 0) & 0x20) !== 0;
const spisOf = ({ hex }: RecordedMessage): string => toHex(hex.subarray(0, 16));
const messageIdOf = ({ hex }: RecordedMessage): string => toHex(hex.subarray(20, 24));
export const isOneExchange = (a: RecordedMessage, b: RecordedMessage): boolean =>
  spisOf(a) === spisOf(b) && messageIdOf(a) === messageIdOf(b);
