/** Notify payload (RFC 7296 3.10): protocol, SPI size, notify type, SPI, data. */
import type { PayloadCodec } from './codec.ts';
import type { NotifyPayload } from './message.ts';

export const notify: PayloadCodec<NotifyPayload> = {
  type: 41,
  name: 'NOTIFY',
  parse(r) {
    const protocol = r.u8('protocol');
    const spiOctets = r.u8('SPI size');
    const type = r.u16('notify type');
    return { type: 'NOTIFY', protocol, notify: type, spi: r.take(spiOctets, 'SPI'), data: r.rest('notification data') };
  },
  write(w, { protocol, spi, notify: type, data }) {
    w.u8(protocol).u8(spi.length).u16(type).octets(spi).octets(data);
  },
};
