/** Hexadecimal text, lower case, without separators. */
import type { Octets } from './octets.ts';

const digits = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, '0'));

export function toHex(octets: Octets): string {
  let text = '';
  for (const octet of octets) text += digits[octet];
  return text;
}

/** The octets of an even number of hex digits in either case; undefined for any other text. */
export function parseHex(text: string): Octets | undefined {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) return undefined;
  const out = new Uint8Array(text.length / 2);
  for (let i = 0; i < out.length; i++) out[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return out;
}
