/** Encrypted payload (RFC 7296 3.14): IV, ciphertext and ICV in one. Its next-payload octet names the first payload inside. */
import type { PayloadCodec } from './codec.ts';
import type { EncryptedPayload } from './message.ts';

export const sk: PayloadCodec<EncryptedPayload> = {
  type: 46,
  name: 'SK',
  parse(r, next) {
    return { type: 'SK', inner: next, sealed: r.rest('sealed octets') };
  },
  write(w, { sealed }) {
    w.octets(sealed);
  },
  innerOf: ({ inner }) => inner,
};
