/**
 * One IKEv2 endpoint: all sessions of one host or one node, found by SPI (RFC 7296 2.6). It owns no socket and no clock:
 * datagrams, instants and commands come in by the methods, datagrams and facts go out by the ports.
 *
 * Order: `receive`, `initiate`, `wake` and the commands may be called at any time; each resolves when its work is done, and
 * never rejects: exceptions go to `onError`. Inputs of one session wait for each other, sessions do not. After any of them look at
 * `nextWakeAtMs` again (`onWakeChange` tells when it moved) and call `wake` at that instant.
 */
import { attempt } from '../../bytes/exceptions.ts';
import type { IpAddress } from '../../net/address.ts';
import type { Connection } from '../connection.ts';
import type { Datagram, UdpEnd } from '../datagram.ts';
import type { Env } from '../env.ts';
import type { ChildRef, IkeSaView } from '../facts.ts';
import { KeyLog, type KeyLogSink } from '../keys/key-log.ts';
import type { EspSpi, IkeSpi } from '../message/message.ts';
import { parseMessage } from '../message/parse.ts';
import type { CloseReason } from '../refusal.ts';
import type { Session } from '../sa/state.ts';
import type { Trigger } from '../sa/trigger.ts';
import { viewOf } from '../sa/view.ts';
import { defaultSettings, type EndpointSettings } from '../settings.ts';
import type { ShownDatagram } from '../transcript.ts';
import { Beginnings } from './beginning.ts';
import { ConnectionList } from './connection-list.ts';
import { HalfOpen } from './half-open.ts';
import { type HeardAt, type Order, Orders, onCommand } from './orders.ts';
import { type EndpointPorts, type GuardedPorts, guarded } from './ports.ts';
import { Reception } from './reception.ts';
import { Runner } from './runner.ts';
import { type Slot, Slots } from './slots.ts';
import { isFirstContact, olderThan } from './uniqueness.ts';
import { type EspEnds, UnknownSpis } from './unknown-spi.ts';
import { AnswerLimit } from './unprotected.ts';

/** Datagrams and deadlines that came to nothing, by reason. */
export interface EndpointCounters {
  readonly malformed: number;
  readonly unknownSpi: number;
  /** Forged, stale or out of place. */
  readonly ignored: number;
  readonly queueFull: number;
  readonly halfOpenRefused: number;
  readonly cookiesAsked: number;
  readonly answersWithheld: number;
}

export class IkeEndpoint {
  readonly #ports: GuardedPorts;
  readonly #settings: EndpointSettings;
  readonly #slots = new Slots();
  readonly #halfOpen: HalfOpen;
  readonly #runner: Runner;
  readonly #answers: AnswerLimit;
  readonly #unknownSpis: UnknownSpis;
  readonly #reception: Reception;
  readonly #beginnings: Beginnings;
  readonly #orders = new Orders(this.#slots);
  readonly #connections = new ConnectionList();
  #keyLog: KeyLog | undefined;

