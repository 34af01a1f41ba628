/**
 * The door by which octets become messages (RFC 7296 3). `parseMessage` and `parsePayloads` are for engines: what they
 * give may be acted upon. `readMessage` and `readPayloads` judge form alone, so that a transcript can show the bad.
 * Payload octets are views into the datagram: who keeps one longer than the datagram copies it.
 */
import type { Octets } from '../../bytes/octets.ts';
import { Reader, reading, readingBy, type WirePlace } from '../../bytes/reader.ts';
import { err, ok, type Result } from '../../bytes/result.ts';
import { offsetInChain, readChain } from './chain.ts';
import type { ChainFault, MessageFault } from './fault.ts';
import { headerOctets, readHeader } from './header.ts';
import type { Header, Message, Payload } from './message.ts';
import { chainFaultOf, headerFaultOf } from './rules.ts';

/**
 * The message that fills a datagram (without the non-ESP marker of port 4500). A chain ends at SK or SKF, whose `sealed`
 * octets are the datagram's last: all before them is what an AEAD takes as associated data (`headOf`).
 */
export function parseMessage(datagram: Octets): Result<Message, MessageFault> {
  const read = readMessage(datagram);
  if (!read.ok) return read;
  const { header, payloads } = read.value;
  const at = headerFaultOf(header);
  if (at) return err({ code: 'drop', at });
  const fault = chainFaultOf(payloads, header, (index) => offsetInChain(datagram, headerOctets, index));
  return fault ? err({ ...fault, header }) : read;
}

/**
 * The chain inside an opened SK payload, its padding removed; `first` is the `inner` of the payload, `header` that of the
 * message. Offsets count from the start of the plaintext.
 */
export function parsePayloads(
  first: number,
  plaintext: Octets,
  header: Pick<Header, 'isResponse'>,
): Result<readonly Payload[], ChainFault> {
  const read = readPayloads(first, plaintext);
  if (!read.ok) return err({ code: 'malformed', at: read.error });
  const fault = chainFaultOf(read.value, header, (index) => offsetInChain(plaintext, 0, index));
  return fault ? err(fault) : read;
}

/** A message by its form: any exchange, any SPI, unknown critical payloads among the others. */
export function readMessage(datagram: Octets): Result<Message, MessageFault> {
  if (datagram.length < headerOctets) {
    return err({ code: 'drop', at: inHeader(0, 'end', `at least ${headerOctets} octets`, datagram.length) });
  }
  const reader = new Reader(datagram, 'message');
  const { header, length, first } = readHeader(reader); // its octets are there
  if (length !== datagram.length)
    return err({ code: 'drop', at: inHeader(24, 'length', `${datagram.length}`, length) });
  if (header.majorVersion !== 2) {
    const at = inHeader(17, 'major version', '2', header.majorVersion);
    return err(header.majorVersion > 2 ? { code: 'invalidMajorVersion', header, at } : { code: 'drop', at });
  }
  const payloads = readingBy(reader, () => readChain(reader, first));
  return payloads.ok
    ? ok({ header, payloads: payloads.value })
    : err({ code: 'malformed', header, at: payloads.error });
}

/** A payload chain by its form. An SK payload cannot stand inside another. */
export function readPayloads(first: number, plaintext: Octets): Result<readonly Payload[], WirePlace> {
  return reading(plaintext, 'plaintext', (reader) => {
    const payloads = readChain(reader, first);
    const last = payloads.at(-1)?.type;
    if (last === 'SK' || last === 'SKF') reader.refuse(last, 'no payload sealed twice', last);
    return payloads;
  });
}

/** What stands before the sealed octets, through the SK or SKF header: the associated data of an AEAD (RFC 5282 5.1). */
export function headOf(datagram: Octets, sealed: Octets): Octets {
  return datagram.subarray(0, datagram.length - sealed.length);
}

function inHeader(offset: number, field: string, expected: string, got: number): WirePlace {
  return { offset, path: `header > ${field}`, expected, got: String(got) };
}
