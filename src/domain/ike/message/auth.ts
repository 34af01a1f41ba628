/** Authentication payload (RFC 7296 3.8): method, three reserved octets, data. */
import type { PayloadCodec, PayloadNamed } from './codec.ts';

export const auth: PayloadCodec<PayloadNamed<'AUTH'>> = {
  type: 39,
  name: 'AUTH',
  parse(r) {
    const method = r.u8('method');
    r.skip(3, 'reserved');
    return { type: 'AUTH', method, data: r.rest('authentication data') };
  },
  write(w, { method, data }) {
    w.u8(method).zeros(3).octets(data);
  },
};
