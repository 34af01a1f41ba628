/**
 * The protected way between two IKE SAs: payloads in, datagrams out, and back (RFC 7296 3.14). One per IKE SA.
 *
 * It counts what it seals. The count is the one thing of a session that is never taken back: an IV must not repeat under a key,
 * not even if a step that sealed something comes to nothing (RFC 5282 3.1).
 */
import { emptyOctets, type Octets } from '../bytes/octets.ts';
import type { Protection } from '../crypto/protection.ts';
import type { BothWays } from './keys.ts';
import type { Means } from './means.ts';
import { headerOctets } from './message/header.ts';
import type { Header, Payload } from './message/message.ts';
import { writeMessage, writePayloads } from './message/write.ts';
import { ivOf, openSk, sealSk } from './sealing.ts';

export class Channel {
  readonly #own: Protection;
  readonly #peers: Protection;
  #sealedCount = 0;

  constructor(protections: BothWays<Protection>, isInitiator: boolean) {
    this.#own = isInitiator ? protections.fromInitiator : protections.fromResponder;
    this.#peers = isInitiator ? protections.fromResponder : protections.fromInitiator;
  }

  /** The datagrams of one message. */
  async seal(means: Means, header: Header, payloads: readonly Payload[]): Promise<readonly Octets[]> {
    const { first, octets } = writePayloads(payloads);
    const iv = ivOf(this.#own, this.#sealedCount++, means.random);
    const head = writeMessage({ header, payloads: [{ type: 'SK', inner: first, sealed: emptyOctets }] });
    return [await sealSk(this.#own, iv, head, headerOctets, octets)];
  }

  /** The chain inside, without its padding; undefined where the ICV does not fit. */
  async open(datagram: Octets, sealed: Octets): Promise<Octets | undefined> {
    return openSk(this.#peers, datagram, sealed);
  }
}
