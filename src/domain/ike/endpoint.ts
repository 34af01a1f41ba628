/**
 * One IKEv2 endpoint: all sessions of one host or one node, found by SPI (RFC 7296 2.6). It owns no socket and no clock:
 * datagrams, instants and commands come in by the methods, datagrams and facts go out by the ports.
 *
 * Order: `receive`, `initiate`, `wake` and the commands may be called at any time; each resolves when its work is done, and
 * never rejects by a peer's doing. Inputs of one session wait for each other, sessions do not. After any of them look at
 * `nextWakeAtMs` again (`onWakeChange` tells when it moved) and call `wake` at that instant.
 */
import { compareOctets, type Octets } from '../bytes/octets.ts';
import { invariant } from '../bytes/result.ts';
import { type IpAddress, printAddress } from '../net/address.ts';
import type { Flow } from '../spd/flow.ts';
import { isLive } from './closing.ts';
import type { Connection } from './connection.ts';
import { type CookieSecrets, freshSecrets, turnSecrets } from './cookie.ts';
import { type Datagram, ikePort, type UdpEnd } from './datagram.ts';
import { deadlinesOf, nextOf } from './deadlines.ts';
import type { Env } from './exchanges/exchange.ts';
import { failed } from './exchanges/exchange.ts';
import { beginInit, respondInit } from './exchanges/ike-sa-init.ts';
import type { ChildRef, Fact, IkeSaView } from './facts.ts';
import { equalIdentities, type Identity } from './identity.ts';
import { type KeyLogSink, keyLogTo } from './key-log.ts';
import type { Means } from './means.ts';
import type { MessageFault } from './message/fault.ts';
import { type EspSpi, type Header, type IkeSpi, type Message, noSpi } from './message/message.ts';
import { exchangeTypes } from './message/names.ts';
import { parseMessage } from './message/parse.ts';
import { espSpiOf, ikeSpiOf } from './message/spi.ts';
import { writeMessage } from './message/write.ts';
import type { Path } from './nat.ts';
import { notify } from './notifies.ts';
import type { Refusal } from './refusal.ts';
import { areSame } from './same.ts';
import { advance, firstStep, type Input } from './session.ts';
import { defaultSettings, type EndpointSettings } from './settings.ts';
import { type CreateChildTask, ownSpiOf, type Session } from './state.ts';
import type { TranscriptSink } from './transcript.ts';
import type { Step } from './turn.ts';
import { viewOf } from './view.ts';
import { type Sleeper, WakeQueue } from './wake-queue.ts';

export interface EndpointPorts {
  readonly means: Means;
  /** Non-ESP marker: see datagram.ts. */
  send(datagram: Datagram): void;
  onFact(fact: Fact): void;
  /** The earliest deadline moved: `undefined` means that nothing waits. */
  onWakeChange?(nextWakeAtMs: number | undefined): void;
  /** Decoded messages, decrypted; never keys. */
  readonly transcript?: TranscriptSink;
  /** Keys of IKE SAs begun from now on, only because the user asked for a key log. */
  readonly keyLog?: KeyLogSink;
}

export type Trigger = {
  /** The packet that asked for it: its flow is offered as the first, narrow selector (RFC 7296 2.9). */
  readonly flow?: Flow;
  /** Which child of the connection; absent: the first. */
  readonly child?: string;
  readonly local?: IpAddress;
  readonly remote?: IpAddress;
};

/** Datagrams and deadlines that came to nothing, by reason. */
export interface EndpointCounters {
  malformed: number;
  unknownSpi: number;
  /** Forged, stale or out of place. */
  ignored: number;
  queueFull: number;
  halfOpenRefused: number;
  cookiesAsked: number;
  answersWithheld: number;
}

/** A session and what waits for it. */
interface Slot extends Sleeper {
  session: Session;
  chain: Promise<void>;
  queued: number;
  /** Of a responder: where its IKE_SA_INIT request is known by. */
  readonly initKey?: string;
  /** An IKE SA that this one takes the place of, as soon as it has its CHILD SAs (RFC 7296 2.8.3). */
  predecessor?: Slot | undefined;
}

