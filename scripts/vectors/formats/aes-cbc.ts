/** AES-CBC without padding of its own. */
import { z } from 'zod';
import { expectOctets } from '../expect.ts';
import { hex } from '../fields.ts';
import { casesOf, type Format, listOf } from '../format.ts';

const fields = z.object({ key: hex, iv: hex, plain: hex, cipher: hex });

export const aesCbc: Format = {
  name: 'aes-cbc',
  fields,
  cases: (file, { provider }) =>
    casesOf(listOf(file), fields, ({ key, iv, plain, cipher }, name) => ({
      name,
      async check() {
        const aes = await provider.aesCbc(key);
        expectOctets('encrypted', await aes.encrypt(iv, plain), cipher);
        expectOctets('decrypted', await aes.decrypt(iv, cipher), plain);
      },
    })),
};
