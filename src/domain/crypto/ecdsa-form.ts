/** The two forms of an ECDSA signature: r then s at the width of the curve (RFC 4754), and DER (RFC 3279 2.2.3). */
import { sequenceIn, tags, writeDer } from '../bytes/der.ts';
import { concat, type Octets } from '../bytes/octets.ts';

/** Undefined where it is no strict DER of two positive numbers that fit the curve. */
export function rawOfDer(signature: Octets, octets: number): Octets | undefined {
  const numbers = sequenceIn(signature);
  if (numbers?.length !== 2) return undefined;
  const raw = new Uint8Array(2 * octets);
  for (const [i, { tag, content }] of numbers.entries()) {
    const [first = 0x80, second = 0] = content;
    const isPadded = content.length > 1 && first === 0;
    if (tag !== tags.integer || first >= 0x80 || (isPadded && second < 0x80)) return undefined;
    const value = isPadded ? content.subarray(1) : content;
    if (value.length > octets) return undefined;
    raw.set(value, (i + 1) * octets - value.length);
  }
  return raw;
}

export function derOfRaw(signature: Octets): Octets {
  const half = signature.length / 2;
  return writeDer(tags.sequence, integerOf(signature.subarray(0, half)), integerOf(signature.subarray(half)));
}

function integerOf(value: Octets): Octets {
  const start = value.findIndex((octet) => octet !== 0);
  const significant = start < 0 ? value.subarray(value.length - 1) : value.subarray(start);
  const needsSign = (significant[0] ?? 0) >= 0x80;
  return writeDer(tags.integer, needsSign ? concat(Uint8Array.of(0), significant) : significant);
}
