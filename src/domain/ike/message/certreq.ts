/** Certificate Request payload (RFC 7296 3.7): encoding, then for X.509 SHA-1 hashes of trust anchors' keys, end to end. */
import type { PayloadCodec, PayloadNamed } from './codec.ts';

export const certreq: PayloadCodec<PayloadNamed<'CERTREQ'>> = {
  type: 38,
  name: 'CERTREQ',
  parse(r) {
    return { type: 'CERTREQ', encoding: r.u8('encoding'), authorities: r.rest('certification authorities') };
  },
  write(w, { encoding, authorities }) {
    w.u8(encoding).octets(authorities);
  },
};
