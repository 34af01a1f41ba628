/** Nonces and the exchanges that made IKE SAs, found in a recording's messages. */
import type { Octets } from '../../../src/domain/bytes/octets.ts';
import { readMessage } from '../../../src/domain/ike/message/parse.ts';
import { disagree } from '../expect.ts';
import type { RecordedMessage, Recording } from './recording.ts';

const nonceType = 40;
const saType = 33;
const saInit = 34;
const createChildSa = 36;

export interface IkeSaExchange {
  readonly request: RecordedMessage;
  readonly response: RecordedMessage;
}

/** The IKE_SA_INIT that was accepted at last: COOKIE and INVALID_KE_PAYLOAD were answered before. */
export function initOf({ messages }: Recording): IkeSaExchange {
  const [request, response] = messages.filter(({ exchange }) => exchange === saInit).slice(-2);
  return request && response ? { request, response } : disagree('no IKE_SA_INIT');
}

/** CREATE_CHILD_SA exchanges whose SA payload is for IKE, in their order. */
export function ikeRekeysOf({ messages }: Recording): readonly IkeSaExchange[] {
  const halves = messages.filter((message) => message.exchange === createChildSa && isForIke(message));
  return halves.flatMap((request, index) => {
    const response = halves[index + 1];
    return index % 2 === 0 && response ? [{ request, response }] : [];
  });
}

export const nonceOf = (message: RecordedMessage): Octets => nonceIn(message) ?? disagree('no nonce');

/** As recorded, or read where the message is not sealed. */
export function nonceIn({ hex, payloads }: RecordedMessage): Octets | undefined {
  return payloads?.find(({ type }) => type === nonceType)?.body ?? plainNonceOf(hex);
}

function plainNonceOf(octets: Octets): Octets | undefined {
  const read = readMessage(octets);
  return read.ok ? read.value.payloads.flatMap((each) => (each.type === 'NONCE' ? [each.nonce] : []))[0] : undefined;
}

/** The second octet behind a proposal's length names its protocol (RFC 7296 3.3.1). */
function isForIke({ payloads }: RecordedMessage): boolean {
  return payloads?.find(({ type }) => type === saType)?.body[5] === 1;
}