  constructor(ports: EndpointPorts, settings: Partial<EndpointSettings> = {}) {
    this.#ports = guarded(ports);
    this.#settings = { ...defaultSettings, ...settings };
    this.#halfOpen = new HalfOpen(this.#settings, ports.means);
    this.#answers = new AnswerLimit(this.#settings.unprotectedPerSecond);
    const { send, onFact, onWakeChange, transcript, onError } = this.#ports;
    this.#runner = new Runner(
      {
        env: (nowMs, of) => this.#env(nowMs, of),
        isOutdated: (session) => this.#connections.isOutdated(session),
        elsewhere: (from, tasks, nowMs) => this.#beginnings.elsewhere(from, tasks, nowMs),
        ...{ send, onFact, onWakeChange, onError },
        ...(transcript && { transcript }),
      },
      this.#settings,
      this.#slots,
      this.#halfOpen,
    );
    this.#unknownSpis = new UnknownSpis(
      {
        send: (datagram, nowMs) => this.#send(datagram, nowMs),
        enqueue: (slot, input, nowMs) => this.#runner.enqueue(slot, input, nowMs),
      },
      this.#slots,
      this.#answers,
    );
    this.#beginnings = new Beginnings({ onFact }, this.#slots, this.#runner, this.#connections);
    this.#reception = new Reception(
      {
        env: (nowMs) => this.#env(nowMs),
        send: (datagram, nowMs) => this.#send(datagram, nowMs),
        onFact,
        note: (datagram, message, nowMs) => this.#transcribe('in', datagram, message, nowMs),
      },
      this.#slots,
      this.#runner,
      this.#halfOpen,
      this.#unknownSpis,
      this.#answers,
    );
  }

  /** Replaces the whole list; SAs of connections that vanished or changed are deleted, and what is on its way to one ends. */
  setConnections(connections: readonly Connection[], nowMs: number): Promise<void> {
    this.#connections.replace(connections);
    const ended = this.#slots.all().map((slot) => this.#runner.endOutdated(slot, nowMs));
    return this.#runner.track(Promise.all(ended).then(() => undefined));
  }

  get connections(): readonly Connection[] {
    return this.#connections.all;
  }

  connectionNamed(name: string): Connection | undefined {
    return this.#connections.named(name);
  }

  /** Turns the user's key log on, for sessions that begin from now on, or off, for all of them. It begins as off. */
  setKeyLog(sink: KeyLogSink | undefined): void {
    this.#keyLog?.end();
    this.#keyLog = sink && new KeyLog((entry) => attempt(() => sink(entry), this.#ports.onError));
  }

  receive(datagram: Datagram, nowMs: number): Promise<void> {
    try {
      return this.#reception.receive({ ...datagram, octets: datagram.octets.slice() }, nowMs); // the carrier's memory is the carrier's
    } catch (error) {
      this.#ports.onError(error);
      return done;
    }
  }

  /**
   * Negotiates a CHILD SA: in the IKE SA that stands for this connection and peer, or in a new one. While one negotiation of a
   * child is under way for a peer, asking again does nothing. What cannot begin is a fact, `notBegun`.
   */
  initiate(connectionName: string, trigger: Trigger, nowMs: number): Promise<void> {
    return this.#beginnings.child(connectionName, trigger, nowMs);
  }

  /** An IKE SA alone, ready for its CHILD SAs (RFC 6023); nothing where one stands or is on its way. */
  initiateIke(connectionName: string, trigger: Pick<Trigger, 'local' | 'remote'>, nowMs: number): Promise<void> {
    return this.#beginnings.ike(connectionName, trigger, nowMs);
  }

  wake(nowMs: number): Promise<void> {
    return this.#runner.wake(nowMs);
  }

  get nextWakeAtMs(): number | undefined {
    return this.#runner.nextWakeAtMs;
  }

  // Commands

  rekeyChild(inSpi: ChildRef, nowMs: number): Promise<void> {
    return this.#carryOut(this.#orders.rekeyChild(inSpi), nowMs);
  }

  deleteChild(inSpi: ChildRef, nowMs: number, reason: CloseReason = 'command'): Promise<void> {
    return this.#carryOut(this.#orders.deleteChild(inSpi, reason), nowMs);
  }

  rekeyIke(initiatorSpi: IkeSpi, nowMs: number): Promise<void> {
    return this.#carryOut(this.#orders.rekeyIke(initiatorSpi), nowMs);
  }

  /** A new IKE SA with a new authentication; the old one goes when the new one has its CHILD SAs. */
  reauthenticate(initiatorSpi: IkeSpi, nowMs: number): Promise<void> {
    const slot = this.#slots.byInitiatorSpi(initiatorSpi);
    return slot ? this.#runner.successions.reauthenticate(slot, nowMs) : done;
  }

  deleteIkeSa(initiatorSpi: IkeSpi, nowMs: number): Promise<void> {
    return this.#carryOut(this.#orders.deleteIkeSa(initiatorSpi), nowMs);
  }

  /** This end has another address now, and the peer is told so, if both speak MOBIKE and we decide (RFC 4555). */
  moveTo(initiatorSpi: IkeSpi, local: IpAddress, nowMs: number): Promise<void> {
    return this.#carryOut(this.#orders.moveTo(initiatorSpi, local), nowMs);
  }

  /** Forgets everything without a word to any peer, as a power failure does. */
  dropSilently(nowMs: number): Promise<void> {
    const ended = this.#slots
      .all()
      .map((slot) =>
        this.#runner.enqueue(slot, { type: 'end', because: onCommand }, nowMs).then(() => this.#runner.forget(slot)),
      );
    return this.#runner.track(Promise.all(ended).then(() => this.#runner.announceWake()));
  }

  /** The boundary sends on this SA and has heard nothing on it for long: the peer is asked, if IKE and its other SAs are silent too. */
  suspectSilence(inSpi: ChildRef, nowMs: number, heardAt?: HeardAt): Promise<void> {
    return this.#carryOut(this.#orders.probe(inSpi, nowMs, heardAt), nowMs);
  }

  /** The boundary received the first packet of this SA: the peer has it, and need not be asked whether it heard our answer. */
  confirm(inSpi: ChildRef, nowMs: number): Promise<void> {
    return this.#carryOut(this.#orders.confirm(inSpi), nowMs);
  }

  /** The boundary received ESP for an SA that is not there: the sender may hold what we have lost (RFC 7296 1.5). */
  unknownEspSpi(spi: EspSpi, ends: EspEnds, nowMs: number): Promise<void> {
    return this.#unknownSpis.tell(spi, ends, nowMs);
  }

  /** The boundary opened ESP that came from another end than its SA's: a NAT before the peer has changed its mapping. */
  met(inSpi: ChildRef, remote: UdpEnd, nowMs: number): Promise<void> {
    return this.#carryOut(this.#orders.met(inSpi, remote), nowMs);
  }

  // Views

  /** Snapshots: plain data, no key but those that a `ChildSa` holds. */
  ikeSas(): readonly IkeSaView[] {
    return this.sessions()
      .filter(({ phase }) => phase !== 'closed')
      .map(viewOf);
  }

  /** The states themselves, for tests and diagnosis: they hold keys. */
  sessions(): readonly Session[] {
    return this.#slots.all().map(({ session }) => session);
  }

  get halfOpenCount(): number {
    return this.#halfOpen.count;
  }

  get counters(): EndpointCounters {
    return { ...this.#reception.counters, ...this.#runner.counters, answersWithheld: this.#answers.withheld };
  }

  /** Resolves when every input given so far has been worked off. */
  settle(): Promise<void> {
    return this.#runner.settle();
  }

  #carryOut(order: Order | undefined, nowMs: number): Promise<void> {
    return order ? this.#runner.enqueue(order.slot, order.input, nowMs) : done;
  }

  /** Of a session that is to begin, or `of` one that has. */
  #env(nowMs: number, of: Pick<Slot, 'keyLog'> = { keyLog: this.#keyLog }): Env {
    const { means, transcript } = this.#ports;
    return {
      nowMs,
      means,
      settings: this.#settings,
      connections: this.#connections.all,
      ...(of.keyLog && { keyLog: of.keyLog }),
      transcribes: transcript !== undefined,
      freshEspSpi: () => this.#slots.freshEspSpi(means),
      freshIkeSpi: () => this.#slots.freshIkeSpi(means),
      isFirstContact: (session) => isFirstContact(this.#slots, session),
      older: (between) => olderThan(this.#slots, between).map(({ live }) => live.path.remote),
    };
  }

  #send(datagram: Datagram, nowMs: number): void {
    const read = this.#ports.transcript ? parseMessage(datagram.octets) : undefined;
    if (read?.ok) this.#transcribe('out', datagram, read.value, nowMs);
    this.#ports.send(datagram);
  }

  #transcribe(direction: 'in' | 'out', { local, remote, octets }: Datagram, shown: ShownDatagram, atMs: number): void {
    this.#ports.transcript?.({ atMs, direction, local, remote, octets, ...shown });
  }
}

const done: Promise<void> = Promise.resolve();
