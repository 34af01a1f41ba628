/**
 * One step of a session in the making: what changes, what goes out, what became true. Requests and answers are sealed here, and kept
 * for their repetition (channel/window.ts).
 */
import type { Octets } from '../../bytes/octets.ts';
import { invariant } from '../../bytes/result.ts';
import { answerRequest, ended, type Sealed, sendRequest } from '../channel/window.ts';
import type { Datagram } from '../datagram.ts';
import type { Env } from '../env.ts';
import type { Fact } from '../facts.ts';
import type { Header, Message, Payload } from '../message/message.ts';
import { readMessage } from '../message/parse.ts';
import { writePayloads } from '../message/write.ts';
import type { Path } from '../nat/nat.ts';
import type { Asked, Change, Departure, HandOver } from '../sa/change.ts';
import type { CreateChildTask } from '../sa/create-child-task.ts';
import { type AwaitingInit, headerOf, isLive, type Keyed, type Session } from '../sa/state.ts';
import type { ShownDatagram, TranscriptEntry } from '../transcript.ts';
import { sizesOf } from './datagram-sizes.ts';

export interface Step {
  /** The next state; the very same object if the input changed nothing. */
  readonly session: Session;
  readonly send: readonly Datagram[];
  readonly facts: readonly Fact[];
  readonly born: readonly Session[];
  readonly handOver?: HandOver;
  readonly endsOlder?: Change['endsOlder'];
  /** A CHILD SA that another IKE SA with the same peer is to hold. */
  readonly overflow: readonly CreateChildTask[];
  /** One of `born`: an IKE SA of ours with another gateway, which is to take the place of this one (RFC 5685). */
  readonly successor?: AwaitingInit;
  /** Its time is over, and its connection wants a new authentication in the place of a rekey (RFC 7296 2.8.3). */
  readonly wantsReauthentication: boolean;
  readonly transcript: readonly TranscriptEntry[];
}

export class Turn {
  readonly send: Datagram[] = [];
  readonly facts: Fact[] = [];
  wantsReauthentication = false;
  departure: Departure | undefined;
  readonly #born: Session[] = [];
  readonly #transcript: TranscriptEntry[] = [];
  #handOver: HandOver | undefined;
  #endsOlder: Change['endsOlder'];
  readonly #overflow: CreateChildTask[] = [];
  #successor: AwaitingInit | undefined;

  constructor(
    public session: Session,
    readonly env: Env,
  ) {}

  apply(change: Change): void {
    this.session = change.session;
    this.facts.push(...change.facts);
    this.#born.push(...(change.born ?? []));
    this.#handOver = change.handOver ?? this.#handOver;
    this.#endsOlder = change.endsOlder ?? this.#endsOlder;
    this.#overflow.push(...(change.overflow ?? []));
    this.departure = change.departure ?? this.departure;
  }

  /** An IKE SA of ours with another peer, and its first request. */
  begin(successor: AwaitingInit): void {
    this.#born.push(successor);
    this.#successor = successor;
    this.sendFirst(successor);
  }

  sendFirst({ path, offer }: AwaitingInit): void {
    this.transmitClear(offer.request, path);
  }

  /** Seals a request, and keeps it until it is answered. */
  async ask({ session, exchange, payloads, pending }: Asked): Promise<void> {
    invariant('channel' in session, 'requests go out under keys');
    const header = headerOf(session, exchange, session.window.nextId, { isResponse: false });
    const sealed = await this.#seal(session, session, { header, payloads });
    const window = sendRequest(session.window, sealed, pending, this.env.nowMs, this.env.settings.retransmit);
    this.session = { ...session, window };
    this.transmit(sealed.datagrams, session.path, { header, payloads });
  }

  /** Seals the answer to a request, and keeps it for its repetition. It goes to where the request came from. */
  async answer(
    keyed: Keyed,
    { exchange, messageId }: Header,
    datagram: Datagram,
    answered: Change & { readonly payloads: readonly Payload[] },
  ): Promise<void> {
    const { session } = answered;
    const header = headerOf(session, exchange, messageId, { isResponse: true });
    const message = { header, payloads: answered.payloads };
    const { datagrams, clear } = await this.#seal(keyed, { ...this.session, window: session.window }, message);
    const stored = { request: datagram.octets, response: datagrams, channel: keyed.channel, ...(clear && { clear }) };
    const window = answerRequest(session.window, { id: messageId, ...stored }, widthOf(this.env, this.session));
    this.apply({ ...answered, session: { ...session, window: session.phase === 'closed' ? ended(window) : window } });
    this.transmit(datagrams, datagram, message);
  }

  /** What went before, the same octets. */
  repeat(datagrams: readonly Octets[], path: Path): void {
    for (const octets of datagrams) {
      const { header } = this.#messageOf(octets);
      this.#send(octets, path, { ...(header && { header }), note: 'repeated' });
    }
  }

  /** A message that is read off its octets. */
  transmitClear(octets: Octets, path: Path): void {
    this.#send(octets, path, this.#messageOf(octets));
  }

  /** A message that was sealed, in one datagram or in fragments. */
  transmit(datagrams: readonly Octets[], path: Path, message: Message): void {
    const inside = this.env.transcribes ? { inside: writePayloads(message.payloads) } : {};
    for (const octets of datagrams) this.#send(octets, path, { ...message, ...inside });
  }

  note(direction: 'in' | 'out', { local, remote, octets }: Datagram, shown: ShownDatagram): void {
    if (this.env.transcribes) {
      this.#transcript.push({ atMs: this.env.nowMs, direction, local, remote, octets, ...shown });
    }
  }

  /** An unprotected message, or what can be read of a protected one; where nobody looks, nothing. */
  #messageOf(octets: Octets): Partial<Message> {
    const read = this.env.transcribes ? readMessage(octets) : undefined;
    return read?.ok ? read.value : {};
  }

  #send(octets: Octets, { local, remote }: Path, shown: ShownDatagram): void {
    const datagram = { local, remote, octets };
    this.send.push(datagram);
    this.note('out', datagram, shown);
  }

  done(): Step {
    return {
      session: this.session,
      send: this.send,
      facts: this.facts,
      born: this.#born,
      overflow: this.#overflow,
      wantsReauthentication: this.wantsReauthentication,
      transcript: this.#transcript,
      ...(this.#handOver ? { handOver: this.#handOver } : {}),
      ...(this.#endsOlder ? { endsOlder: this.#endsOlder } : {}),
      ...(this.#successor ? { successor: this.#successor } : {}),
    };
  }

  /** What is inside is kept as long as it may have to go in smaller fragments (smaller-fragments.ts). */
  async #seal({ channel }: Pick<Keyed, 'channel'>, session: Session, clear: Message): Promise<Sealed> {
    const sizes = sizesOf(this.env, session);
    const datagrams = await channel.seal(this.env.means, clear.header, clear.payloads, sizes?.now);
    const isLong = sizes !== undefined && datagrams.some(({ length }) => length > sizes.narrow);
    return isLong ? { datagrams, clear } : { datagrams };
  }
}

/** How many requests of the peer may be unanswered: no exchange of a negotiation goes before its time (RFC 7296 2.3). */
export const widthOf = ({ settings }: Env, session: Session): number => (isLive(session) ? settings.windowSize : 1);
