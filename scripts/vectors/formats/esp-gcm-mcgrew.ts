/** Whole ESP packets under AES-GCM, with 32-bit and extended sequence numbers (draft-mcgrew-gcm-test). */
import { z } from 'zod';
import { concat, emptyOctets } from '../../../src/domain/bytes/octets.ts';
import { Secret } from '../../../src/domain/bytes/secret.ts';
import { makeProtection } from '../../../src/domain/crypto/protection.ts';
import { checkEspPacket, sequenceHighOf, withTrailer } from '../esp-packets.ts';
import { expectOctets } from '../expect.ts';
import { hex, word } from '../fields.ts';
import { casesOf, type Format, listOf } from '../format.ts';
import { cipherOf } from '../transform-names.ts';

const fields = z.object({
  alg: z.string(),
  key: hex,
  salt: hex,
  esn: z.boolean().optional(),
  seqHi: word.nullish(),
  plainWithTrailer: hex.optional(),
  wirePacket: hex,
});

export const espGcmMcgrew: Format = {
  name: 'esp-gcm-mcgrew',
  fields,
  cases: (file, { provider }) =>
    casesOf(listOf(file), fields, ({ alg, key, salt, esn, seqHi, plainWithTrailer, wirePacket }, name) => {
      const encr = cipherOf(alg, key.length);
      if (!encr) return { name, skip: `${alg} is no cipher of ours` };
      const check = async () => {
        const keys = { encr: new Secret(concat(key, salt)), integ: new Secret(emptyOctets) };
        const protection = await makeProtection(provider, { encr }, keys);
        const opened = await checkEspPacket(protection, wirePacket, sequenceHighOf(esn, seqHi));
        if (plainWithTrailer) expectOctets('plaintext', withTrailer(opened, plainWithTrailer.length), plainWithTrailer);
      };
      return { name, check };
    }),
};
