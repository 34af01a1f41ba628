/** Whole ESP packets under AES-CBC without integrity: IV, padding and next header (RFC 3602 4). */
import { z } from 'zod';
import { checkEspPacket } from '../esp-packets.ts';
import { expectEqual, expectOctets } from '../expect.ts';
import { hex } from '../fields.ts';
import { casesOf, type Format, listOf } from '../format.ts';
import { unauthenticated } from '../old-ciphers.ts';

const aesCbc = 12;
const fields = z.object({
  key: hex,
  packet: hex,
  payload: hex,
  padLength: z.number().optional(),
  nextHeader: z.number().optional(),
});

export const espRfc3602: Format = {
  name: 'esp-rfc3602',
  fields,
  cases: (file, { provider }) =>
    casesOf(listOf(file), fields, ({ key, packet, payload, padLength, nextHeader }, name) => ({
      name,
      async check() {
        const opened = await checkEspPacket(await unauthenticated(provider, aesCbc, key), packet, undefined);
        expectOctets('payload', opened.payload, payload);
        if (nextHeader !== undefined) expectEqual('next header', opened.nextHeader, nextHeader);
        const padOctets = packet.length - 8 - 16 - opened.payload.length - 2;
        if (padLength !== undefined) expectEqual('pad length', padOctets, padLength);
      },
    })),
};
