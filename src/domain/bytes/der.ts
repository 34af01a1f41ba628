/**
 * DER (X.690 10), as much of it as algorithm identifiers, keys and names need: one tag octet, definite lengths in their shortest
 * form. What BER allows beyond that is refused, since two ways to write one value are two values to whoever compares octets.
 */
import { concat, emptyOctets, type Octets } from './octets.ts';

export interface Der {
  readonly tag: number;
  readonly content: Octets;
  /** Tag and length too. */
  readonly whole: Octets;
}

export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  sequence: 0x30,
  set: 0x31,
} as const;

/** The tag of a constructed element that its context numbers: `[0]` to `[30]`. */
export const contextTag = (number: number): number => 0xa0 | number;

/** One element that fills the octets; undefined where they are no DER, or where something follows. */
export function readDer(octets: Octets): Der | undefined {
  const element = elementAt(octets, 0);
  return element?.end === octets.length ? element : undefined;
}

/** The elements inside of one; undefined where its content is no row of elements. */
export function childrenOf({ content }: Der): readonly Der[] | undefined {
  const children: Der[] = [];
  for (let at = 0; at < content.length; ) {
    const child = elementAt(content, at);
    if (!child) return undefined;
    children.push(child);
    at = child.end;
  }
  return children;
}

/** The elements inside of a SEQUENCE. */
export const sequenceIn = (octets: Octets): readonly Der[] | undefined => {
  const element = readDer(octets);
  return element?.tag === tags.sequence ? childrenOf(element) : undefined;
};

/** The octets of a BIT STRING that has no unused bits. */
export function bitsIn(element: Der | undefined): Octets | undefined {
  const content = element?.tag === tags.bitString ? element.content : undefined;
  return content?.[0] === 0 ? content.subarray(1) : undefined;
}

/** An INTEGER from 0 to 2^31 - 1. */
export function smallIntegerIn(element: Der | undefined): number | undefined {
  const content = element?.tag === tags.integer ? element.content : emptyOctets;
  if (content.length === 0 || content.length > 4) return undefined;
  const [first = 0, second = 0] = content;
  const isPadded = content.length > 1 && first === 0 && second < 0x80;
  if (first >= 0x80 || isPadded) return undefined;
  return content.reduce((sum, octet) => sum * 256 + octet, 0);
}

/** An element of any tag, its length filled in. */
export function writeDer(tag: number, ...parts: readonly Octets[]): Octets {
  const content = concat(...parts);
  return concat(Uint8Array.of(tag, ...lengthOctets(content.length)), content);
}

export const derNull: Octets = writeDer(tags.null, emptyOctets);

/** Cuts out what it is asked for: of most elements one wants the content or the whole, and a view costs more than reading it. */
class Element implements Der {
  constructor(
    readonly tag: number,
    private readonly octets: Octets,
    private readonly start: number,
    private readonly contentStart: number,
    readonly end: number,
  ) {}

  get content(): Octets {
    return this.octets.subarray(this.contentStart, this.end);
  }

  get whole(): Octets {
    return this.octets.subarray(this.start, this.end);
  }
}

function elementAt(octets: Octets, at: number): Element | undefined {
  const tag = octets[at];
  const first = octets[at + 1];
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) return undefined;
  let start = at + 2;
  let length = first;
  if (first >= 0x80) {
    const count = first - 0x80;
    if (count === 0 || count > 4 || octets[start] === 0) return undefined;
    length = 0;
    for (const end = start + count; start < end; start++) length = length * 256 + (octets[start] ?? 0);
    if (length < 0x80) return undefined;
  }
  const end = start + length;
  if (end > octets.length) return undefined;
  return new Element(tag, octets, at, start, end);
}

function lengthOctets(length: number): readonly number[] {
  if (length < 0x80) return [length];
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return [0x80 | octets.length, ...octets];
}