export class IkeEndpoint {
  readonly counters: EndpointCounters = {
    malformed: 0,
    unknownSpi: 0,
    ignored: 0,
    queueFull: 0,
    halfOpenRefused: 0,
    cookiesAsked: 0,
    answersWithheld: 0,
  };
  readonly #ports: EndpointPorts;
  readonly #settings: EndpointSettings;
  readonly #slots = new Map<IkeSpi, Slot>();
  readonly #children = new Map<EspSpi, Slot>();
  /** IKE_SA_INIT requests that we answered, or are answering: SPI and address, then octets. */
  readonly #initRequests = new Map<string, { readonly octets: Octets; slot?: Slot }>();
  readonly #halfOpenByAddress = new Map<string, number>();
  #halfOpen = 0;
  /** Negotiations whose first request is in the making, by connection and peer. */
  readonly #beginning = new Map<string, CreateChildTask[]>();
  readonly #waking = new WakeQueue<Slot>();
  readonly #inFlight = new Set<Promise<unknown>>();
  #connections: readonly Connection[] = [];
  #cookieSecrets: CookieSecrets | undefined;
  #answers = { sinceMs: 0, count: 0 };
  #announcedWakeAtMs: number | undefined;

  constructor(ports: EndpointPorts, settings: Partial<EndpointSettings> = {}) {
    this.#ports = ports;
    this.#settings = { ...defaultSettings, ...settings };
  }

