/** Key Exchange payload (RFC 7296 3.4): group number, two reserved octets, public value. */
import type { PayloadCodec, PayloadNamed } from './codec.ts';

export const ke: PayloadCodec<PayloadNamed<'KE'>> = {
  type: 34,
  name: 'KE',
  parse(r) {
    const group = r.u16('group');
    r.skip(2, 'reserved');
    return { type: 'KE', group, publicValue: r.rest('public value') };
  },
  write(w, { group, publicValue }) {
    w.u16(group).zeros(2).octets(publicValue);
  },
};
