/** Certificates of every kind of key that was changed, cut or lengthened: read or refused, never thrown at. */
import { concat, type Octets } from '../../src/domain/bytes/octets.ts';
import { drawFrom } from '../../src/domain/ike/message/testing/mutate.ts';
import { parseCertificate } from '../../src/domain/pki/certificate.ts';
import { issueDer } from '../../src/domain/pki/testing/authority.ts';

const issuer = { name: 'O=Tests, CN=authority', key: 'p384' } as const;
const samples = await Promise.all(
  (['rsa2048', 'p256', 'p521', 'ed25519', 'ed448'] as const).map((key) =>
    issueDer({
      ...{ subject: `O=Tests, CN=${key}`, issuer, key, keyUsage: 0x80, serial: 7, pathLength: 3, isAuthority: true },
      ...{ dns: ['a.test', 'b.test'], mail: ['who@a.test'], addresses: [Uint8Array.of(192, 0, 2, 1)] },
      keyIds: { own: new Uint8Array(20).fill(1), issuer: new Uint8Array(20).fill(2) },
    }),
  ),
);

/** The claim that does not hold, or undefined. The same seed does the same. */
export function readDamagedCertificate(seed: number): string | undefined {
  const draw = drawFrom(seed);
  const sample: Octets = samples[draw(samples.length)] ?? new Uint8Array();
  const at = draw(sample.length);
  const whole = [sample.slice(), sample.slice(0, at), concat(sample.slice(0, at), sample.slice(draw(sample.length)))];
  const der = whole[draw(whole.length)] ?? sample.slice();
  for (let changes = draw(5); changes > 0 && der.length > 0; changes--) der[draw(der.length)] = draw(256);
  try {
    parseCertificate(der);
    return undefined;
  } catch (error) {
    return `thrown: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
}
