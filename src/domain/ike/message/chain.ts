/**
 * The walk along a chain of payloads (RFC 7296 3.2). It knows no payload: codecs.ts does. Types without a codec keep
 * number, critical bit and octets.
 */
import type { Octets } from '../../bytes/octets.ts';
import type { Reader } from '../../bytes/reader.ts';
import type { Writer } from '../../bytes/writer.ts';
import { codecByType, codecOf, type KnownPayload } from './codecs.ts';
import { maxPayloads } from './limits.ts';
import type { Payload } from './message.ts';

const criticalFlag = 0x80;
const lastPayload = 0;

/** The chain that fills the reader. A payload that holds others inside ends it (RFC 7296 3.14). */
export function readChain(reader: Reader, first: number): Payload[] {
  const payloads: Payload[] = [];
  let type = first;
  while (type !== lastPayload) {
    if (payloads.length === maxPayloads) reader.refuse('payload', `at most ${maxPayloads} payloads`, 'more');
    const next = reader.u8('next payload');
    const flags = reader.u8('flags');
    const codec = codecByType(type);
    reader.enter16(2, codec?.name ?? 'payload', codec ? 0 : type);
    payloads.push(codec ? codec.parse(reader, next) : readUnknown(reader, type, flags));
    reader.leave();
    if (codec?.innerOf) return payloads;
    type = next;
  }
  return payloads;
}

function readUnknown(reader: Reader, number: number, flags: number): Payload {
  return { type: 'unknown', number, isCritical: (flags & criticalFlag) !== 0, data: reader.rest('data') };
}

/** Where the payload of an index begins in octets that `readChain` has read. */
export function offsetInChain(octets: Octets, start: number, index: number): number {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
  let at = start;
  for (let i = 0; i < index; i++) at += view.getUint16(at + 2);
  return at;
}

/** Writes a chain and gives the type of its first payload, for whoever stands before it; 0 for none. */
export function writeChain(writer: Writer, payloads: readonly Payload[]): number {
  let first = lastPayload;
  let nextAt = -1; // where the payload before names the type of this one
  for (const payload of payloads) {
    const startsAt = writer.length;
    const type = payload.type === 'unknown' ? writeUnknown(writer, payload) : writeKnown(writer, payload);
    if (nextAt < 0) first = type;
    else writer.patch8(nextAt, type);
    nextAt = startsAt;
  }
  return first;
}

function writeKnown(writer: Writer, payload: KnownPayload): number {
  const codec = codecOf(payload);
  writer.u8(codec.innerOf ? codec.innerOf(payload) : lastPayload).u8(0);
  const start = writer.begin16();
  codec.write(writer, payload);
  writer.end16(start, 2);
  return codec.type;
}

function writeUnknown(writer: Writer, { number, isCritical, data }: Extract<Payload, { type: 'unknown' }>): number {
  writer.u8(lastPayload).u8(isCritical ? criticalFlag : 0);
  const start = writer.begin16();
  writer.octets(data).end16(start, 2);
  return number;
}
