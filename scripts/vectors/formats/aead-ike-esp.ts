/** AEADs in the salt and IV form of IKE and ESP: seal, open, and a refusal for every octet changed. */
import { z } from 'zod';
import { inOnePiece } from '../../../src/domain/bytes/gathered.ts';
import { concat, emptyOctets, octetsOf } from '../../../src/domain/bytes/octets.ts';
import { Secret } from '../../../src/domain/bytes/secret.ts';
import { makeProtection } from '../../../src/domain/crypto/protection.ts';
import { asItIs } from '../esp-packets.ts';
import { disagree, expectOctets, expectThat } from '../expect.ts';
import { hex } from '../fields.ts';
import { eachOctetFlipped } from '../flip.ts';
import { casesOf, type Format, listOf } from '../format.ts';
import { cipherOf } from '../transform-names.ts';

const fields = z.object({
  alg: z.string(),
  key: hex,
  salt: hex,
  iv: hex,
  aad: hex.default(emptyOctets),
  plain: hex,
  cipherAndIcv: hex,
});

export const aeadIkeEsp: Format = {
  name: 'aead-ike-esp',
  fields,
  cases: (file, { provider }) =>
    casesOf(listOf(file), fields, ({ alg, key, salt, iv, aad, plain, cipherAndIcv }, name) => {
      const encr = cipherOf(alg, key.length);
      if (!encr) return { name, skip: `${alg} is no cipher of ours` };
      const check = async () => {
        const keys = { encr: new Secret(concat(key, salt)), integ: new Secret(emptyOctets) };
        const protection = await makeProtection(provider, { encr }, keys);
        const sealed = concat(iv, cipherAndIcv);
        expectOctets('sealed', inOnePiece(await protection.seal(iv, aad, plain, iv)), sealed);
        expectOctets(
          'opened',
          octetsOf((await protection.open(sealed, 0, aad, asItIs)) ?? disagree('the ICV does not fit')),
          plain,
        );
        for (const changed of eachOctetFlipped(cipherAndIcv)) {
          const opened = await protection.open(concat(iv, changed), 0, aad, asItIs);
          expectThat(opened === undefined, 'a changed octet is refused');
        }
      };
      return { name, check };
    }),
};
