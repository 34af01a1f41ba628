/** A cipher's raw octets: AES-CBC without padding of its own, and what else a case names. */
import { z } from 'zod';
import { inOnePiece } from '../../../src/domain/bytes/gathered.ts';
import { concat, emptyOctets, octetsOf } from '../../../src/domain/bytes/octets.ts';
import { asItIs } from '../esp-packets.ts';
import { disagree, expectOctets } from '../expect.ts';
import { hex } from '../fields.ts';
import { casesOf, type Format, listOf } from '../format.ts';
import { framingNamed } from '../named-suites.ts';

/** Of counter mode, the nonce stands behind the key. */
const fields = z.object({ alg: z.string().default('AES-CBC'), key: hex, iv: hex, plain: hex, cipher: hex });

export const aesCbc: Format = {
  name: 'aes-cbc',
  fields,
  cases: (file, { provider }) =>
    casesOf(listOf(file), fields, ({ alg, key, iv, plain, cipher }, name) => {
      const keyed = framingNamed({ encr: alg, encrKey: key, integ: 'NONE', integKey: emptyOctets });
      if (!keyed) return { name, skip: `${alg} is no cipher of ours` };
      const check = async () => {
        const { seal, open } = await keyed(provider);
        expectOctets('encrypted', inOnePiece(await seal(iv, emptyOctets, plain, emptyOctets)), cipher);
        const opened = (await open(concat(iv, cipher), 0, emptyOctets, asItIs)) ?? disagree('not decrypted');
        expectOctets('decrypted', octetsOf(opened), plain);
      };
      return { name, check };
    }),
};
