/**
 * The protected way between two IKE SAs: payloads in, datagrams out, and back (RFC 7296 3.14, RFC 7383 2.5). One per IKE SA.
 *
 * It counts what it seals. The count is the one thing of a session that is never taken back: an IV must not repeat under a key,
 * not even if a step that sealed something comes to nothing (RFC 5282 3.1).
 */
import { emptyOctets, type Octets } from '../../bytes/octets.ts';
import type { Protection } from '../../crypto/protection.ts';
import type { BothWays } from '../keys/keys.ts';
import type { Means } from '../means.ts';
import { headerOctets } from '../message/header.ts';
import type { Header, Payload } from '../message/message.ts';
import { writeMessage, writePayloads } from '../message/write.ts';
import { capacityOf, split } from './fragmentation.ts';
import { ivOf, openSk, sealSk } from './sealing.ts';

export class Channel {
  readonly #own: Protection;
  readonly #peers: Protection;
  #sealedCount = 0;

  constructor(protections: BothWays<Protection>, isInitiator: boolean) {
    this.#own = isInitiator ? protections.fromInitiator : protections.fromResponder;
    this.#peers = isInitiator ? protections.fromResponder : protections.fromInitiator;
  }

  /**
   * The datagrams of one message: one, or fragments where it would be longer than `datagramOctets`. A message that is cut once more
   * comes in more parts than before, since a receiver takes those with the larger total for the newer (RFC 7383 2.6).
   */
  async seal(
    means: Pick<Means, 'random'>,
    header: Header,
    payloads: readonly Payload[],
    datagramOctets = Number.POSITIVE_INFINITY,
    partsAtLeast = 1,
  ): Promise<readonly Octets[]> {
    const { first, octets } = writePayloads(payloads);
    const capacity = Math.min(capacityOf(this.#own, datagramOctets), Math.floor(octets.length / partsAtLeast));
    if (octets.length <= capacity) {
      return [await this.#sealOne(means, header, { type: 'SK', inner: first, sealed: emptyOctets }, octets)];
    }
    const parts = split(octets, capacity);
    return Promise.all(
      parts.map((part, i) => {
        const inner = i === 0 ? first : 0;
        return this.#sealOne(
          means,
          header,
          { type: 'SKF', inner, number: i + 1, total: parts.length, sealed: emptyOctets },
          part,
        );
      }),
    );
  }

  /** The plaintext inside, without its padding; undefined where the ICV does not fit. */
  async open(datagram: Octets, sealed: Octets): Promise<Octets | undefined> {
    return openSk(this.#peers, datagram, sealed);
  }

  async #sealOne(
    means: Pick<Means, 'random'>,
    header: Header,
    frame: Extract<Payload, { type: 'SK' | 'SKF' }>,
    plain: Octets,
  ): Promise<Octets> {
    const iv = ivOf(this.#own, this.#sealedCount++, means.random);
    return sealSk(this.#own, iv, writeMessage({ header, payloads: [frame] }), headerOctets, plain);
  }
}
