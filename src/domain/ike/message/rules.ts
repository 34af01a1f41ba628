/**
 * What a well-formed message still must not be before anybody acts upon it. Which payloads an exchange may carry is
 * occurrence.ts's affair; what they mean, the exchange's.
 */
import type { WirePlace } from '../../bytes/reader.ts';
import type { ChainFault } from './fault.ts';
import { maxNonceOctets, minNonceOctets } from './limits.ts';
import { type Header, noSpi, type Payload, type Proposal } from './message.ts';
import { exchangeTypes } from './names.ts';

/** Where a header says something impossible: its message is dropped. */
export function headerFaultOf(header: Header): WirePlace | undefined {
  if (header.initiatorSpi === noSpi && !isOneWay(header)) {
    return { offset: 0, path: 'header > initiator SPI', expected: 'not zero', got: '0' };
  }
  if (!exchangeTypes.names.has(header.exchange)) {
    return { offset: 18, path: 'header > exchange type', expected: 'a known exchange', got: String(header.exchange) };
  }
  return undefined;
}

/** What is said of an unknown CHILD SA outside any IKE SA names none (RFC 7296 1.5). */
const isOneWay = ({ responderSpi, exchange, isResponse }: Header): boolean =>
  responderSpi === noSpi && exchange === exchangeTypes.numbers.INFORMATIONAL && !isResponse;

/**
 * The first payload for which the whole message must be refused, whichever chain it stands in. `offsetOf` tells where the
 * payload of an index begins: values do not know.
 */
export function chainFaultOf(
  payloads: readonly Payload[],
  header: Pick<Header, 'isResponse'>,
  offsetOf: (index: number) => number,
): ChainFault | undefined {
  for (let index = 0; index < payloads.length; index++) {
    const fault = payloadFaultOf(payloads[index] as Payload, header.isResponse); // `index` is below the length
    if (fault) return { ...fault, at: { ...fault.at, offset: offsetOf(index) } };
  }
  return undefined;
}

/** Places count from the payload's own beginning. */
function payloadFaultOf(payload: Payload, isResponse: boolean): ChainFault | undefined {
  switch (payload.type) {
    case 'unknown': {
      if (!payload.isCritical) return undefined;
      const at = { offset: 0, path: 'payload > type', expected: 'a known type', got: String(payload.number) };
      return { code: 'unsupportedCriticalPayload', payloadType: payload.number, at };
    }
    case 'NONCE': {
      const { length } = payload.nonce;
      if (length >= minNonceOctets && length <= maxNonceOctets) return undefined;
      const expected = `${minNonceOctets} to ${maxNonceOctets} octets`;
      return { code: 'malformed', at: { offset: 0, path: 'NONCE > nonce', expected, got: `${length} octets` } };
    }
    case 'SA': {
      if (isResponse || areNumberedFromOne(payload.proposals)) return undefined;
      const got = payload.proposals.map(({ number }) => number).join(', ');
      return { code: 'malformed', at: { offset: 0, path: 'SA > proposal numbers', expected: '1, 2, 3 …', got } };
    }
    default:
      return undefined;
  }
}

/** In an offer (RFC 7296 3.3.1). The answer repeats the number that was chosen. */
function areNumberedFromOne(proposals: readonly Proposal[]): boolean {
  return proposals.every(({ number }, index) => number === index + 1);
}
