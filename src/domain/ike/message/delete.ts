/**
 * Delete payload (RFC 7296 3.11): protocol, SPI size, count, SPIs. An IKE SA has no SPI here, and what is counted then
 * says nothing.
 */
import type { Octets } from '../../bytes/octets.ts';
import { invariant } from '../../bytes/result.ts';
import type { PayloadCodec, PayloadNamed } from './codec.ts';

export const deletion: PayloadCodec<PayloadNamed<'DELETE'>> = {
  type: 42,
  name: 'DELETE',
  parse(r) {
    const protocol = r.u8('protocol');
    const spiOctets = r.u8('SPI size');
    const count = r.u16('number of SPIs');
    const spis: Octets[] = [];
    if (spiOctets > 0) for (let i = 0; i < count; i++) spis.push(r.take(spiOctets, 'SPI'));
    return { type: 'DELETE', protocol, spis };
  },
  write(w, { protocol, spis }) {
    const spiOctets = spis[0]?.length ?? 0;
    w.u8(protocol).u8(spiOctets).u16(spis.length);
    for (const spi of spis) {
      invariant(spi.length === spiOctets && spiOctets > 0, 'SPIs of one delete have one length, not 0');
      w.octets(spi);
    }
  },
};