  /** Replaces the whole list; SAs of connections that vanished or changed are deleted. */
  setConnections(connections: readonly Connection[], nowMs: number): Promise<void> {
    const kept = new Set(
      this.#connections.filter((old) => connections.some((each) => each.name === old.name && areSame(each, old))),
    );
    const gone = this.#connections.filter((old) => !kept.has(old)).map(({ name }) => name);
    this.#connections = connections.map((each) => [...kept].find(({ name }) => name === each.name) ?? each);
    const because: Refusal = { code: 'asked', by: 'local', reason: 'configuration' };
    const ended = [...this.#slots.values()].map((slot) => {
      const { session } = slot;
      const names = 'connection' in session ? [session.connection.name] : namesOf(session);
      if (!names.some((name) => gone.includes(name))) return undefined;
      const input: Input = isLive(session)
        ? { type: 'want', task: { type: 'deleteIke', because } }
        : { type: 'end', because };
      return this.#enqueue(slot, input, nowMs);
    });
    return this.#track(Promise.all(ended).then(() => undefined));
  }

  get connections(): readonly Connection[] {
    return this.#connections;
  }

  receive(datagram: Datagram, nowMs: number): Promise<void> {
    const parsed = parseMessage(datagram.octets);
    if (!parsed.ok) {
      this.#refuseForm(datagram, parsed.error, nowMs);
      return done;
    }
    const { header } = parsed.value;
    if (isInitRequest(header)) return this.#receiveInit(datagram, parsed.value, nowMs);

    const slot = this.#slots.get(header.isFromInitiator ? header.responderSpi : header.initiatorSpi);
    if (!slot || !namesSession(header, slot.session)) {
      this.counters.unknownSpi += 1;
      return done;
    }
    return this.#enqueue(slot, { type: 'datagram', datagram, message: parsed.value }, nowMs);
  }

  /**
   * Negotiates a CHILD SA: in the IKE SA that stands for this connection and peer, or in a new one. While one negotiation of a
   * child is under way for a peer, asking again does nothing.
   */
  initiate(connectionName: string, trigger: Trigger, nowMs: number): Promise<void> {
    const connection = this.#connections.find(({ name }) => name === connectionName);
    const path = connection && pathFor(connection, trigger);
    const child = trigger.child ?? connection?.children[0]?.name;
    if (!connection || !path || child === undefined) return done;

    const task: CreateChildTask = {
      type: 'createChild',
      child,
      tries: 0,
      ...(trigger.flow ? { trigger: trigger.flow } : {}),
    };
    const slot = this.#slotFor(connection, path.remote);
    if (slot) return isWanted(slot.session, child) ? done : this.#enqueue(slot, { type: 'want', task }, nowMs);
    return this.#begin(connection, path, task, nowMs);
  }

  wake(nowMs: number): Promise<void> {
    const woken: Promise<void>[] = [];
    for (let slot = this.#waking.takeDue(nowMs); slot; slot = this.#waking.takeDue(nowMs)) {
      woken.push(this.#enqueue(slot, { type: 'deadline' }, nowMs));
    }
    return this.#track(Promise.all(woken).then(() => this.#announceWake()));
  }

  get nextWakeAtMs(): number | undefined {
    return this.#waking.nextAtMs;
  }

  rekeyChild(inSpi: ChildRef, nowMs: number): Promise<void> {
    const found = this.#childOf(inSpi);
    if (!found) return done;
    const task: CreateChildTask = { type: 'createChild', child: found.child, replaces: inSpi, tries: 0 };
    return this.#enqueue(found.slot, { type: 'want', task }, nowMs);
  }

  deleteChild(inSpi: ChildRef, nowMs: number): Promise<void> {
    const found = this.#childOf(inSpi);
    const task = { type: 'deleteChild', inSpi, because: onCommand } as const;
    return found ? this.#enqueue(found.slot, { type: 'want', task }, nowMs) : done;
  }

  rekeyIke(initiatorSpi: IkeSpi, nowMs: number): Promise<void> {
    return this.#wantOf(initiatorSpi, { type: 'want', task: { type: 'rekeyIke', tries: 0 } }, nowMs);
  }

  /** A new IKE SA with a new authentication; the old one goes when the new one has its CHILD SAs. */
  reauthenticate(initiatorSpi: IkeSpi, nowMs: number): Promise<void> {
    const slot = this.#slotOf(initiatorSpi);
    return slot ? this.#reauthenticate(slot, nowMs) : done;
  }

  deleteIkeSa(initiatorSpi: IkeSpi, nowMs: number): Promise<void> {
    return this.#wantOf(initiatorSpi, { type: 'want', task: { type: 'deleteIke', because: onCommand } }, nowMs);
  }

  /** Forgets everything without a word to any peer, as a power failure does. */
  dropSilently(nowMs: number): Promise<void> {
    const ended = [...this.#slots.values()].map((slot) =>
      this.#enqueue(slot, { type: 'end', because: onCommand }, nowMs).then(() => this.#forget(slot)),
    );
    return this.#track(Promise.all(ended).then(() => this.#announceWake()));
  }

  /** The boundary sends on this SA and has heard nothing on it for long: the peer is asked, if IKE has been silent too. */
  suspectSilence(inSpi: ChildRef, nowMs: number): Promise<void> {
    const found = this.#childOf(inSpi);
    if (!found || !isLive(found.slot.session)) return done;
    const { heardAtMs, connection, window } = found.slot.session;
    const { livenessAfterMs } = connection;
    const isSilent = livenessAfterMs !== undefined && nowMs - heardAtMs >= livenessAfterMs;
    if (!isSilent || window.outstanding) return done;
    return this.#enqueue(found.slot, { type: 'want', task: { type: 'probe' } }, nowMs);
  }

  /** Snapshots: plain data, no key but those that a `ChildSa` holds. */
  ikeSas(): readonly IkeSaView[] {
    return [...this.#slots.values()]
      .filter(({ session }) => session.phase !== 'closed')
      .map(({ session }) => viewOf(session));
  }

  /** The states themselves, for tests and diagnosis: they hold keys. */
  sessions(): readonly Session[] {
    return [...this.#slots.values()].map(({ session }) => session);
  }

  get halfOpenCount(): number {
    return this.#halfOpen;
  }

  /** Resolves when every input given so far has been worked off. */
  async settle(): Promise<void> {
    while (this.#inFlight.size > 0) await Promise.allSettled(this.#inFlight);
  }

  // IKE_SA_INIT requests, before there is a session

  #receiveInit(datagram: Datagram, message: Message, nowMs: number): Promise<void> {
    const initKey = initKeyOf(message.header, datagram.remote);
    const known = this.#initRequests.get(initKey);
    if (known && compareOctets(known.octets, datagram.octets) === 0) {
      return known.slot ? this.#enqueue(known.slot, { type: 'datagram', datagram, message }, nowMs) : done;
    }
    const address = printAddress(datagram.remote.address);
    const ofAddress = this.#halfOpenByAddress.get(address) ?? 0;
    if (this.#halfOpen >= this.#settings.halfOpenTotal || ofAddress >= this.#settings.halfOpenPerAddress) {
      this.counters.halfOpenRefused += 1;
      return done;
    }
    this.#initRequests.set(initKey, { octets: datagram.octets });
    this.#countHalfOpen(address, 1);
    return this.#track(this.#answerInit(datagram, message, initKey, address, nowMs));
  }

  async #answerInit(
    datagram: Datagram,
    message: Message,
    initKey: string,
    address: string,
    nowMs: number,
  ): Promise<void> {
    const secrets = turnSecrets(
      this.#cookieSecrets ?? freshSecrets(this.#ports.means, nowMs),
      this.#ports.means,
      nowMs,
    );
    this.#cookieSecrets = secrets;
    const wantsCookie = this.#mustProve(address);
    const answer = await respondInit(this.#env(nowMs), { wantsCookie, secrets }, datagram, message);
    const { local, remote } = datagram;
    this.#transcribe('in', datagram, message, nowMs);
    if (answer.type === 'session') {
      const slot = this.#register(answer.session, { initKey });
      this.#initRequests.set(initKey, { octets: datagram.octets, slot });
      this.#send({ local, remote, octets: answer.octets }, nowMs);
      this.#arm(slot);
      this.#announceWake();
      if (!wantsCookie) await this.#enqueue(slot, { type: 'prepare' }, nowMs);
      return;
    }
    this.#initRequests.delete(initKey);
    this.#countHalfOpen(address, -1);
    if (answer.type === 'silent') this.counters.malformed += 1;
    if (answer.type !== 'stateless') return;
    if (wantsCookie) this.counters.cookiesAsked += 1;
    for (const fact of answer.facts) this.#ports.onFact(fact);
    if (answer.facts.length > 0 && !this.#mayAnswer(nowMs)) return;
    this.#send({ local, remote, octets: answer.octets }, nowMs);
  }

  /** So many half-open SAs, of all or of this address, that the address must show that it hears us (RFC 7296 2.6). */
  #mustProve(address: string): boolean {
    const { cookieThreshold, cookieThresholdPerAddress } = this.#settings;
    const ofAddress = this.#halfOpenByAddress.get(address) ?? 0;
    return this.#halfOpen > cookieThreshold || ofAddress > cookieThresholdPerAddress;
  }

  /** Octets that are no message for us. Little is answered, and that seldom (RFC 7296 2.21, 2.5). */
  #refuseForm({ local, remote }: Datagram, fault: MessageFault, nowMs: number): void {
    this.counters.malformed += 1;
    const isAnswered =
      fault.code === 'invalidMajorVersion' ||
      (fault.code === 'unsupportedCriticalPayload' && isInitRequest(fault.header));
    if (!isAnswered || fault.header.isResponse || !this.#mayAnswer(nowMs)) return;
    const payload =
      fault.code === 'invalidMajorVersion'
        ? notify('INVALID_MAJOR_VERSION')
        : notify('UNSUPPORTED_CRITICAL_PAYLOAD', Uint8Array.of(fault.payloadType));
    const header: Header = {
      ...fault.header,
      majorVersion: 2,
      minorVersion: 0,
      isResponse: true,
      isFromInitiator: !fault.header.isFromInitiator,
    };
    this.#send({ local, remote, octets: writeMessage({ header, payloads: [payload] }) }, nowMs);
  }

  #mayAnswer(nowMs: number): boolean {
    if (nowMs - this.#answers.sinceMs >= 1000) this.#answers = { sinceMs: nowMs, count: 0 };
    this.#answers.count += 1;
    const may = this.#answers.count <= this.#settings.unprotectedPerSecond;
    if (!may) this.counters.answersWithheld += 1;
    return may;
  }

  #countHalfOpen(address: string, by: 1 | -1): void {
    this.#halfOpen += by;
    const count = (this.#halfOpenByAddress.get(address) ?? 0) + by;
    if (count > 0) this.#halfOpenByAddress.set(address, count);
    else this.#halfOpenByAddress.delete(address);
  }

  // Beginning

  #begin(connection: Connection, path: Path, task: CreateChildTask, nowMs: number): Promise<void> {
    const key = `${connection.name} ${printAddress(path.remote.address)}`;
    const beginning = this.#beginning.get(key);
    if (beginning) {
      if (!beginning.some(({ child }) => child === task.child)) beginning.push(task);
      return done;
    }
    const tasks = [task];
    this.#beginning.set(key, tasks);
    return this.#track(this.#beginInit(connection, path, tasks, nowMs).finally(() => this.#beginning.delete(key)));
  }

  #reauthenticate(old: Slot, nowMs: number): Promise<void> {
    const { session } = old;
    if (session.phase !== 'established') return done;
    const { connection, path } = session;
    const again = pathFor(connection, { local: path.local.address, remote: path.remote.address });
    const names = session.children.map(({ template }) => template.name);
    const wanted = names.length > 0 ? new Set(names) : connection.children.slice(0, 1).map(({ name }) => name);
    const tasks = [...wanted].map((child) => ({ type: 'createChild', child, tries: 0 }) as const);
    return again ? this.#track(this.#beginInit(connection, again, tasks, nowMs, old)) : done;
  }

  async #beginInit(
    connection: Connection,
    path: Path,
    tasks: CreateChildTask[],
    nowMs: number,
    predecessor?: Slot,
  ): Promise<void> {
    const env = this.#env(nowMs);
    const begun = await beginInit(env, connection, path, tasks);
    if (begun.ok) {
      const slot = this.#register(begun.value, { predecessor });
      return this.#carryOut(slot, firstStep(begun.value, env), nowMs);
    }
    const decidedAt = { exchange: exchangeTypes.numbers.IKE_SA_INIT, message: 'request' } as const;
    const facts = { by: 'local', scope: 'ike', decidedAt, refusal: begun.error } as const;
    this.#ports.onFact(failed(env, { path, isInitiator: true, connection }, facts));
  }

  // Sessions

  /** Inputs of one session wait for each other. */
  #enqueue(slot: Slot, input: Input, nowMs: number): Promise<void> {
    if (input.type === 'datagram' && slot.queued >= this.#settings.queuedInputs) {
      this.counters.queueFull += 1;
      return done;
    }
    slot.queued += 1;
    const turn = slot.chain.then(async () => {
      const before = slot.session;
      const step = await advance(before, input, this.#env(nowMs));
      if (step.session === before && input.type === 'datagram') this.counters.ignored += 1;
      this.#carryOut(slot, step, nowMs);
    });
    const leave = () => {
      slot.queued -= 1;
    };
    slot.chain = turn.then(leave, leave); // a rejection is a bug of ours: the caller gets it, the session goes on
    return this.#track(turn);
  }

  /** Facts before datagrams: an SA stands before the peer hears that it does. */
  #carryOut(slot: Slot, step: Step, nowMs: number): void {
    const before = slot.session;
    slot.session = step.session;
    const newborn = step.born.map((session) => this.#register(session));
    for (const fact of step.facts) this.#tell(slot, fact);
    for (const entry of step.transcript) this.#ports.transcript?.(entry);
    for (const datagram of step.send) this.#ports.send(datagram);
    for (const each of [slot, ...newborn]) this.#arm(each);
    for (const each of newborn) void this.#enqueue(each, { type: 'deadline' }, nowMs); // what it inherited may be due
    if (before.phase === 'awaitingAuth' && step.session.phase !== 'awaitingAuth') {
      this.#countHalfOpen(printAddress(before.path.remote.address), -1);
    }
    if (step.session.phase === 'closed' && step.session.forgetAtMs <= nowMs) this.#forget(slot);
    if (step.handOver) {
      const heir = this.#slots.get(step.handOver.toOwnSpi);
      invariant(heir, 'the winner of a collision is registered');
      void this.#enqueue(heir, { type: 'inherit', handOver: step.handOver }, nowMs);
    }
    if (slot.predecessor) this.#relieve(slot, slot.predecessor, nowMs);
    if (step.wantsReauthentication) void this.#reauthenticate(slot, nowMs);
    if (step.initialContactOf) this.#endOthers(slot, step.initialContactOf, nowMs);
    this.#announceWake();
  }

  /** The new IKE SA has all that it asked for, or has come to nothing and the old one stays until its end. */
  #relieve(slot: Slot, old: Slot, nowMs: number): void {
    const { session } = slot;
    if (session.phase === 'closed') slot.predecessor = undefined;
    const isReady = session.phase === 'established' && !session.window.outstanding && session.tasks.length === 0;
    if (!isReady) return;
    slot.predecessor = undefined;
    const because: Refusal = { code: 'asked', by: 'local', reason: 'reauthenticated' };
    void this.#enqueue(old, { type: 'want', task: { type: 'deleteIke', because } }, nowMs);
  }

  #tell(slot: Slot, fact: Fact): void {
    if (fact.type === 'childInstalled') this.#children.set(fact.child.inSpi, slot);
    if (fact.type === 'childRemoved') this.#children.delete(fact.child.inSpi);
    this.#ports.onFact(fact);
  }

  #register(session: Session, extra: Pick<Slot, 'initKey' | 'predecessor'> = {}): Slot {
    const slot: Slot = { session, chain: done, queued: 0, wakeAtMs: undefined, ...extra };
    this.#slots.set(ownSpiOf(session), slot);
    return slot;
  }

  #forget(slot: Slot): void {
    this.#slots.delete(ownSpiOf(slot.session));
    if (slot.initKey !== undefined && this.#initRequests.get(slot.initKey)?.slot === slot) {
      this.#initRequests.delete(slot.initKey);
    }
    this.#waking.set(slot, undefined);
  }

  /** The peer has no other IKE SA with us. Ours that stood before it began this one are dead; younger ones cross it. */
  #endOthers(slot: Slot, identity: Identity, nowMs: number): void {
    const { bornAtMs } = slot.session;
    const because: Refusal = { code: 'asked', by: 'remote', reason: 'initialContact' };
    for (const other of this.#slots.values()) {
      const { session } = other;
      if (other === slot || !isLive(session) || session.establishedAtMs >= bornAtMs) continue;
      if (!equalIdentities(session.verified.identity, identity)) continue;
      void this.#enqueue(other, { type: 'end', because }, nowMs);
    }
  }

  #childOf(inSpi: ChildRef): { readonly slot: Slot; readonly child: string } | undefined {
    const known = this.#children.get(inSpi);
    const slots = known ? [known, ...this.#slots.values()] : []; // after an IKE rekey it lives with the successor
    for (const slot of slots) {
      const { session } = slot;
      const found = isLive(session) ? session.children.find(({ sa }) => sa.inSpi === inSpi) : undefined;
      if (!found) continue;
      this.#children.set(inSpi, slot);
      return { slot, child: found.template.name };
    }
    return undefined;
  }

  #slotOf(initiatorSpi: IkeSpi): Slot | undefined {
    return [...this.#slots.values()].find(({ session }) => session.spis.initiator === initiatorSpi);
  }

  #wantOf(initiatorSpi: IkeSpi, input: Input, nowMs: number): Promise<void> {
    const slot = this.#slotOf(initiatorSpi);
    return slot ? this.#enqueue(slot, input, nowMs) : done;
  }

  /** The IKE SA to this peer that stands, or that we are making. */
  #slotFor(connection: Connection, remote: UdpEnd): Slot | undefined {
    for (const slot of this.#slots.values()) {
      const { session } = slot;
      const isUsable =
        session.phase === 'established' || session.phase === 'awaitingInit' || session.phase === 'awaitingAuthReply';
      if (!isUsable || session.connection.name !== connection.name) continue;
      if (isLive(session) && session.awaitsInheritance) continue; // it may have lost
      if (compareOctets(session.path.remote.address.octets, remote.address.octets) === 0) return slot;
    }
    return undefined;
  }

  #env(nowMs: number): Env {
    const { means, keyLog, transcript } = this.#ports;
    return {
      nowMs,
      means,
      settings: this.#settings,
      connections: this.#connections,
      ...(keyLog ? { keyLog: keyLogTo(keyLog) } : {}),
      transcribes: transcript !== undefined,
      freshEspSpi: () => this.#freshEspSpi(),
      freshIkeSpi: () => this.#freshIkeSpi(),
      isFirstContact: ({ name }) => !this.#isConnected(name),
    };
  }

  #isConnected(connection: string): boolean {
    for (const { session } of this.#slots.values()) {
      if (isLive(session) && session.connection.name === connection) return true;
    }
    return false;
  }

  #freshIkeSpi(): IkeSpi {
    for (;;) {
      const spi = ikeSpiOf(this.#ports.means.random(8));
      if (spi !== noSpi && !this.#slots.has(spi)) return spi;
    }
  }

  #freshEspSpi(): EspSpi {
    for (;;) {
      const spi = espSpiOf(this.#ports.means.random(4));
      if (spi !== undefined && !this.#children.has(spi)) return spi;
    }
  }

  #arm(slot: Slot): void {
    this.#waking.set(slot, nextOf(deadlinesOf(slot.session, this.#settings.halfOpenMs)));
  }

  #announceWake(): void {
    const next = this.#waking.nextAtMs;
    if (next === this.#announcedWakeAtMs) return;
    this.#announcedWakeAtMs = next;
    this.#ports.onWakeChange?.(next);
  }

  #send(datagram: Datagram, nowMs: number): void {
    const read = this.#ports.transcript ? parseMessage(datagram.octets) : undefined;
    if (read?.ok) this.#transcribe('out', datagram, read.value, nowMs);
    this.#ports.send(datagram);
  }

  #transcribe(direction: 'in' | 'out', { local, remote, octets }: Datagram, message: Message, atMs: number): void {
    this.#ports.transcript?.({ atMs, direction, local, remote, octets, ...message });
  }

  #track<T>(work: Promise<T>): Promise<T> {
    this.#inFlight.add(work);
    const end = () => void this.#inFlight.delete(work);
    work.then(end, end);
    return work;
  }
}

