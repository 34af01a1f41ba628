/** Certificates of strangers that are changed, cut or lengthened: read or refused, never thrown at. */

import { concat, type Octets } from '../../src/domain/bytes/octets.ts';
import type { Draw } from '../../src/domain/ike/message/testing/mutate.ts';
import { parseCertificate } from '../../src/domain/pki/certificate.ts';
import strangers from '../../vectors/x509-fuzz.json' with { type: 'json' };

const samples = strangers.vectors.map(({ base64 }): Octets => Uint8Array.from(Buffer.from(base64, 'base64')));

export function damagedCertificate(draw: Draw): Octets {
  const sample = samples[draw(samples.length)] ?? new Uint8Array();
  const at = draw(sample.length);
  const whole = [sample.slice(), sample.slice(0, at), concat(sample.slice(0, at), sample.slice(draw(sample.length)))];
  const der = whole[draw(whole.length)] ?? sample.slice();
  for (let changes = draw(5); changes > 0 && der.length > 0; changes--) der[draw(der.length)] = draw(256);
  return der;
}

/** The claim that does not hold, or undefined. */
export function probeCertificate(der: Octets): string | undefined {
  try {
    parseCertificate(der);
    return undefined;
  } catch (error) {
    return `thrown: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
}
