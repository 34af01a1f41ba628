/** Fields of cases as the domain wants them: octets of hex or base64 text, numbers of hex or decimal ones. */
import { z } from 'zod';
import { parseHex } from '../../src/domain/bytes/hex.ts';

export const hex = z.string().transform((text, context) => {
  const octets = parseHex(text.replace(/^0x/i, '').replace(/[\s:]/g, ''));
  if (octets) return octets;
  context.addIssue('no hex octets');
  return z.NEVER;
});

/** DER in base64, or as a PEM block. */
export const der = z.string().transform((text, context) => {
  const digits = text.replace(/-----[^-]+-----/g, '').replace(/\s/g, '');
  if (/^[A-Za-z0-9+/]*={0,2}$/.test(digits)) return Uint8Array.from(Buffer.from(digits, 'base64'));
  context.addIssue('no base64');
  return z.NEVER;
});

/** A number, or the hex digits of one. */
export const word = z.union([
  z.number().int().nonnegative(),
  z.string().transform((text, context) => {
    const digits = text.replace(/^0x/i, '');
    if (/^[0-9a-fA-F]{1,8}$/.test(digits)) return Number.parseInt(digits, 16);
    context.addIssue('no 32-bit hex number');
    return z.NEVER;
  }),
]);
