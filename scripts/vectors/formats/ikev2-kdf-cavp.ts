/** SKEYSEED, prf+ and what follows from SK_d, as NIST computed them (SP 800-135). */
import { z } from 'zod';
import { concat } from '../../../src/domain/bytes/octets.ts';
import { Secret } from '../../../src/domain/bytes/secret.ts';
import { computePrf, expandPrf, nonceOctetsInSeed, prfOctetsOf } from '../../../src/domain/crypto/prf.ts';
import { expectOctets } from '../expect.ts';
import { hex } from '../fields.ts';
import { casesOf, type Format, listOf } from '../format.ts';
import { prfOfName } from '../transform-names.ts';

const fields = z.object({
  prf: z.string(),
  ni: hex,
  nr: hex,
  spii: hex,
  spir: hex,
  gir: hex,
  girNew: hex.optional(),
  skeyseed: hex.optional(),
  dkm: hex,
  dkmChildSa: hex.optional(),
  dkmChildSaDh: hex.optional(),
  skeyseedRekey: hex.optional(),
});

export const ikev2KdfCavp: Format = {
  name: 'ikev2-kdf-cavp',
  fields,
  cases: (file, { provider }) =>
    casesOf(listOf(file), fields, (vector, name) => {
      const prf = prfOfName(vector.prf);
      if (prf === undefined) return { name, skip: `${vector.prf} is no PRF of ours` };
      const check = async () => {
        const nonces = concat(vector.ni, vector.nr);
        const seedKey = [vector.ni, vector.nr].map((nonce) => nonce.subarray(0, nonceOctetsInSeed(prf)));
        const seed = await computePrf(provider, prf, new Secret(concat(...seedKey)), vector.gir);
        if (vector.skeyseed) expectOctets('SKEYSEED', seed.reveal(), vector.skeyseed);
        const context = concat(nonces, vector.spii, vector.spir);
        const material = await expandPrf(provider, prf, seed, context, vector.dkm.length);
        expectOctets('key material', material.reveal(), vector.dkm);

        const skD = new Secret(vector.dkm.slice(0, prfOctetsOf(prf)));
        if (vector.dkmChildSa) {
          const child = await expandPrf(provider, prf, skD, nonces, vector.dkmChildSa.length);
          expectOctets('keys of a CHILD SA', child.reveal(), vector.dkmChildSa);
        }
        if (!vector.girNew) return;
        const withSecret = concat(vector.girNew, nonces);
        if (vector.dkmChildSaDh) {
          const child = await expandPrf(provider, prf, skD, withSecret, vector.dkmChildSaDh.length);
          expectOctets('keys of a CHILD SA with a key exchange', child.reveal(), vector.dkmChildSaDh);
        }
        if (vector.skeyseedRekey) {
          const rekeyed = await computePrf(provider, prf, skD, withSecret);
          expectOctets('SKEYSEED of the rekeyed SA', rekeyed.reveal(), vector.skeyseedRekey);
        }
      };
      return { name, check };
    }),
};
