/**
 * The least that any reader and writer of a message does: a DataView walk over the fixed fields of the header, of every payload, proposal,
 * transform and selector, and a copy of the octets. It checks nothing, names nothing and keeps nothing.
 */
import type { Octets } from '../src/domain/bytes/octets.ts';

export function walkAndCopyMessage(datagram: Octets): Octets {
  const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.length);
  const spis = view.getUint32(0) + view.getUint32(4) + view.getUint32(8) + view.getUint32(12);
  const numbers = view.getUint8(17) + view.getUint8(18) + view.getUint8(19) + view.getUint32(20) + view.getUint32(24);
  return copyOf(datagram, spis + numbers + walkChain(view, view.getUint8(16), 28));
}

export function walkAndCopyChain(first: number, octets: Octets): Octets {
  return copyOf(octets, walkChain(new DataView(octets.buffer, octets.byteOffset, octets.length), first, 0));
}

function copyOf(octets: Octets, sum: number): Octets {
  if (sum < 0) throw new Error('the sum keeps the walk from being left out');
  return octets.slice();
}

function walkChain(view: DataView, first: number, from: number): number {
  let sum = 0;
  let type = first;
  for (let at = from; type !== 0; ) {
    const next = view.getUint8(at);
    const end = at + view.getUint16(at + 2);
    sum += view.getUint8(at + 1) + walkBody(view, type, at + 4, end);
    if (type === 46 || type === 53) return sum; // SK and SKF: `next` is inside
    type = next;
    at = end;
  }
  return sum;
}

function walkBody(view: DataView, type: number, at: number, end: number): number {
  switch (type) {
    case 33: // SA
      return walkProposals(view, at, end);
    case 34: // KE: group
      return view.getUint16(at);
    case 35: // IDi, IDr: type
    case 36:
    case 37: // CERT, CERTREQ: encoding
    case 38:
    case 39: // AUTH: method
      return view.getUint8(at);
    case 41: // NOTIFY: protocol, SPI size, type
    case 42: // DELETE: protocol, SPI size, count
      return view.getUint8(at) + view.getUint8(at + 1) + view.getUint16(at + 2);
    case 44: // TSi, TSr
    case 45:
      return walkSelectors(view, at + 4, view.getUint8(at));
    case 53: // SKF: number, total
      return view.getUint16(at) + view.getUint16(at + 2);
    default:
      return 0;
  }
}

function walkProposals(view: DataView, from: number, end: number): number {
  let sum = 0;
  for (let at = from; at < end; at += view.getUint16(at + 2)) {
    const transforms = view.getUint8(at + 7);
    sum += view.getUint8(at) + view.getUint8(at + 4) + view.getUint8(at + 5);
    let inner = at + 8 + view.getUint8(at + 6);
    for (let i = 0; i < transforms; i++) {
      const length = view.getUint16(inner + 2);
      sum += view.getUint8(inner) + view.getUint8(inner + 4) + view.getUint16(inner + 6);
      if (length > 8) sum += view.getUint16(inner + 8) + view.getUint16(inner + 10);
      inner += length;
    }
  }
  return sum;
}

function walkSelectors(view: DataView, from: number, count: number): number {
  let sum = 0;
  let at = from;
  for (let i = 0; i < count; i++) {
    sum += view.getUint8(at) + view.getUint8(at + 1) + view.getUint16(at + 4) + view.getUint16(at + 6);
    at += view.getUint16(at + 2);
  }
  return sum;
}
