/**
 * Damage to messages, by octet and by structure, from a seed. `first` and `octets` are a chain of payloads and the type of its
 * first one; a whole message is damaged as its header and such a chain. The same seed does the same damage.
 */
import { concat, type Octets } from '../../../bytes/octets.ts';
import type { ChainSample } from './samples.ts';

export type Chain = Pick<ChainSample, 'first' | 'octets'>;

/** Numbers from 0 to below `count`. */
export type Draw = (count: number) => number;

/** xorshift32: good enough to choose damage by, the same everywhere. */
export function drawFrom(seed: number): Draw {
  let state = seed | 0 || 1;
  return (count) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % count;
  };
}

/** One to four pieces of damage. `others` are chains to take parts from. */
export function mutateChain(chain: Chain, others: readonly Chain[], draw: Draw): Chain {
  let damaged: Chain = { first: chain.first, octets: chain.octets.slice() };
  for (let count = 1 + draw(4); count > 0; count--) damaged = damageOnce(damaged, others, draw);
  return damaged;
}

/** The header's own octets suffer more seldom, since little of it can be wrong in an interesting way. */
export function mutateMessage(message: Octets, others: readonly Chain[], draw: Draw): Octets {
  const header = message.slice(0, 28);
  const chain = mutateChain({ first: header[16] ?? 0, octets: message.slice(28) }, others, draw);
  header[16] = chain.first;
  const damaged = concat(header, chain.octets);
  if (draw(8) > 0) new DataView(damaged.buffer).setUint32(24, damaged.length);
  if (draw(8) === 0) damaged[draw(28)] = draw(256);
  return damaged;
}

function damageOnce({ first, octets }: Chain, others: readonly Chain[], draw: Draw): Chain {
  const other = others[draw(others.length)] ?? { first: 0, octets: new Uint8Array() };
  const starts = payloadStarts(octets);
  const start = starts[draw(starts.length)] ?? 0;
  switch (draw(11)) {
    case 0: // another octet somewhere
      return { first, octets: withOctet(octets, draw(octets.length + 1), draw(256)) };
    case 1: // an edge value somewhere
      return { first, octets: withOctet(octets, draw(octets.length + 1), [0, 1, 0x7f, 0x80, 0xff][draw(5)] ?? 0) };
    case 2: // a length that is off by a little
      return { first, octets: withOctet(octets, start + 3, ((octets[start + 3] ?? 0) + draw(17) - 8) & 0xff) };
    case 3: // a length that is off by far
      return { first, octets: withOctet(octets, start + 2, draw(256)) };
    case 4: // the next payload read as another type
      return { first, octets: withOctet(octets, start, 33 + draw(24)) };
    case 5: // the first payload read as another type
      return { first: 33 + draw(24), octets };
    case 6: // cut
      return { first, octets: octets.slice(0, draw(octets.length + 1)) };
    case 7: // something behind the end
      return { first, octets: concat(octets, other.octets.subarray(0, draw(other.octets.length + 1))) };
    case 8: // a payload lost
      return { first, octets: concat(octets.subarray(0, start), octets.subarray(start + 4 + draw(60))) };
    case 9: // a part twice
      return { first, octets: concat(octets.subarray(0, start + draw(40)), octets.subarray(start)) };
    default: // the beginning of one, the end of another
      return { first, octets: concat(octets.subarray(0, start), other.octets.subarray(draw(other.octets.length + 1))) };
  }
}

/** Where payloads begin, as far as the lengths lead. */
function payloadStarts(octets: Octets): readonly number[] {
  const starts: number[] = [];
  for (let at = 0; at + 4 <= octets.length && starts.length < 64; ) {
    starts.push(at);
    const length = ((octets[at + 2] ?? 0) << 8) | (octets[at + 3] ?? 0);
    if (length < 4) break;
    at += length;
  }
  return starts;
}

function withOctet(octets: Octets, at: number, value: number): Octets {
  const changed = octets.slice();
  if (at < changed.length) changed[at] = value;
  return changed;
}
