/**
 * Captured exchanges with their SK_*: messages read and written back, SK opened where the cipher is ours, chains likewise. Wireshark
 * shows a CCM exchange as counter mode whose ICV it does not check: as CCM the ICV is checked here.
 */
import { z } from 'zod';
import { concat, emptyOctets, type Octets } from '../../../src/domain/bytes/octets.ts';
import type { Protection } from '../../../src/domain/crypto/protection.ts';
import { disagree, expectOctets } from '../expect.ts';
import { hex } from '../fields.ts';
import { casesOf, type Format, listOf, type VectorCase } from '../format.ts';
import { checkChain, checkMessage, messageFields, sealedIn } from '../messages.ts';
import { type MakeProtection, protectionNamed } from '../named-suites.ts';
import { checkSealed, withoutPadding } from '../sealed-messages.ts';

const messages = z.array(
  z.object({
    ...messageFields,
    plain: hex.optional(),
    plainWithPad: hex.optional(),
    icvLen: z.number().nullish(),
  }),
);
const fields = z.object({
  encr: z.string(),
  integ: z.string().default(''),
  sk_ei: hex,
  sk_er: hex,
  sk_ai: hex.default(emptyOctets),
  sk_ar: hex.default(emptyOctets),
  messages,
});

type Capture = z.output<typeof fields>;

export const ikev2CapturesWireshark: Format = {
  name: 'ikev2-captures-wireshark',
  fields,
  cases: (file, { provider }) =>
    casesOf(listOf(file), fields, (written, name): VectorCase[] => {
      const capture = asCcm(written) ?? written;
      return capture.messages.flatMap((message, index): VectorCase[] => {
        const framing: VectorCase = { name: `${name} message ${index + 1}`, check: () => checkFraming(message) };
        if (!message.plainWithPad && !message.plain) return [framing];
        const opening = `${name} message ${index + 1} opened`;
        const protect = protectionOf(capture, message);
        if (!protect)
          return [framing, { name: opening, skip: `${capture.encr} with ${capture.integ} is no suite of ours` }];
        return [framing, { name: opening, check: async () => checkOpening(await protect(provider), message) }];
      });
    }),
};

type CapturedMessage = z.output<typeof messages>[number];

function checkFraming(message: CapturedMessage): void {
  const sealed = sealedIn(checkMessage(message));
  if (message.plain) checkChain(sealed?.inner ?? 0, message.plain);
}

async function checkOpening(protection: Protection, message: CapturedMessage): Promise<void> {
  const sealed = sealedIn(checkMessage(message)) ?? disagree('no SK payload');
  const plain = await checkSealed(protection, message.hex, sealed);
  if (message.plainWithPad) expectOctets('plaintext', plain, message.plainWithPad);
  if (message.plain) expectOctets('plaintext without padding', withoutPadding(plain), message.plain);
}

/** Whoever began the IKE SA sets the I flag and uses SK_ei and SK_ai (RFC 7296 2.14, 3.1). */
function protectionOf(capture: Capture, { hex: octets, icvLen }: CapturedMessage): MakeProtection | undefined {
  const isFromInitiator = ((octets[flagsAt] ?? 0) & 0x08) !== 0;
  const [encrKey, integKey] = isFromInitiator ? [capture.sk_ei, capture.sk_ai] : [capture.sk_er, capture.sk_ar];
  return protectionNamed({ encr: capture.encr, encrKey, integ: capture.integ, integKey, icvOctets: icvLen });
}

const flagsAt = 19;

/** The nonce of counter mode begins with the flags of CCM's counter blocks, 3, which are no octet of the salt (RFC 4309 4, RFC 3610 2.3). */
function asCcm({ encr, integ, sk_ei, sk_er, ...capture }: Capture): Capture | undefined {
  const icvBits = /^ANY (\d+)-bits? of authentication \[no checking\]$/i.exec(integ)?.[1];
  const isCcm = [sk_ei, sk_er].every((key) => key.at(-4) === 3);
  if (icvBits === undefined || !isCcm || !/\bCTR\b/i.test(encr)) return undefined;
  const withoutFlags = (key: Octets) => concat(key.subarray(0, -4), key.subarray(-3));
  const encrOfCcm = `AES-CCM with ${Number(icvBits) / 8} octet ICV`;
  return { ...capture, encr: encrOfCcm, integ: 'NONE', sk_ei: withoutFlags(sk_ei), sk_er: withoutFlags(sk_er) };
}
