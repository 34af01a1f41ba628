/** Octets that strangers' parsers stumbled over: a certificate is read or refused, and what is none for the reference is none for us. */
import { z } from 'zod';
import { parseCertificate } from '../../../src/domain/pki/certificate.ts';
import { expectEqual } from '../expect.ts';
import { der } from '../fields.ts';
import { casesOf, type Format, listOf } from '../format.ts';

const fields = z.object({
  kind: z.enum(['cert', 'crl']),
  referenceParser: z.enum(['parses', 'refused']),
  base64: der,
});

export const x509Fuzz: Format = {
  name: 'x509-fuzz',
  fields,
  cases: (file) =>
    casesOf(listOf(file), fields, ({ kind, referenceParser, base64 }, name) => {
      if (kind === 'crl')
        return { name, skip: 'revocation lists are read with certificate paths, which are not run yet' };
      return {
        name,
        check() {
          const read = parseCertificate(base64);
          expectEqual('a certificate', read.ok, referenceParser === 'parses');
        },
      };
    }),
};
