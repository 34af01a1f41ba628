/**
 * ESP packets that the Linux kernel made. A cipher without integrity is opened here for its framing alone: it can be
 * neither negotiated nor configured.
 */
import { z } from 'zod';
import { emptyOctets } from '../../../src/domain/bytes/octets.ts';
import { checkEspPacket, sequenceHighOf, withTrailer } from '../esp-packets.ts';
import { expectOctets } from '../expect.ts';
import { hex, word } from '../fields.ts';
import { casesOf, type Format, listOf } from '../format.ts';
import { framingNamed } from '../named-suites.ts';

const fields = z.object({
  encr: z.string(),
  /** The salt behind the key. */
  encrKey: hex,
  integ: z.string().nullish(),
  integKey: hex.nullish(),
  esn: z.boolean().nullish(),
  esnHi: word.nullish(),
  /** In octets, of a combined mode; absent: 16. */
  icvLen: z.number().nullish(),
  packet: hex,
  plainWithTrailer: hex.optional(),
});

export const espLinuxScapy: Format = {
  name: 'esp-linux-scapy',
  fields,
  cases: (file, { provider }) =>
    casesOf(listOf(file), fields, (vector, name) => {
      const { encr, encrKey, icvLen, packet, plainWithTrailer } = vector;
      const integ = vector.integ ?? 'NULL';
      const integKey = vector.integKey ?? emptyOctets;
      const protect = framingNamed({ encr, encrKey, integ, integKey, icvOctets: icvLen });
      if (!protect) return { name, skip: `${encr} with ${integ} is no suite of ours` };
      const check = async () => {
        const opened = await checkEspPacket(await protect(provider), packet, sequenceHighOf(vector.esn, vector.esnHi));
        if (plainWithTrailer) expectOctets('plaintext', withTrailer(opened, plainWithTrailer.length), plainWithTrailer);
      };
      return { name, check };
    }),
};
