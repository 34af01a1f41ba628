/** Vendor ID payload (RFC 7296 3.12): octets that mean something to their maker. */
import type { PayloadCodec, PayloadNamed } from './codec.ts';

export const vendor: PayloadCodec<PayloadNamed<'VENDOR'>> = {
  type: 43,
  name: 'VENDOR',
  parse(r) {
    return { type: 'VENDOR', data: r.rest('vendor id') };
  },
  write(w, { data }) {
    w.octets(data);
  },
};
