/**
 * Certificates that are changed, cut or lengthened: read or refused in steps that their octets pay for, never thrown at. Those of strangers
 * are mostly past reading as they are; ours have what we read of extensions and keys.
 */
import { concat, type Octets, utf8 } from '../../src/domain/bytes/octets.ts';
import type { Draw } from '../../src/domain/ike/message/testing/mutate.ts';
import { parseCertificate } from '../../src/domain/pki/certificate.ts';
import { issueDer } from '../../src/domain/pki/testing/authority.ts';
import strangers from '../../vectors/x509-fuzz.json' with { type: 'json' };
import { stepsOfReading, TooManySteps } from './counted-octets.ts';

const whole = {
  ...{ subject: 'C=CH, O=Example, CN=a', dns: ['a.test'], mail: ['a@b.test'], addresses: [new Uint8Array(4)] },
  ...{ isAuthority: true, pathLength: 1, keyUsage: 0x84, keyIds: { own: utf8('own'), issuer: utf8('issuer') } },
};
const keys = ['p256', 'rsa2048', 'ed25519'] as const;
const ours = await Promise.all(keys.map((key) => issueDer({ ...whole, key })));
const theirs = strangers.vectors.map(({ base64 }): Octets => Uint8Array.from(Buffer.from(base64, 'base64')));

/** Asking for a length or cutting out a part. A hundred thousand damaged ones took 0.71 steps an octet at most. */
const stepsPerOctet = 1;
const stepsBefore = 64;

export function damagedCertificate(draw: Draw): Octets {
  const samples = draw(2) === 0 ? ours : theirs;
  const sample = samples[draw(samples.length)] ?? new Uint8Array();
  const at = draw(sample.length);
  const forms = [sample.slice(), sample.slice(0, at), concat(sample.slice(0, at), sample.slice(draw(sample.length)))];
  const der = forms[draw(forms.length)] ?? sample.slice();
  for (let changes = draw(5); changes > 0 && der.length > 0; changes--) der[draw(der.length)] = draw(256);
  return der;
}

/** The claim that does not hold, or undefined. */
export function probeCertificate(der: Octets): string | undefined {
  try {
    stepsOfReading(der, stepsBefore + stepsPerOctet * der.length, parseCertificate);
    return undefined;
  } catch (error) {
    if (error instanceof TooManySteps) return `${error.message} for ${der.length} octets`;
    return `thrown: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
}
