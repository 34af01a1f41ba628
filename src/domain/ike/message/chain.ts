/**
 * The walk along a chain of payloads (RFC 7296 3.2). It knows no payload: codecs.ts does. Types without a codec keep
 * number, critical bit and octets.
 */
import type { Octets } from '../../bytes/octets.ts';
import type { Reader } from '../../bytes/reader.ts';
import type { Writer } from '../../bytes/writer.ts';
import { codecByType, codecOf } from './codecs.ts';
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
    if (codec) {
      payloads.push(reader.sized16(2, codec.name, (body) => codec.parse(body, next)));
      if (codec.innerOf) return payloads;
    } else {
      const number = type;
      const isCritical = (flags & criticalFlag) !== 0;
      payloads.push(
        reader.sized16(2, `payload ${type}`, (body) => ({
          type: 'unknown',
          number,
          isCritical,
          data: body.rest('data'),
        })),
      );
    }
    type = next;
  }
  return payloads;
}

/** Where the payload of an index begins in octets that `readChain` has read. */
export function offsetInChain(octets: Octets, start: number, index: number): number {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
  let at = start;
  for (let i = 0; i < index; i++) at += view.getUint16(at + 2);
  return at;
}

/** The type of the first payload of a chain: what stands before it in a header. */
export function firstOf(payloads: readonly Payload[]): number {
  return typeOf(payloads[0]);
}

export function writeChain(writer: Writer, payloads: readonly Payload[]): void {
  for (const [index, payload] of payloads.entries()) {
    if (payload.type === 'unknown') {
      writer.u8(typeOf(payloads[index + 1])).u8(payload.isCritical ? criticalFlag : 0);
      writer.sized16(2, () => writer.octets(payload.data));
    } else {
      const codec = codecOf(payload);
      writer.u8(codec.innerOf?.(payload) ?? typeOf(payloads[index + 1])).u8(0);
      writer.sized16(2, () => codec.write(writer, payload));
    }
  }
}

function typeOf(payload: Payload | undefined): number {
  if (!payload) return lastPayload;
  return payload.type === 'unknown' ? payload.number : codecOf(payload).type;
}
