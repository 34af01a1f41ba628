/** Identification payloads (RFC 7296 3.5): ID type, three reserved octets, data. One layout, two numbers. */
import type { Reader } from '../../bytes/reader.ts';
import type { Writer } from '../../bytes/writer.ts';
import type { PayloadCodec, PayloadNamed } from './codec.ts';

type IdName = 'IDi' | 'IDr';

const identification = <Name extends IdName>(type: number, name: Name) => ({
  type,
  name,
  parse(r: Reader) {
    const idType = r.u8('ID type');
    r.skip(3, 'reserved');
    return { type: name, idType, data: r.rest('data') };
  },
  write(w: Writer, { idType, data }: PayloadNamed<IdName>) {
    w.u8(idType).zeros(3).octets(data);
  },
});

export const idi: PayloadCodec<PayloadNamed<'IDi'>> = identification(35, 'IDi');
export const idr: PayloadCodec<PayloadNamed<'IDr'>> = identification(36, 'IDr');
