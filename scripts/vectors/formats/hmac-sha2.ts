/** HMAC-SHA-2 as PRF and, cut to half of its length, as integrity (RFC 4868); other PRFs that we compute. */
import { z } from 'zod';
import { Secret } from '../../../src/domain/bytes/secret.ts';
import { computePrf } from '../../../src/domain/crypto/prf.ts';
import { integrityOf } from '../../../src/domain/crypto/transforms.ts';
import { expectOctets } from '../expect.ts';
import { hex } from '../fields.ts';
import { casesOf, type Format, listOf } from '../format.ts';
import { integrityOfName, prfOfName } from '../transform-names.ts';

const fields = z.object({ alg: z.string(), key: hex, data: hex, out: hex });

export const hmacSha2: Format = {
  name: 'hmac-sha2',
  fields,
  cases: (file, { provider }) =>
    casesOf(listOf(file), fields, ({ alg, key, data, out }, name) => {
      const prf = prfOfName(alg);
      if (prf !== undefined && !/AUTH|_\d+_\d+$/.test(alg)) {
        const check = async () =>
          expectOctets('PRF', (await computePrf(provider, prf, new Secret(key), data)).reveal(), out);
        return { name, check };
      }
      const row = integrityOf(integrityOfName(alg) ?? -1);
      if (row?.hash === undefined) return { name, skip: `${alg} is no PRF or HMAC of ours` };
      const { hash, icvOctets } = row;
      const check = async () => {
        const mac = await (await provider.hmac(hash, key)).sign(data);
        expectOctets('ICV', mac.subarray(0, icvOctets), out);
      };
      return { name, check };
    }),
};
