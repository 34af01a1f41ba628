/** HMAC-SHA-2 as PRF and, cut to half of its length, as integrity (RFC 4868). */
import { z } from 'zod';
import { integrityOf, prfOf } from '../../../src/domain/crypto/transforms.ts';
import { expectOctets } from '../expect.ts';
import { hex } from '../fields.ts';
import { casesOf, type Format, listOf } from '../format.ts';
import { integrityOfName, prfOfName } from '../transform-names.ts';

const fields = z.object({ alg: z.string(), key: hex, data: hex, out: hex });

export const hmacSha2: Format = {
  name: 'hmac-sha2',
  cases: (file, { provider }) =>
    casesOf(listOf(file), fields, ({ alg, key, data, out }, name) => {
      const row = alg.startsWith('PRF') ? prfOf(prfOfName(alg) ?? -1) : integrityOf(integrityOfName(alg) ?? -1);
      if (row?.hash === undefined) return { name, skip: `${alg} is no HMAC of ours` };
      const { hash } = row;
      const octets = row.type === 2 ? row.outputOctets : row.icvOctets;
      const check = async () => {
        const mac = await (await provider.hmac(hash, key)).sign(data);
        expectOctets('HMAC', mac.subarray(0, octets), out);
      };
      return { name, check };
    }),
};
