/** MODP primes (RFC 3526), and the public values at the edge of the range that must be refused (RFC 6989 2.1). */
import { z } from 'zod';
import { toHex } from '../../../src/domain/bytes/hex.ts';
import type { Octets } from '../../../src/domain/bytes/octets.ts';
import { isGroup, isModp, primeOf } from '../../../src/domain/crypto/groups.ts';
import { disagree, expectEqual, expectThat } from '../expect.ts';
import { hex } from '../fields.ts';
import { casesOf, type Format, listOf } from '../format.ts';

const fields = z.object({ group: z.number(), p: hex, refusePublic: z.array(z.string()).default([]) });

export const dhModpPrimes: Format = {
  name: 'dh-modp-primes',
  fields,
  cases: (file, { provider }) =>
    casesOf(listOf(file), fields, ({ group, p, refusePublic }) => {
      const name = `group ${group}`;
      if (!isGroup(group) || !isModp(group)) return { name, skip: 'no group that we compute' };
      const check = async () => {
        const prime = BigInt(`0x${toHex(p)}`);
        expectThat(primeOf(group) === prime, 'our prime is another one');
        const pair = await provider.keyPair(group);
        for (const text of refusePublic) {
          const value = octetsOf(numberOf(text, prime), p.length);
          expectEqual(text, (await pair.derive(value)) ? 'accepted' : 'refused', 'refused');
        }
      };
      return { name, check };
    }),
};

/** '0', '1', 'p', 'p-1', 'p+1'. */
function numberOf(text: string, prime: bigint): bigint {
  const parts = /^(p)?([+-]?\d+)?$/.exec(text) ?? disagree(`a value that we cannot read: ${text}`);
  return (parts[1] ? prime : 0n) + BigInt(parts[2] ?? 0);
}

function octetsOf(value: bigint, count: number): Octets {
  const out = new Uint8Array(count);
  for (let i = count - 1, rest = value; i >= 0; i--, rest >>= 8n) out[i] = Number(rest & 0xffn);
  return out;
}
