/** What several formats ask of a message: it is parsed, its header says what is stated, it is written back octet for octet. */
import { z } from 'zod';
import type { Octets } from '../../src/domain/bytes/octets.ts';
import type { EncryptedFragment, EncryptedPayload, Message, Payload } from '../../src/domain/ike/message/message.ts';
import { payloadTypes } from '../../src/domain/ike/message/names.ts';
import { parseMessage, readPayloads } from '../../src/domain/ike/message/parse.ts';
import { writeMessage, writePayloads } from '../../src/domain/ike/message/write.ts';
import { disagree, expectEqual, expectOctets, expectThat } from './expect.ts';
import { hex } from './fields.ts';

const headerOctets = 28;
const markerOctets = 4;

/** Over port 4500 four zeros stand before an IKE message, which are none of its octets (RFC 3948 2.2). */
function withoutMarker(datagram: Octets): Octets {
  const message = datagram.subarray(markerOctets);
  if (message.length < headerOctets || datagram.subarray(0, markerOctets).some((octet) => octet !== 0)) return datagram;
  const length = new DataView(message.buffer, message.byteOffset).getUint32(headerOctets - 4);
  return length === message.length ? message.slice() : datagram;
}

/** A message, and of its header what is stated. */
export const messageFields = {
  hex: hex.transform(withoutMarker),
  exchange: z.number().optional(),
  flags: z.number().optional(),
  messageId: z.number().optional(),
};

export interface StatedMessage {
  readonly hex: Octets;
  readonly exchange?: number | undefined;
  readonly flags?: number | undefined;
  readonly messageId?: number | undefined;
}

export function checkMessage(stated: StatedMessage): Message {
  const parsed = parseMessage(stated.hex);
  if (!parsed.ok) disagree(`refused: ${JSON.stringify(parsed.error)}`);
  const { header } = parsed.value;
  if (stated.exchange !== undefined) expectEqual('exchange', header.exchange, stated.exchange);
  if (stated.messageId !== undefined) expectEqual('message id', header.messageId, stated.messageId);
  if (stated.flags !== undefined) {
    expectEqual('I flag', header.isFromInitiator, (stated.flags & 0x08) !== 0);
    expectEqual('R flag', header.isResponse, (stated.flags & 0x20) !== 0);
  }
  expectOctets('written back', writeMessage(parsed.value), stated.hex);
  return parsed.value;
}

/** A payload as recorded: its body is what stands behind the generic header. */
export const recordedPayload = z.object({ type: z.number(), body: hex });
export type RecordedPayload = z.output<typeof recordedPayload>;

/** An inner chain: read, written back octet for octet, and the payloads that are stated, if any are. */
export function checkChain(first: number, plain: Octets, stated?: readonly RecordedPayload[]): readonly Payload[] {
  const read = readPayloads(first, plain);
  if (!read.ok) disagree(`chain refused: ${JSON.stringify(read.error)}`);
  const written = writePayloads(read.value);
  expectEqual('type of the first payload', written.first, first);
  expectOctets('chain written back', written.octets, plain);
  if (stated) checkPayloads(read.value, stated);
  return read.value;
}

export function checkPayloads(payloads: readonly Payload[], stated: readonly RecordedPayload[]): void {
  expectEqual('number of payloads', payloads.length, stated.length);
  for (const [index, payload] of payloads.entries()) {
    const expected = stated[index];
    expectThat(expected, 'a payload is stated');
    expectEqual('payload type', typeOf(payload), expected.type);
    expectOctets(`body of ${payload.type}`, writePayloads([payload]).octets.subarray(4), expected.body);
  }
}

/** The payload that seals the rest, if one does. */
export function sealedIn(message: Message): EncryptedPayload | EncryptedFragment | undefined {
  const last = message.payloads.at(-1);
  return last?.type === 'SK' || last?.type === 'SKF' ? last : undefined;
}

function typeOf(payload: Payload): number {
  return payload.type === 'unknown' ? payload.number : payloadTypes.numbers[payload.type];
}
