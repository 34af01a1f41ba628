/**
 * What makes a pre-shared key usable: ONTAP's own rules (18 to 128 ASCII characters; `0x` announces hexadecimal, `0s` Base64),
 * and, as a warning only, how hard it is to guess. A guessed key opens everything: IKEv2 with a pre-shared key can be attacked
 * by anyone who once answered as the peer (RFC 7296 5).
 */
import { preSharedKeyLength as keyLength } from '../../domain/cluster/limits.ts';

/** Under this a key is called weak; 112 bits is what NIST SP 800-131A asks of a key today. */
export const weakBelowBits = 112;

/** Why ONTAP would refuse this key, in a sentence; undefined where it would take it. */
export function keyFault(key: string): string | undefined {
  const foreign = [...key].find((character) => character < ' ' || character > '~');
  if (foreign !== undefined) {
    const name = foreign < ' ' || foreign === '\x7f' ? 'a control character' : `“${foreign}”`;
    return `A key takes ASCII characters only; this one holds ${name}.`;
  }
  if (key.length < keyLength.min) {
    return `A key has at least ${keyLength.min} characters; this one has ${key.length}.`;
  }
  if (key.length > keyLength.max) {
    return `A key has at most ${keyLength.max} characters; this one has ${key.length}.`;
  }
  if (key.startsWith('0x') && !/^0x(?:[0-9a-fA-F]{2})+$/.test(key)) {
    return '0x announces pairs of hexadecimal digits (0 to 9, a to f); this key holds something else after it.';
  }
  if (key.startsWith('0s') && !isBase64(key.slice(2))) {
    return '0s announces Base64 (letters, digits, + and /, filled with = to a multiple of four); this key is not that.';
  }
  return undefined;
}

/** What a person should know before using a key that ONTAP takes. Never blocks. */
export function keyWarnings(key: string): readonly string[] {
  const warnings: string[] = [];
  const bits = guessBits(key);
  if (bits < weakBelowBits) {
    warnings.push(`About ${bits} bits of guesswork; ${weakBelowBits} or more keep it safe. A generated key has 256.`);
  }
  if (key.trim() !== key) warnings.push('It begins or ends with a space, which a file or a copy easily loses.');
  if (/["\\]/.test(key)) warnings.push('A quote or a backslash must be escaped in swanctl.conf.');
  return warnings;
}

/**
 * Bits of guesswork, estimated low: the alphabet's size for each character, a quarter of it for one that repeats or continues
 * its neighbour, and eight bits for a whole word that every guesser tries first.
 */
export function guessBits(key: string): number {
  if (key.startsWith('0x')) return perCharacter(key.slice(2).toLowerCase(), 4);
  if (key.startsWith('0s')) return perCharacter(key.slice(2).replace(/=+$/, ''), 6);
  let rest = key;
  let bits = 0;
  for (const word of commonWords) {
    const without = rest.replaceAll(new RegExp(word, 'gi'), '');
    bits += ((rest.length - without.length) / word.length) * 8;
    rest = without;
  }
  return Math.floor(bits) + perCharacter(rest, Math.log2(alphabetSize(rest)));
}

/** 43 letters and digits, 256 bits: nothing to quote, nothing to escape, and never one of ONTAP's prefixes. */
export function generateKey(randomOctets: (count: number) => Uint8Array): string {
  let key = '';
  while (key.length < 43) {
    for (const octet of randomOctets(64)) {
      // 248 = 4 × 62: a remainder of the rest would favour the first letters.
      if (octet < 248 && key.length < 43) key += keyAlphabet[octet % 62];
    }
  }
  return /^0[xs]/.test(key) ? generateKey(randomOctets) : key;
}

const keyAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

const commonWords = [
  'password',
  'passwort',
  'secret',
  'netapp',
  'ontap',
  'ipsec',
  'changeme',
  'welcome',
  'qwerty',
  'admin',
];

function isBase64(text: string): boolean {
  return text.length > 0 && text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text);
}

function perCharacter(text: string, bitsEach: number): number {
  let bits = 0;
  for (let i = 0; i < text.length; i++) {
    const step = i === 0 ? undefined : text.charCodeAt(i) - text.charCodeAt(i - 1);
    const isPredictable = step !== undefined && Math.abs(step) <= 1;
    const isSeen = text.indexOf(text.slice(i, i + 3)) < i && i + 3 <= text.length;
    bits += isPredictable || isSeen ? bitsEach / 4 : bitsEach;
  }
  return Math.floor(bits);
}

function alphabetSize(text: string): number {
  let size = 0;
  if (/[a-z]/.test(text)) size += 26;
  if (/[A-Z]/.test(text)) size += 26;
  if (/[0-9]/.test(text)) size += 10;
  if (/[^a-zA-Z0-9]/.test(text)) size += 33;
  return Math.max(size, 2);
}
