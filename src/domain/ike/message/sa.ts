/**
 * Security Association payload (RFC 7296 3.3): proposals, each with an SPI and transforms. Every substructure says whether
 * another follows (2 after a proposal, 3 after a transform, 0 after the last), which must agree with what does follow.
 */
import type { Reader } from '../../bytes/reader.ts';
import type { Writer } from '../../bytes/writer.ts';
import type { PayloadCodec, PayloadNamed } from './codec.ts';
import { maxProposals, maxTransforms } from './limits.ts';
import type { Proposal, Transform } from './message.ts';
import { readTransform, writeTransform } from './transform.ts';

const last = 0;
const anotherProposal = 2;
const anotherTransform = 3;

export const sa: PayloadCodec<PayloadNamed<'SA'>> = {
  type: 33,
  name: 'SA',
  parse(r) {
    const proposals: Proposal[] = [];
    do {
      if (proposals.length === maxProposals) r.refuse('proposal', `at most ${maxProposals} proposals`, 'more');
      const hasMore = readMarker(r, anotherProposal);
      proposals.push(r.sized16(2, 'proposal', readProposal, proposals.length + 1));
      if (hasMore !== r.left > 0) refuseMarker(r, hasMore);
    } while (r.left > 0);
    return { type: 'SA', proposals };
  },
  write(w, { proposals }) {
    let left = proposals.length;
    for (const proposal of proposals) {
      w.u8(--left > 0 ? anotherProposal : last).zeros(1);
      const start = w.begin16();
      writeProposal(w, proposal);
      w.end16(start, 2);
    }
  },
};

function readProposal(r: Reader): Proposal {
  const number = r.u8('number');
  const protocol = r.u8('protocol');
  const spiOctets = r.u8('SPI size');
  const count = r.u8('number of transforms');
  if (count > maxTransforms) r.refuse('number of transforms', `at most ${maxTransforms}`, count);
  const spi = r.take(spiOctets, 'SPI');
  const transforms: Transform[] = [];
  for (let i = 0; i < count; i++) {
    const hasMore = readMarker(r, anotherTransform);
    transforms.push(r.sized16(2, 'transform', readTransform, i + 1));
    if (hasMore !== i < count - 1) refuseMarker(r, hasMore);
  }
  return { number, protocol, spi, transforms };
}

function writeProposal(w: Writer, { number, protocol, spi, transforms }: Proposal): void {
  w.u8(number).u8(protocol).u8(spi.length).u8(transforms.length).octets(spi);
  let left = transforms.length;
  for (const transform of transforms) {
    w.u8(--left > 0 ? anotherTransform : last).zeros(1);
    const start = w.begin16();
    writeTransform(w, transform);
    w.end16(start, 2);
  }
}

function readMarker(r: Reader, another: number): boolean {
  const marker = r.u8('last substructure');
  if (marker !== last && marker !== another) r.refuse('last substructure', `${last} or ${another}`, marker);
  r.skip(1, 'reserved');
  return marker === another;
}

function refuseMarker(r: Reader, hasMore: boolean): never {
  r.refuse('last substructure', hasMore ? 'another' : 'the last', hasMore ? 'nothing more' : 'another');
}
