/**
 * SPIs that nobody here knows (RFC 7296 1.5, 2.21.4). Whoever lost its memory says so: of an IKE SA in an answer without protection, of a
 * CHILD SA inside an IKE SA with that peer, or else without protection too. Since anybody may say such a thing, who hears it believes
 * nothing and asks whether its peer still lives. Both are done seldom.
 */
import type { IpAddress } from '../../net/address.ts';
import { type Datagram, ikePort, type UdpEnd } from '../datagram.ts';
import { type EspSpi, type Header, type Message, noSpi } from '../message/message.ts';
import { exchangeTypes } from '../message/names.ts';
import { hasNotify, notify } from '../message/notifies.ts';
import { writeMessage } from '../message/write.ts';
import type { Session } from '../sa/state.ts';
import { invalidSpi } from '../session/hints.ts';
import type { Input } from '../session/session.ts';
import type { Slot, Slots } from './slots.ts';
import { AnswerLimit } from './unprotected.ts';

const { IKE_SA_INIT, INFORMATIONAL } = exchangeTypes.numbers;

/** Hints that are followed, a second. */
const hintsPerSecond = 5;
/** ESP packets of unknown SPIs that anything is said of, a second: anybody can send them. */
const tellsPerSecond = 20;
/** A peer that was heard so lately lives. */
const heardLatelyMs = 10_000;
/** Packets of an SA that is gone may still be on their way. */
const goneLatelyMs = 60_000;

export interface UnknownSpiPorts {
  send(datagram: Datagram, nowMs: number): void;
  enqueue(slot: Slot, input: Input, nowMs: number): Promise<void>;
}

/** Where an ESP packet of an unknown SPI came from and to; ports if it came in UDP. */
export interface EspEnds {
  readonly local: IpAddress;
  readonly remote: IpAddress;
  readonly udp?: { readonly localPort: number; readonly remotePort: number };
}

export class UnknownSpis {
  readonly #hints = new AnswerLimit(hintsPerSecond);
  /** Apart from what is said to IKE messages, so that no ESP packet silences it. */
  readonly #tells = new AnswerLimit(tellsPerSecond);

  constructor(
    private readonly ports: UnknownSpiPorts,
    private readonly slots: Slots,
    private readonly answers: AnswerLimit,
  ) {}

  /** A message for an IKE SA that is not here. A response is never answered (2.21.4). */
  answer({ local, remote }: Datagram, { header }: Message, nowMs: number): void {
    if (header.isResponse || !this.answers.allows(nowMs)) return;
    const answer: Header = { ...header, isResponse: true, isFromInitiator: !header.isFromInitiator };
    this.#send({ local, remote }, { header: answer, payloads: [notify('INVALID_IKE_SPI')] }, nowMs);
  }

  /** An ESP packet for a CHILD SA that is not here, and has not been lately. */
  tell(spi: EspSpi, { local, remote, udp }: EspEnds, nowMs: number): Promise<void> {
    const goneAtMs = this.slots.goneAtMs(spi);
    if (goneAtMs !== undefined && nowMs - goneAtMs < goneLatelyMs) return done;
    if (!this.#tells.allows(nowMs)) return done;
    for (const slot of this.slots.ofPeer(remote)) {
      const isThatPeer = udp === undefined || slot.session.path.remote.port === udp.remotePort;
      if (!isThatPeer || slot.session.phase !== 'established') continue;
      if (slot.queued > 0) return done; // anybody can send such a packet, and the peer's own messages come first
      return this.ports.enqueue(slot, { type: 'tell', notify: invalidSpi(spi) }, nowMs);
    }
    const ends = {
      local: { address: local, port: udp?.localPort ?? ikePort },
      remote: { address: remote, port: udp?.remotePort ?? ikePort },
    };
    this.#send(ends, { header: oneWay, payloads: [invalidSpi(spi)] }, nowMs);
    return done;
  }

  /** Somebody says that the peer there has lost an SA: its IKE SAs are asked whether it lives, if they have been silent. */
  async follow(remote: UdpEnd, nowMs: number): Promise<void> {
    if (!this.#hints.allows(nowMs)) return;
    const asked = [...this.slots.ofPeer(remote.address)]
      .filter(({ session }) => session.path.remote.port === remote.port && isSilent(session, nowMs))
      .map((slot) => this.ports.enqueue(slot, { type: 'want', task: { type: 'probe' } }, nowMs));
    await Promise.all(asked);
  }

  #send({ local, remote }: { readonly local: UdpEnd; readonly remote: UdpEnd }, message: Message, nowMs: number): void {
    this.ports.send({ local, remote, octets: writeMessage(message) }, nowMs);
  }
}

const done: Promise<void> = Promise.resolve();

/** Nobody can tell who said it: INVALID_IKE_SPI in an answer, INVALID_SPI in a message that is part of no exchange. */
export function isHint({ header, payloads }: Message): boolean {
  if (header.isResponse) return header.exchange !== IKE_SA_INIT && hasNotify(payloads, 'INVALID_IKE_SPI');
  return header.exchange === INFORMATIONAL && hasNotify(payloads, 'INVALID_SPI');
}

/** No SPI would mean anything to who gets it; the one message whose initiator SPI may be zero (1.5). */
const oneWay: Header = {
  initiatorSpi: noSpi,
  responderSpi: noSpi,
  exchange: INFORMATIONAL,
  majorVersion: 2,
  minorVersion: 0,
  isFromInitiator: true,
  isResponse: false,
  messageId: 0,
};

/** Not heard for a while, and not asked anything already. */
const isSilent = (session: Session, nowMs: number): boolean =>
  session.phase === 'established' && !session.window.outstanding && nowMs - session.heardAtMs >= heardLatelyMs;
