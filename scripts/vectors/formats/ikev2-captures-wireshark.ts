/**
 * Captured exchanges with their SK_*: messages read and written back, SK opened where the cipher is ours, chains likewise. Wireshark
 * shows a CCM exchange as counter mode whose ICV it does not check: as CCM the ICV is checked here.
 */
import { z } from 'zod';
import { concat, emptyOctets, type Octets } from '../../../src/domain/bytes/octets.ts';
import { Secret } from '../../../src/domain/bytes/secret.ts';
import { makeProtection, type Protection, type ProtectionSuite } from '../../../src/domain/crypto/protection.ts';
import type { CryptoProvider } from '../../../src/domain/crypto/provider.ts';
import { encryptionOf } from '../../../src/domain/crypto/transforms.ts';
import { disagree, expectOctets } from '../expect.ts';
import { hex } from '../fields.ts';
import { casesOf, type Format, listOf, type VectorCase } from '../format.ts';
import { checkChain, checkMessage, messageFields, sealedIn } from '../messages.ts';
import { checkSealed } from '../sealed-messages.ts';
import { cipherOf, integrityOfName } from '../transform-names.ts';

const messages = z.array(z.object({ hex, ...messageFields, plain: hex.optional(), plainWithPad: hex.optional() }));
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
      const suite = suiteOf(capture);
      return capture.messages.flatMap((message, index): VectorCase[] => {
        const framing: VectorCase = { name: `${name} message ${index + 1}`, check: () => checkFraming(message) };
        if (!message.plainWithPad) return [framing];
        const opening = `${name} message ${index + 1} opened`;
        if (!suite)
          return [framing, { name: opening, skip: `${capture.encr} with ${capture.integ} is no suite of ours` }];
        return [framing, { name: opening, check: () => checkOpening(provider, suite, capture, message) }];
      });
    }),
};

type CapturedMessage = z.output<typeof messages>[number];

function checkFraming(message: CapturedMessage): void {
  const sealed = sealedIn(checkMessage(message));
  if (message.plain) checkChain(sealed?.inner ?? 0, message.plain);
}

async function checkOpening(
  provider: CryptoProvider,
  suite: ProtectionSuite,
  capture: Capture,
  message: CapturedMessage,
): Promise<void> {
  const parsed = checkMessage(message);
  const sealed = sealedIn(parsed) ?? disagree('no SK payload');
  const [encr, integ] = parsed.header.isFromInitiator ? [capture.sk_ei, capture.sk_ai] : [capture.sk_er, capture.sk_ar];
  const protection: Protection = await makeProtection(provider, suite, keysOf(encr, integ));
  const plain = await checkSealed(protection, message.hex, sealed);
  if (message.plainWithPad) expectOctets('plaintext', plain, message.plainWithPad);
}

const keysOf = (encr: Octets, integ: Octets) => ({ encr: new Secret(encr), integ: new Secret(integ) });

/** The nonce of counter mode begins with the flags of CCM's counter blocks, 3, which are no octet of the salt (RFC 4309 4, RFC 3610 2.3). */
function asCcm({ encr, integ, sk_ei, sk_er, ...capture }: Capture): Capture | undefined {
  const icvBits = /^ANY (\d+)-bits? of authentication \[no checking\]$/i.exec(integ)?.[1];
  const isCcm = [sk_ei, sk_er].every((key) => key.at(-4) === 3);
  if (icvBits === undefined || !isCcm || !/\bCTR\b/i.test(encr)) return undefined;
  const withoutFlags = (key: Octets) => concat(key.subarray(0, -4), key.subarray(-3));
  const encrOfCcm = `AES-CCM with ${Number(icvBits) / 8} octet ICV`;
  return { ...capture, encr: encrOfCcm, integ: 'NONE', sk_ei: withoutFlags(sk_ei), sk_er: withoutFlags(sk_er) };
}

function suiteOf({ encr, integ, sk_ei }: Capture): ProtectionSuite | undefined {
  const row = encryptionOf(cipherOf(encr, 16)?.id ?? -1);
  const integrity = integrityOfName(integ);
  if (!row || integrity === undefined) return undefined;
  const cipher = cipherOf(encr, sk_ei.length - row.saltOctets);
  if (!cipher || (row.icvOctets === 0 && integrity === 0)) return undefined;
  return integrity === 0 ? { encr: cipher } : { encr: cipher, integ: { id: integrity } };
}
