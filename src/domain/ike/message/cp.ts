/** Configuration payload (RFC 7296 3.15). A storage endpoint hands out no addresses: its octets are kept, not read. */
import type { PayloadCodec, PayloadNamed } from './codec.ts';

export const cp: PayloadCodec<PayloadNamed<'CP'>> = {
  type: 47,
  name: 'CP',
  parse(r) {
    return { type: 'CP', data: r.rest('configuration') };
  },
  write(w, { data }) {
    w.octets(data);
  },
};
