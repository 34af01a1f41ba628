/**
 * Datagrams as they come in: to the session whose SPI they name, and where there is none an answer without a state: to a first
 * request (RFC 7296 2.6), to an SPI that nobody knows (2.21.4), to what is no message (2.5).
 */
import type { Datagram } from '../datagram.ts';
import type { Env } from '../env.ts';
import { respondInit } from '../exchanges/ike-sa-init-answer.ts';
import type { Fact } from '../facts.ts';
import type { MessageFault } from '../message/fault.ts';
import type { Header, Message } from '../message/message.ts';
import { parseMessage } from '../message/parse.ts';
import { writeMessage } from '../message/write.ts';
import type { Session } from '../sa/state.ts';
import type { ShownDatagram } from '../transcript.ts';
import { type HalfOpen, type InitKey, initKeyOf } from './half-open.ts';
import type { Runner } from './runner.ts';
import type { Slots } from './slots.ts';
import { isHint, type UnknownSpis } from './unknown-spi.ts';
import { type AnswerLimit, answerToFault, isInitRequest } from './unprotected.ts';

export interface ReceptionPorts {
  env(nowMs: number): Env;
  send(datagram: Datagram, nowMs: number): void;
  onFact(fact: Fact): void;
  /** A datagram that no session will note. */
  note(datagram: Datagram, shown: ShownDatagram, nowMs: number): void;
}

export class Reception {
  readonly counters = { malformed: 0, unknownSpi: 0, halfOpenRefused: 0, cookiesAsked: 0 };

  constructor(
    private readonly ports: ReceptionPorts,
    private readonly slots: Slots,
    private readonly runner: Runner,
    private readonly halfOpen: HalfOpen,
    private readonly unknownSpis: UnknownSpis,
    private readonly answers: AnswerLimit,
  ) {}

  receive(datagram: Datagram, nowMs: number): Promise<void> {
    const parsed = parseMessage(datagram.octets);
    if (!parsed.ok) {
      this.counters.malformed += 1;
      return this.#refuseForm(datagram, parsed.error, nowMs);
    }
    const message = parsed.value;
    const { header } = message;
    if (isInitRequest(header)) {
      // A first request of ours that somebody sends back: whoever answers it may end with an SA with itself.
      if (this.slots.bySpi(header.initiatorSpi)) return this.#ignore(datagram, message, nowMs);
      return this.#receiveInit(datagram, message, nowMs);
    }
    if (isHint(message)) return this.runner.track(this.unknownSpis.follow(datagram.remote, nowMs));

    const slot = this.slots.bySpi(header.isFromInitiator ? header.responderSpi : header.initiatorSpi);
    if (!slot || !namesSession(header, slot.session)) {
      this.counters.unknownSpi += 1;
      this.unknownSpis.answer(datagram, message, nowMs);
      return done;
    }
    return this.runner.enqueue(slot, { type: 'datagram', datagram, message }, nowMs);
  }

  #ignore(datagram: Datagram, message: Message, nowMs: number): Promise<void> {
    this.runner.counters.ignored += 1;
    this.ports.note(datagram, message, nowMs);
    return done;
  }

  #receiveInit(datagram: Datagram, message: Message, nowMs: number): Promise<void> {
    const key = initKeyOf(message.header, datagram.remote);
    const admitted = this.halfOpen.admit(key, datagram.octets);
    switch (admitted.type) {
      case 'repeated':
        return admitted.slot
          ? this.runner.enqueue(admitted.slot, { type: 'datagram', datagram, message }, nowMs)
          : done;
      case 'refused':
        this.counters.halfOpenRefused += 1;
        return done;
      case 'new':
        return this.runner.track(this.#answerInit(datagram, message, key, nowMs));
    }
  }

  async #answerInit(datagram: Datagram, message: Message, key: InitKey, nowMs: number): Promise<void> {
    const wantsCookie = this.halfOpen.mustProve(key);
    const load = { wantsCookie, secrets: this.halfOpen.cookieSecrets(nowMs) };
    const env = this.ports.env(nowMs);
    const answer = await respondInit(env, load, datagram, message).catch((error) => {
      this.halfOpen.dropped(key);
      throw error;
    });
    const { local, remote } = datagram;
    this.ports.note(datagram, message, nowMs);
    if (answer.type === 'session') {
      const slot = this.runner.adopt(answer.session, env);
      this.halfOpen.answered(key, datagram.octets, slot);
      this.ports.send({ local, remote, octets: answer.octets }, nowMs);
      this.runner.announceWake();
      if (!wantsCookie) await this.runner.enqueue(slot, { type: 'prepare' }, nowMs);
      return;
    }
    this.halfOpen.dropped(key);
    if (answer.type === 'silent') this.counters.malformed += 1;
    if (answer.type !== 'stateless') return;
    if (wantsCookie) this.counters.cookiesAsked += 1;
    if (answer.facts.length > 0 && !this.answers.allows(nowMs)) return;
    for (const fact of answer.facts) this.ports.onFact(fact);
    this.ports.send({ local, remote, octets: answer.octets }, nowMs);
  }

  #refuseForm(datagram: Datagram, fault: MessageFault, nowMs: number): Promise<void> {
    const answer = answerToFault(fault);
    if (answer && this.answers.allows(nowMs)) {
      const { local, remote } = datagram;
      this.ports.send({ local, remote, octets: writeMessage(answer) }, nowMs);
    }
    if ('header' in fault && fault.header.isResponse) {
      const slot = this.slots.bySpi(fault.header.initiatorSpi);
      const isOurs = slot && namesSession(fault.header, slot.session);
      if (isOurs) return this.runner.enqueue(slot, { type: 'unreadable', datagram, fault }, nowMs);
    }
    this.ports.note(datagram, { ...('header' in fault && { header: fault.header }), note: 'malformed' }, nowMs);
    return done;
  }
}

const done: Promise<void> = Promise.resolve();

/** The other end's SPI fits too, or is not known yet. */
const namesSession = ({ initiatorSpi, responderSpi }: Header, { spis, phase }: Session): boolean =>
  spis.initiator === initiatorSpi && (phase === 'awaitingInit' || spis.responder === responderSpi);
