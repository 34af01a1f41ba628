/** AlgorithmIdentifiers of AUTH method 14: read, written back, refused where they are weak; RSASSA-PSS parameters, good and bad. */
import { z } from 'zod';
import { toHex } from '../../../src/domain/bytes/hex.ts';
import {
  parseAlgorithmIdentifier,
  schemeOf,
  writeAlgorithmIdentifier,
} from '../../../src/domain/crypto/signature-scheme.ts';
import { expectEqual, expectThat } from '../expect.ts';
import { hex } from '../fields.ts';
import { casesOf, type Format, listOf } from '../format.ts';

const identifier = z.object({ name: z.string(), aid: hex, note: z.string().default('') });
const pss = z.object({ aid: hex, hash: z.string(), mgf1: z.string(), saltLength: z.number() });

const derNull = '0500';

export const rfc7427AlgorithmIdentifiers: Format = {
  name: 'rfc7427-algorithm-identifiers',
  fields: identifier,
  cases: (file) => [
    ...casesOf(listOf(file), identifier, ({ aid, note }, name) => ({
      name,
      check() {
        const named = parseAlgorithmIdentifier(aid);
        const scheme = named && schemeOf(named);
        const isRefused = /refuse/i.test(note) || /sha-?1(?!\d)|md[25]/i.test(name);
        expectEqual('accepted', scheme !== undefined, !isRefused);
        if (!scheme) return;
        const isBare = named.type === 'rsaPkcs1' && !toHex(aid).endsWith(derNull); // forgotten by some, and never by us
        if (!isBare) expectEqual('written back', toHex(writeAlgorithmIdentifier(scheme)), toHex(aid));
      },
    })),
    ...casesOf(file['pssInvalid'], hex, (aid, name) => ({
      name: `RSASSA-PSS that breaks the rules, ${name}`,
      check: () => expectEqual('refused', parseAlgorithmIdentifier(aid), undefined),
    })),
  ],
};

export const pssParameters: Format = {
  name: 'rfc7427-algorithm-identifiers',
  section: 'pssParse',
  fields: pss,
  cases: (file) =>
    casesOf(listOf(file), pss, ({ aid, hash, mgf1, saltLength }, name) => ({
      name: `RSASSA-PSS ${name}`,
      check() {
        const named = parseAlgorithmIdentifier(aid);
        expectThat(named?.type === 'rsaPss', 'it is read');
        const said = [named.hash, named.maskHash, named.saltOctets].join(' ').replaceAll('SHA-', 'SHA');
        expectEqual('parameters', said, `${hash} ${mgf1} ${saltLength}`);
        expectEqual('accepted', schemeOf(named) !== undefined, hash === mgf1 && hash !== 'SHA1');
      },
    })),
};
