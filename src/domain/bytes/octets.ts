/**
 * Octet strings. `Octets` is the one type for them: WebCrypto wants an ArrayBuffer beneath, and nothing here is shared memory.
 */
export type Octets = Uint8Array<ArrayBuffer>;

export const emptyOctets: Octets = new Uint8Array(0);

/** All parts, one after the other, in new memory. */
export function concat(...parts: readonly Octets[]): Octets {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/**
 * The first octets of memory that a platform gave, as plain octets, a view. Node gives Buffers, whose `slice` shares memory where
 * an array's copies.
 */
export function octetsOf(memory: Uint8Array, count = memory.length): Octets {
  return new Uint8Array(memory.buffer as ArrayBuffer, memory.byteOffset, count); // no platform's cryptography shares memory
}

/** Two parts in new memory. */
export function joined(first: Uint8Array, second: Uint8Array): Octets {
  const out = new Uint8Array(first.length + second.length);
  out.set(first);
  out.set(second, first.length);
  return out;
}

/** Four octets, the most significant first. */
export const octetsOfU32 = (value: number): Octets => Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);

/** Equal length and content, in time that depends on the length alone: for ICVs, AUTH values and secrets. */
export function equalOctets(a: Octets, b: Octets): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] as number) ^ (b[i] as number); // `i` is below both lengths
  return difference === 0;
}

/** Lexicographic order, as RFC 7296 2.8 compares nonces: negative, zero or positive. */
export function compareOctets(a: Octets, b: Octets): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const difference = (a[i] as number) - (b[i] as number); // `i` is below both lengths
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Of names in ASCII (RFC 4343 3); other octets stay what they are, so that only what is the same reads as the same. */
export const inAsciiLowerCase = (text: Octets): Octets =>
  text.map((octet) => (octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet));

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: false });

/** UTF-8 octets of a text. */
export const utf8 = (text: string): Octets => encoder.encode(text);

/** The text of UTF-8 octets; what is no UTF-8 becomes U+FFFD. */
export const textOf = (octets: Octets): string => decoder.decode(octets);
