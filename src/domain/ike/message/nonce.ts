/** Nonce payload (RFC 7296 3.9). Its permitted length is a rule of rules.ts: a transcript shows any. */
import type { PayloadCodec, PayloadNamed } from './codec.ts';

export const nonce: PayloadCodec<PayloadNamed<'NONCE'>> = {
  type: 40,
  name: 'NONCE',
  parse(r) {
    return { type: 'NONCE', nonce: r.rest('nonce') };
  },
  write(w, payload) {
    w.octets(payload.nonce);
  },
};
