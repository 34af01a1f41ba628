/** A whole ESP packet and a whole IKE message under ChaCha20-Poly1305 (RFC 7634 appendices A and B). */
import { z } from 'zod';
import { concat, emptyOctets, type Octets } from '../../../src/domain/bytes/octets.ts';
import { Secret } from '../../../src/domain/bytes/secret.ts';
import { makeProtection } from '../../../src/domain/crypto/protection.ts';
import { checkEspPacket, withTrailer } from '../esp-packets.ts';
import { disagree, expectOctets } from '../expect.ts';
import { hex } from '../fields.ts';
import { casesOf, type Format, listOf } from '../format.ts';
import { checkChain, checkMessage, sealedIn } from '../messages.ts';
import { checkSealed, withoutPadding } from '../sealed-messages.ts';
import { cipherOf } from '../transform-names.ts';

const keyed = { alg: z.string(), key: hex, salt: hex, plainWithTrailer: hex };
const fields = z.union([
  z.object({ ...keyed, kind: z.literal('esp').optional(), packet: hex }),
  z.object({ ...keyed, kind: z.literal('ike-sk').optional(), message: hex }),
]);

export const rfc7634WholePackets: Format = {
  name: 'rfc7634-whole-packets',
  fields,
  cases: (file, { provider }) =>
    casesOf(listOf(file), fields, (vector, name) => {
      const encr = cipherOf(vector.alg, vector.key.length);
      if (!encr) return { name, skip: `${vector.alg} is no cipher of ours` };
      const check = async () => {
        const keys = { encr: new Secret(concat(vector.key, vector.salt)), integ: new Secret(emptyOctets) };
        const protection = await makeProtection(provider, { encr }, keys);
        const { plainWithTrailer } = vector;
        if ('packet' in vector) {
          const opened = await checkEspPacket(protection, vector.packet, undefined);
          expectOctets('plaintext', withTrailer(opened, plainWithTrailer.length), plainWithTrailer);
        } else {
          const sealed = sealedIn(checkMessage({ hex: vector.message })) ?? disagree('no SK payload');
          const plain: Octets = await checkSealed(protection, vector.message, sealed);
          expectOctets('plaintext', plain, plainWithTrailer);
          checkChain(sealed.inner, withoutPadding(plain));
        }
      };
      return { name, check };
    }),
};
