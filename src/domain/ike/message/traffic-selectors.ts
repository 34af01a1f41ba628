/**
 * Traffic Selector payloads (RFC 7296 3.13): count, three reserved octets, selectors. One layout, two numbers. A selector
 * of a type that we cannot read is kept and skipped by negotiation; whether start lies below end is for spd/ to say.
 */
import type { Reader } from '../../bytes/reader.ts';
import type { Writer } from '../../bytes/writer.ts';
import type { PayloadCodec, PayloadNamed } from './codec.ts';
import type { WireSelector } from './message.ts';

type TsName = 'TSi' | 'TSr';

const ipv4Range = 7;
const ipv6Range = 8;

const trafficSelectors = <Name extends TsName>(type: number, name: Name) => ({
  type,
  name,
  parse(r: Reader) {
    const count = r.u8('number of selectors');
    r.skip(3, 'reserved');
    const selectors: WireSelector[] = [];
    for (let i = 0; i < count; i++) selectors.push(readSelector(r));
    return { type: name, selectors };
  },
  write(w: Writer, { selectors }: PayloadNamed<TsName>) {
    w.u8(selectors.length).zeros(3);
    for (const selector of selectors) writeSelector(w, selector);
  },
});

export const tsi: PayloadCodec<PayloadNamed<'TSi'>> = trafficSelectors(44, 'TSi');
export const tsr: PayloadCodec<PayloadNamed<'TSr'>> = trafficSelectors(45, 'TSr');

function readSelector(r: Reader): WireSelector {
  const type = r.u8('selector type');
  const protocol = r.u8('protocol');
  if (type !== ipv4Range && type !== ipv6Range) {
    return r.sized16(2, 'selector', (s) => ({ type: 'unknown', number: type, protocol, data: s.rest('data') }));
  }
  const addressOctets = type === ipv4Range ? 4 : 16;
  return r.sized16(2, 'selector', (s) => ({
    type,
    protocol,
    startPort: s.u16('start port'),
    endPort: s.u16('end port'),
    startAddress: s.take(addressOctets, 'start address'),
    endAddress: s.take(addressOctets, 'end address'),
  }));
}

function writeSelector(w: Writer, selector: WireSelector): void {
  if (selector.type === 'unknown') {
    w.u8(selector.number).u8(selector.protocol);
    w.sized16(2, () => w.octets(selector.data));
    return;
  }
  w.u8(selector.type).u8(selector.protocol);
  w.sized16(2, () =>
    w.u16(selector.startPort).u16(selector.endPort).octets(selector.startAddress).octets(selector.endAddress),
  );
}
