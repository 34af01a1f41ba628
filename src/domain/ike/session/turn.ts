/**
 * One step of a session in the making: what changes, what goes out, what became true. Requests and answers are sealed and kept here,
 * so that no exchange knows of message ids (window.ts).
 */
import type { Octets } from '../../bytes/octets.ts';
import { invariant } from '../../bytes/result.ts';
import type { Identity } from '../auth/identity.ts';
import { datagramOctetsFor } from '../channel/fragmentation.ts';
import { answerRequest, sendRequest } from '../channel/window.ts';
import type { Datagram } from '../datagram.ts';
import type { Asked, Change, Env, HandOver } from '../exchanges/exchange.ts';
import type { Fact } from '../facts.ts';
import type { Header, Message, Payload } from '../message/message.ts';
import { readMessage } from '../message/parse.ts';
import type { Path } from '../nat/nat.ts';
import type { TranscriptEntry } from '../transcript.ts';
import { type Deadlines, deadlinesOf } from './deadlines.ts';
import type { Keyed, Session } from './state.ts';
import type { CreateChildTask } from './tasks.ts';

export interface Step {
  /** The next state; the very same object if the input changed nothing. */
  readonly session: Session;
  readonly send: readonly Datagram[];
  readonly facts: readonly Fact[];
  readonly deadlines: Deadlines;
  readonly born: readonly Session[];
  readonly handOver?: HandOver;
  readonly initialContactOf?: Identity;
  /** A CHILD SA that another IKE SA with the same peer is to hold. */
  readonly overflow?: CreateChildTask;
  /** Its time is over, and its connection wants a new authentication in the place of a rekey (RFC 7296 2.8.3). */
  readonly wantsReauthentication: boolean;
  readonly transcript: readonly TranscriptEntry[];
}

export class Turn {
  readonly send: Datagram[] = [];
  readonly facts: Fact[] = [];
  wantsReauthentication = false;
  readonly #born: Session[] = [];
  readonly #transcript: TranscriptEntry[] = [];
  #handOver: HandOver | undefined;
  #initialContactOf: Identity | undefined;
  #overflow: CreateChildTask | undefined;

  constructor(
    public session: Session,
    readonly env: Env,
  ) {}

  apply(change: Change): void {
    this.session = change.session;
    this.facts.push(...change.facts);
    this.#born.push(...(change.born ?? []));
    this.#handOver = change.handOver ?? this.#handOver;
    this.#initialContactOf = change.initialContactOf ?? this.#initialContactOf;
    this.#overflow = change.overflow ?? this.#overflow;
  }

  /** Seals a request, and keeps it until it is answered. */
  async ask({ session, exchange, payloads, pending }: Asked): Promise<void> {
    invariant('channel' in session, 'requests go out under keys');
    const header = headerOf(session, exchange, session.window.nextId, { isResponse: false });
    const datagrams = await session.channel.seal(this.env.means, header, payloads, this.#sizeFor(session));
    const window = sendRequest(session.window, datagrams, pending, this.env.nowMs, this.env.settings.retransmit);
    this.session = { ...session, window };
    this.transmit(datagrams, session.path, undefined, { header, payloads });
  }

  /** Seals the answer to a request, and keeps it for its repetition. It goes to where the request came from. */
  async answer(
    { channel }: Keyed,
    { exchange, messageId }: Header,
    datagram: Datagram,
    answered: Change & { readonly payloads: readonly Payload[] },
  ): Promise<void> {
    const { session } = answered;
    const header = headerOf(session, exchange, messageId, { isResponse: true });
    const datagrams = await channel.seal(this.env.means, header, answered.payloads, this.#sizeFor(this.session));
    const window = answerRequest(session.window, datagram.octets, datagrams);
    this.apply({ ...answered, session: { ...session, window } });
    const path = { local: datagram.local, remote: datagram.remote };
    this.transmit(datagrams, path, undefined, { header, payloads: answered.payloads });
  }

  sendRaw(datagrams: readonly Octets[], { local, remote }: Path): void {
    this.send.push(...datagrams.map((octets) => ({ local, remote, octets })));
  }

  /** `clear` are the octets of an unprotected message, whose payloads can be read off them. */
  transmit(datagrams: readonly Octets[], path: Path, clear?: Octets, message?: Message): void {
    this.sendRaw(datagrams, path);
    if (!this.env.transcribes) return;
    const read = clear ? readMessage(clear) : undefined;
    const shown = message ?? (read?.ok ? read.value : undefined);
    for (const octets of datagrams) this.note('out', { ...path, octets }, shown?.header, shown?.payloads);
  }

  note(
    direction: 'in' | 'out',
    { local, remote, octets }: Datagram,
    header?: Header,
    payloads?: readonly Payload[],
    note?: TranscriptEntry['note'],
  ): void {
    if (!this.env.transcribes) return;
    this.#transcript.push({
      atMs: this.env.nowMs,
      direction,
      local,
      remote,
      octets,
      ...(header ? { header } : {}),
      ...(payloads ? { payloads } : {}),
      ...(note ? { note } : {}),
    });
  }

  done(): Step {
    return {
      session: this.session,
      send: this.send,
      facts: this.facts,
      deadlines: deadlinesOf(this.session, this.env.settings.halfOpenMs),
      born: this.#born,
      ...(this.#handOver ? { handOver: this.#handOver } : {}),
      ...(this.#initialContactOf ? { initialContactOf: this.#initialContactOf } : {}),
      ...(this.#overflow ? { overflow: this.#overflow } : {}),
      wantsReauthentication: this.wantsReauthentication,
      transcript: this.#transcript,
    };
  }

  /** Where both ends can fragment, the size from which they do. */
  #sizeFor(session: Session): number | undefined {
    const peer = 'peer' in session ? session.peer : 'agreed' in session ? session.agreed.peer : undefined;
    const { fragmentIpOctets } = this.env.settings;
    return peer?.doesFragments ? datagramOctetsFor(session.path.remote.address, fragmentIpOctets) : undefined;
  }
}

/** The header of a message of ours. */
export function headerOf(
  { spis, isInitiator }: Pick<Session, 'spis' | 'isInitiator'>,
  exchange: number,
  messageId: number,
  { isResponse }: { readonly isResponse: boolean },
): Header {
  return {
    initiatorSpi: spis.initiator,
    responderSpi: spis.responder,
    exchange,
    majorVersion: 2,
    minorVersion: 0,
    isFromInitiator: isInitiator,
    isResponse,
    messageId,
  };
}
