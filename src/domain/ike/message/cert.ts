/** Certificate payload (RFC 7296 3.6): encoding, data. */
import type { PayloadCodec, PayloadNamed } from './codec.ts';

export const cert: PayloadCodec<PayloadNamed<'CERT'>> = {
  type: 37,
  name: 'CERT',
  parse(r) {
    return { type: 'CERT', encoding: r.u8('encoding'), data: r.rest('certificate data') };
  },
  write(w, { encoding, data }) {
    w.u8(encoding).octets(data);
  },
};
