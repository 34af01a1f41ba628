/** EAP payload (RFC 7296 3.16). We do not speak EAP: its octets are kept, not read. */
import type { PayloadCodec, PayloadNamed } from './codec.ts';

export const eap: PayloadCodec<PayloadNamed<'EAP'>> = {
  type: 48,
  name: 'EAP',
  parse(r) {
    return { type: 'EAP', data: r.rest('EAP message') };
  },
  write(w, { data }) {
    w.octets(data);
  },
};
