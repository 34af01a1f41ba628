/**
 * Encrypted Fragment payload (RFC 7383 2.5): fragment number, total, then as SK. Only fragment 1 names the first payload
 * inside; the others have 0 there. Whether number and total make sense is the reassembler's affair.
 */
import type { PayloadCodec } from './codec.ts';
import type { EncryptedFragment } from './message.ts';

export const skf: PayloadCodec<EncryptedFragment> = {
  type: 53,
  name: 'SKF',
  parse(r, next) {
    const number = r.u16('fragment number');
    const total = r.u16('total fragments');
    return { type: 'SKF', inner: next, number, total, sealed: r.rest('sealed octets') };
  },
  write(w, { number, total, sealed }) {
    w.u16(number).u16(total).octets(sealed);
  },
  innerOf: ({ inner }) => inner,
};
