/**
 * ESP packets that the Linux kernel made. A cipher without integrity is opened here for its framing alone: it can be
 * neither negotiated nor configured.
 */
import { z } from 'zod';
import type { Octets } from '../../../src/domain/bytes/octets.ts';
import { Secret } from '../../../src/domain/bytes/secret.ts';
import { makeProtection, type Protection, type ProtectionSuite } from '../../../src/domain/crypto/protection.ts';
import type { CryptoProvider } from '../../../src/domain/crypto/provider.ts';
import { encryptionOf } from '../../../src/domain/crypto/transforms.ts';
import { checkEspPacket, sequenceHighOf, withTrailer } from '../esp-packets.ts';
import { disagree, expectOctets } from '../expect.ts';
import { hex, word } from '../fields.ts';
import { casesOf, type Format, listOf } from '../format.ts';
import { cipherOf, integrityOfName } from '../transform-names.ts';
import { unauthenticated } from '../unauthenticated.ts';

const fields = z.object({
  encr: z.string(),
  /** The salt behind the key. */
  encrKey: hex,
  integ: z.string().default('NULL'),
  integKey: hex.optional(),
  esn: z.boolean().optional(),
  esnHi: word.nullish(),
  packet: hex,
  plainWithTrailer: hex.optional(),
});

type Fields = z.output<typeof fields>;

export const espLinuxScapy: Format = {
  name: 'esp-linux-scapy',
  fields,
  cases: (file, { provider }) =>
    casesOf(listOf(file), fields, (vector, name) => {
      const suite = suiteOf(vector);
      if (!suite) return { name, skip: `${vector.encr} with ${vector.integ} is no suite of ours` };
      const check = async () => {
        const protection = await protectionOf(provider, suite, vector.encrKey, vector.integKey);
        const opened = await checkEspPacket(protection, vector.packet, sequenceHighOf(vector.esn, vector.esnHi));
        const { plainWithTrailer } = vector;
        if (plainWithTrailer) expectOctets('plaintext', withTrailer(opened, plainWithTrailer.length), plainWithTrailer);
      };
      return { name, check };
    }),
};

function suiteOf({ encr, encrKey, integ }: Fields): ProtectionSuite | undefined {
  const saltOctets = encryptionOf(cipherOf(encr, 16)?.id ?? -1)?.saltOctets;
  const integrity = integrityOfName(integ);
  if (saltOctets === undefined || integrity === undefined) return undefined;
  const cipher = cipherOf(encr, encrKey.length - saltOctets);
  if (!cipher) return undefined;
  return integrity === 0 ? { encr: cipher } : { encr: cipher, integ: { id: integrity } };
}

function protectionOf(
  provider: CryptoProvider,
  suite: ProtectionSuite,
  encrKey: Octets,
  integKey: Octets = new Uint8Array(),
): Promise<Protection> {
  const row = encryptionOf(suite.encr.id) ?? disagree('the cipher is in the table');
  if (row.icvOctets === 0 && !suite.integ) return unauthenticated(provider, suite.encr.id, encrKey);
  return makeProtection(provider, suite, { encr: new Secret(encrKey), integ: new Secret(integKey) });
}
