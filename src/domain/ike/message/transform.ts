/**
 * Transform substructure (RFC 7296 3.3.2) and its attributes (3.3.5): the body behind marker and length. Key Length, the
 * one attribute that is defined, becomes `keyBits`; whatever else there is stays as it came.
 */
import type { Octets } from '../../bytes/octets.ts';
import type { Reader } from '../../bytes/reader.ts';
import type { Writer } from '../../bytes/writer.ts';
import { maxAttributes } from './limits.ts';
import type { Transform, TransformAttribute } from './message.ts';

const keyLengthAttribute = 14;
/** The top bit of an attribute's type: the two octets behind it are its value (TV), not its length (TLV). */
const shortFormat = 0x8000;

export function readTransform(r: Reader): Transform {
  const type = r.u8('transform type');
  r.skip(1, 'reserved');
  const id = r.u16('transform id');
  let keyBits: number | undefined;
  let unknownAttributes: TransformAttribute[] | undefined;
  for (let count = 0; r.left > 0; count++) {
    if (count === maxAttributes) r.refuse('attribute', `at most ${maxAttributes} attributes`, 'more');
    const format = r.u16('attribute type');
    if (format === (shortFormat | keyLengthAttribute) && keyBits === undefined && unknownAttributes === undefined) {
      keyBits = r.u16('key length');
    } else {
      unknownAttributes ??= [];
      unknownAttributes.push(readUnknown(r, format));
    }
  }
  if (keyBits === undefined) return unknownAttributes ? { type, id, unknownAttributes } : { type, id };
  return unknownAttributes ? { type, id, keyBits, unknownAttributes } : { type, id, keyBits };
}

export function writeTransform(w: Writer, { type, id, keyBits, unknownAttributes }: Transform): void {
  w.u8(type).zeros(1).u16(id);
  if (keyBits !== undefined) w.u16(shortFormat | keyLengthAttribute).u16(keyBits);
  if (unknownAttributes) for (const attribute of unknownAttributes) writeUnknown(w, attribute);
}

/** A second Key Length, or one after unknown attributes or in the long form, is unknown too: such a transform is never chosen. */
function readUnknown(r: Reader, format: number): TransformAttribute {
  const isShort = (format & shortFormat) !== 0;
  const value: Octets = isShort ? r.take(2, 'attribute value') : r.take(r.u16('attribute length'), 'attribute value');
  return { type: format & ~shortFormat, isShort, value };
}

function writeUnknown(w: Writer, { type, isShort, value }: TransformAttribute): void {
  w.u16(isShort ? shortFormat | type : type);
  if (!isShort) w.u16(value.length);
  w.octets(value);
}