const done: Promise<void> = Promise.resolve();
const onCommand: Refusal = { code: 'asked', by: 'local', reason: 'command' };

const isInitRequest = ({ exchange, isResponse, isFromInitiator, responderSpi, messageId }: Header): boolean =>
  exchange === exchangeTypes.numbers.IKE_SA_INIT &&
  !isResponse &&
  isFromInitiator &&
  responderSpi === noSpi &&
  messageId === 0;

/** The other end's SPI fits too, or is not known yet. */
const namesSession = ({ initiatorSpi, responderSpi }: Header, { spis, phase }: Session): boolean =>
  spis.initiator === initiatorSpi && (phase === 'awaitingInit' || spis.responder === responderSpi);

const initKeyOf = ({ initiatorSpi }: Header, { address, port }: UdpEnd): string =>
  `${initiatorSpi} ${printAddress(address)} ${port}`;

const namesOf = (session: Session): readonly string[] =>
  session.phase === 'awaitingAuth' ? session.candidates.map(({ name }) => name) : [];

/** One that is on its way already, for this child. */
function isWanted(session: Session, child: string): boolean {
  const tasks = 'tasks' in session ? session.tasks : [];
  const pending = session.window.outstanding?.pending;
  const underWay = pending && 'task' in pending ? [pending.task] : [];
  return [...tasks, ...underWay].some(
    (task) => task?.type === 'createChild' && task.child === child && task.replaces === undefined,
  );
}

/** From whom to whom: what the trigger says, what the connection says, and for a packet its own two ends. */
function pathFor(connection: Connection, { local, remote, flow }: Trigger): Path | undefined {
  const localAddress = local ?? connection.localAddress ?? flow?.local;
  const remoteAddress = remote ?? connection.remoteAddress ?? flow?.remote;
  if (!localAddress || !remoteAddress) return undefined;
  return {
    local: { address: localAddress, port: connection.localPort ?? ikePort },
    remote: { address: remoteAddress, port: connection.remotePort ?? ikePort },
  };
}
