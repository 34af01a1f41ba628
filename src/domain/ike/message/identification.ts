/** Identification payloads (RFC 7296 3.5): ID type, three reserved octets, data. One layout, two numbers. */
import type { Reader } from '../../bytes/reader.ts';
import type { Writer } from '../../bytes/writer.ts';
import type { PayloadCodec, PayloadNamed } from './codec.ts';

type IdName = 'IDi' | 'IDr';

const zeros = new Uint8Array(3);

const identification = <Name extends IdName>(type: number, name: Name) => ({
  type,
  name,
  parse(r: Reader) {
    const idType = r.u8('ID type');
    const reserved = r.take(3, 'reserved');
    const isZero = reserved.every((octet) => octet === 0);
    return { type: name, idType, data: r.rest('data'), ...(isZero ? {} : { reserved }) };
  },
  write(w: Writer, { idType, data, reserved = zeros }: PayloadNamed<IdName>) {
    w.u8(idType).octets(reserved).octets(data);
  },
});

export const idi: PayloadCodec<PayloadNamed<'IDi'>> = identification(35, 'IDi');
export const idr: PayloadCodec<PayloadNamed<'IDr'>> = identification(36, 'IDr');
