/**
 * What several formats ask of an SK or SKF payload: it opens, seals to the same octets, what we seal of it opens too, and a changed
 * octet does not open.
 */
import { inOnePiece } from '../../src/domain/bytes/gathered.ts';
import { concat, type Octets, octetsOf } from '../../src/domain/bytes/octets.ts';
import type { Protection } from '../../src/domain/crypto/protection.ts';
import { openSk, sealSk } from '../../src/domain/ike/channel/sealing.ts';
import type { EncryptedFragment, EncryptedPayload } from '../../src/domain/ike/message/message.ts';
import { headOf } from '../../src/domain/ike/message/parse.ts';
import { asItIs } from './esp-packets.ts';
import { disagree, expectOctets, expectThat } from './expect.ts';

/** Gives the plaintext, its padding included. */
export async function checkSealed(
  protection: Protection,
  message: Octets,
  { type, sealed }: EncryptedPayload | EncryptedFragment,
): Promise<Octets> {
  const head = headOf(message, sealed);
  const iv = sealed.subarray(0, protection.ivOctets);
  const plain = octetsOf(
    (await protection.open(message, head.length, head, asItIs)) ?? disagree('the ICV does not fit'),
  );
  const chain = withoutPadding(plain);
  expectOctets('opened without padding', await openSk(protection, message, sealed), chain);
  expectOctets('sealed again', inOnePiece(await protection.seal(iv, head, plain, concat(head, iv))), message);

  const ours = await sealSk(protection, iv, head, head.length - genericOctets[type], chain);
  expectOctets('sealed by us and opened', await openSk(protection, ours, ours.subarray(head.length)), chain);
  const isPaddedAsWePad = plain.length - chain.length === 1;
  if (isPaddedAsWePad) expectOctets('sealed by us', ours, message);

  for (const at of new Set([0, 17, head.length - 1, head.length, message.length - 1])) {
    const changed = message.slice();
    changed[at] = (message[at] as number) ^ 0x10; // `at` is below the length
    const isRefused = (await openSk(protection, changed, changed.subarray(head.length))) === undefined;
    expectThat(isRefused, `octet ${at} changed is refused`);
  }
  return plain;
}

/** What stands between the payloads before and the IV: the generic header, and the fragment's number and total (RFC 7383 2.5). */
const genericOctets = { SK: 4, SKF: 8 } as const;

/** The last octet counts those before it (RFC 7296 3.14). */
export function withoutPadding(plain: Octets): Octets {
  const padOctets = plain.at(-1) ?? disagree('no octet of padding');
  return plain.subarray(0, plain.length - 1 - padOctets);
}
