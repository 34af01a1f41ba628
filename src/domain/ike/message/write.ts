/**
 * Messages and payload chains to octets (RFC 7296 3): next-payload fields and lengths follow from the values. Reserved
 * bits are 0, the critical bit is set only where a value asks for it (an unknown payload), so a message that a peer wrote
 * by the RFC is given back octet for octet.
 */
import type { Octets } from '../../bytes/octets.ts';
import { Writer } from '../../bytes/writer.ts';
import { writeChain } from './chain.ts';
import { firstOffset, lengthOffset, writeHeader } from './header.ts';
import type { Message, Payload } from './message.ts';

/**
 * The datagram. To seal, give an SK or SKF payload whose `sealed` is empty: that is the head which `sealSk` takes, and both
 * lengths are filled in there.
 */
export function writeMessage(message: Message): Octets {
  const writer = new Writer();
  writeHeader(writer, message.header);
  const first = writeChain(writer, message.payloads);
  return writer.patch8(firstOffset, first).patch32(lengthOffset, writer.length).done();
}

/** The plaintext of an SK payload, without padding, and the type of its first payload. */
export function writePayloads(payloads: readonly Payload[]): { readonly first: number; readonly octets: Octets } {
  const writer = new Writer();
  const first = writeChain(writer, payloads);
  return { first, octets: writer.done() };
}
