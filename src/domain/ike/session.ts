/**
 * One IKE SA as a state machine without I/O: `advance` takes one input to its end and gives the next state, what to send, and what
 * became true. No peer can make it reject: a rejection is our bug.
 *
 * Here a message is placed, opened, handed to its exchange, and its answer sealed; what an exchange means stands in exchanges/. A
 * datagram that is forged, stale or not for this phase gives back the very same session.
 */
import type { Octets } from '../bytes/octets.ts';
import { invariant } from '../bytes/result.ts';
import { close, failureOf, isLive, removals, wipe } from './closing.ts';
import type { Datagram } from './datagram.ts';
import { type Deadlines, deadlinesOf } from './deadlines.ts';
import { concludeChild, requestChild, respondChild } from './exchanges/create-child-sa.ts';
import type { Asked, Change, Env, HandOver } from './exchanges/exchange.ts';
import { failed, toNotify } from './exchanges/exchange.ts';
import { concludeAuth, ofTask, requestAuth, respondAuth } from './exchanges/ike-auth.ts';
import { concludeInit } from './exchanges/ike-sa-init.ts';
import {
  concludeInformational,
  requestDeleteChild,
  requestDeleteIke,
  requestProbe,
  requestRefusal,
  respondInformational,
} from './exchanges/informational.ts';
import { concludeIkeRekey, established, inherit, requestIkeRekey, respondIkeRekey } from './exchanges/rekey-ike.ts';
import type { Fact } from './facts.ts';
import type { Identity } from './identity.ts';
import { lifeFrom } from './lifetime.ts';
import type { Header, IkeSpi, Message, Payload } from './message/message.ts';
import { exchangeTypes, protocols } from './message/names.ts';
import { parsePayloads, readMessage } from './message/parse.ts';
import type { Path } from './nat.ts';
import { notify } from './notifies.ts';
import { find } from './payloads.ts';
import type { Refusal } from './refusal.ts';
import type { AwaitingAuth, AwaitingInit, Keyed, Live, Session, Task } from './state.ts';
import type { TranscriptEntry } from './transcript.ts';
import { answerRequest, conclude, countRepeat, placeRequest, repeatRequest, sendRequest } from './window.ts';

export type Input =
  | { readonly type: 'datagram'; readonly datagram: Datagram; readonly message: Message }
  | { readonly type: 'deadline' }
  /** This end wants something of the other. */
  | { readonly type: 'want'; readonly task: Task }
  /** The responder has answered IKE_SA_INIT and has time: keys are made before IKE_AUTH comes. */
  | { readonly type: 'prepare' }
  | { readonly type: 'inherit'; readonly handOver: HandOver }
  /** Without a word to the peer. */
  | { readonly type: 'end'; readonly because: Refusal };

export interface Step {
  /** The next state; the very same object if the input changed nothing. */
  readonly session: Session;
  readonly send: readonly Datagram[];
  readonly facts: readonly Fact[];
  readonly deadlines: Deadlines;
  readonly born: readonly Session[];
  readonly handOver?: HandOver;
  readonly initialContactOf?: Identity;
  readonly transcript: readonly TranscriptEntry[];
}

export async function advance(session: Session, input: Input, env: Env): Promise<Step> {
  const turn = new Turn(session, env);
  await take(turn, input);
  await pump(turn);
  if (turn.session.phase === 'closed' && session.phase !== 'closed') await wipe(session);
  return turn.done();
}

/** The first request of a session that we begin. */
export function firstStep(session: AwaitingInit, env: Env): Step {
  const turn = new Turn(session, env);
  turn.transmit(session.window.outstanding?.datagrams ?? [], session.path, session.offer.request);
  return turn.done();
}

const { IKE_SA_INIT, IKE_AUTH, CREATE_CHILD_SA, INFORMATIONAL } = exchangeTypes.numbers;

async function take(turn: Turn, input: Input): Promise<void> {
  switch (input.type) {
    case 'datagram':
      return receive(turn, input.datagram, input.message);
    case 'deadline':
      return onDeadline(turn);
    case 'want':
      return want(turn, input.task);
    case 'prepare':
      if (turn.session.phase === 'awaitingAuth') await turn.session.keyed.get();
      return;
    case 'inherit':
      return takeOver(turn, input.handOver);
    case 'end':
      if (turn.session.phase !== 'closed') turn.apply(close(turn.env, turn.session, input.because));
  }
}

// Datagrams

async function receive(turn: Turn, datagram: Datagram, message: Message): Promise<void> {
  const { session } = turn;
  const { header } = message;
  if (header.isFromInitiator === session.isInitiator) return; // our own words, reflected
  if (!header.isResponse) {
    const place = placeRequest(session.window, header.messageId, datagram.octets);
    if (place === 'repeated') return repeatAnswer(turn, datagram);
    if (place === 'new') return receiveRequest(turn, datagram, message);
    return;
  }
  const { outstanding } = session.window;
  if (outstanding?.id !== header.messageId) return;
  if (session.phase === 'awaitingInit') return receiveInit(turn, session, datagram, message);
  return receiveResponse(turn, datagram, message);
}

function repeatAnswer(turn: Turn, datagram: Datagram): void {
  const { session } = turn;
  turn.session = { ...session, window: countRepeat(session.window) };
  turn.sendRaw(session.window.answered?.response ?? [], datagram);
}

async function receiveInit(turn: Turn, session: AwaitingInit, datagram: Datagram, message: Message): Promise<void> {
  if (message.header.exchange !== IKE_SA_INIT) return;
  const concluded = await concludeInit(turn.env, session, datagram, message);
  turn.note('in', datagram, message.header, message.payloads);
  switch (concluded.type) {
    case 'ignored':
      return;
    case 'doubted':
      turn.session = concluded.session;
      return;
    case 'again':
      turn.session = concluded.session;
      turn.transmit([concluded.session.offer.request], session.path, concluded.session.offer.request);
      return;
    case 'agreed': {
      const asked = await requestAuth(turn.env, session, concluded);
      if (asked.ok) {
        turn.facts.push(...asked.value.facts);
        return turn.ask(asked.value);
      }
      const failure = failureOf(turn.env, session, {
        by: 'local',
        scope: 'ike',
        decidedAt: { exchange: IKE_AUTH, message: 'request' },
        refusal: asked.error,
      });
      turn.apply(close(turn.env, session, asked.error, failure));
    }
  }
}

async function receiveRequest(turn: Turn, datagram: Datagram, { header, payloads }: Message): Promise<void> {
  const { session } = turn;
  const keyed = await keyedOf(session);
  if (!keyed || session.phase === 'awaitingAuthReply') return;
  const opened = await open(turn, keyed, datagram, header, payloads);
  if (!opened) return;
  if (opened.type === 'malformed') {
    // Fatal for the SA, and said only under its protection (RFC 7296 2.21.3).
    const failure = failureOf(turn.env, session, {
      by: 'local',
      scope: 'ike',
      decidedAt: { exchange: header.exchange, message: 'request' },
      refusal: opened.refusal,
    });
    const ended = close(turn.env, session, opened.refusal, failure);
    return turn.answer(keyed, header, datagram, { ...ended, payloads: toNotify(opened.refusal) });
  }
  if (opened.type === 'critical') {
    const data = Uint8Array.of(opened.payload);
    const payloadsOut = [notify('UNSUPPORTED_CRITICAL_PAYLOAD', data)];
    return turn.answer(keyed, header, datagram, { session, facts: [], payloads: payloadsOut });
  }
  if (isLive(session) && session.awaitsInheritance && !isIkeDelete(opened.payloads)) return;
  const answered = await respond(turn.env, heard(turn.env, session, datagram), keyed, header, opened.payloads);
  if (answered) return turn.answer(keyed, header, datagram, answered);
}

async function receiveResponse(turn: Turn, datagram: Datagram, { header, payloads }: Message): Promise<void> {
  const { session } = turn;
  const { outstanding } = session.window;
  const keyed = await keyedOf(session);
  if (!keyed || !outstanding) return;
  const opened = await open(turn, keyed, datagram, header, payloads);
  if (!opened || opened.type === 'critical') return; // as if it had not come (RFC 7296 2.5)
  if (opened.type === 'malformed') {
    const failure = failureOf(turn.env, session, {
      by: 'local',
      scope: 'ike',
      decidedAt: { exchange: header.exchange, message: 'response' },
      refusal: opened.refusal,
    });
    return turn.apply(close(turn.env, session, opened.refusal, failure));
  }
  const { pending } = outstanding;
  const idle = heard(turn.env, { ...session, window: conclude(session.window) }, datagram);
  const { env } = turn;
  if (idle.phase === 'awaitingAuthReply') {
    invariant(pending.type === 'auth', 'IKE_AUTH is out');
    return turn.apply(await concludeAuth(env, idle, pending, opened.payloads));
  }
  if (!isLive(idle) && idle.phase !== 'refusing') return;
  switch (pending.type) {
    case 'createChild':
      return isLive(idle) ? turn.apply(await concludeChild(env, idle, pending, opened.payloads)) : undefined;
    case 'rekeyIke':
      return isLive(idle) ? turn.apply(await concludeIkeRekey(env, idle, pending, opened.payloads)) : undefined;
    case 'deleteChild':
    case 'deleteIke':
    case 'probe':
      return turn.apply(concludeInformational(env, idle, pending));
    case 'init':
    case 'auth':
      return;
  }
}

const isIkeDelete = (payloads: readonly Payload[]): boolean =>
  find(payloads, 'DELETE')?.protocol === protocols.numbers.IKE;

/** What answers a request; nothing where it does not belong in this phase. */
async function respond(env: Env, session: Session, keyed: Keyed, { exchange }: Header, payloads: readonly Payload[]) {
  if (session.phase === 'awaitingAuth') {
    return exchange === IKE_AUTH ? respondAuth(env, session, keyed, payloads) : undefined;
  }
  if (!isLive(session) && session.phase !== 'refusing') return undefined;
  if (exchange === INFORMATIONAL) return respondInformational(env, session, payloads);
  if (exchange !== CREATE_CHILD_SA || !isLive(session)) return undefined;
  const isAboutIke = find(payloads, 'SA')?.proposals[0]?.protocol === protocols.numbers.IKE;
  return isAboutIke ? respondIkeRekey(env, session, payloads) : respondChild(env, session, payloads);
}

type Opened =
  | { readonly type: 'opened'; readonly payloads: readonly Payload[] }
  | { readonly type: 'malformed'; readonly refusal: Refusal }
  | { readonly type: 'critical'; readonly payload: number };

/** Undefined: not sealed, or not by the peer. Nothing of the session is touched by such a message. */
async function open(
  turn: Turn,
  { channel }: Keyed,
  datagram: Datagram,
  header: Header,
  outer: readonly Payload[],
): Promise<Opened | undefined> {
  const sk = find(outer, 'SK');
  const plain = sk && (await channel.open(datagram.octets, sk.sealed));
  if (!sk || !plain) {
    turn.note('in', datagram, header, undefined, 'undecipherable');
    return undefined;
  }
  const parsed = parsePayloads(sk.inner, plain, header);
  turn.note('in', datagram, header, parsed.ok ? parsed.value : undefined, parsed.ok ? undefined : 'malformed');
  if (parsed.ok) return { type: 'opened', payloads: parsed.value };
  const fault = parsed.error;
  return fault.code === 'malformed'
    ? { type: 'malformed', refusal: { code: 'malformed', at: fault.at } }
    : { type: 'critical', payload: fault.payloadType };
}

/** An authentic message came: the peer lives, and behind a NAT it may have moved (RFC 7296 2.23). */
function heard<S extends Session>(env: Env, session: S, { remote }: Datagram): S {
  if (!isLive(session)) return session;
  const hasMoved =
    session.hasNat.remote &&
    !session.hasNat.local &&
    (remote.port !== session.path.remote.port ||
      remote.address.octets.some((octet, i) => octet !== session.path.remote.address.octets[i]));
  const path = hasMoved ? { ...session.path, remote } : session.path;
  return { ...session, heardAtMs: env.nowMs, path };
}

async function keyedOf(session: Session): Promise<Keyed | undefined> {
  if (session.phase === 'awaitingAuth') return session.keyed.get();
  return 'keys' in session ? session : undefined;
}

// What this end wants

/** Queued once; an SA that is ending takes no more wishes. */
function want(turn: Turn, task: Task): void {
  const { session } = turn;
  if (!('tasks' in session) || session.phase === 'deleting') return;
  if (session.tasks.some((each) => isSameTask(each, task))) return;
  if (task.type === 'deleteIke' && !isLive(session)) {
    turn.apply(close(turn.env, session, task.because));
    return;
  }
  turn.session = { ...session, tasks: [...session.tasks, task] };
}

function isSameTask(a: Task, b: Task): boolean {
  if (a.type === 'deleteChild' && b.type === 'deleteChild') return a.inSpi === b.inSpi;
  if (a.type === 'createChild' && b.type === 'createChild') {
    return a.child === b.child && a.replaces === b.replaces && a.trigger === b.trigger;
  }
  return a.type === b.type;
}

/** Sends the next request as long as none is out and one is due. */
async function pump(turn: Turn): Promise<void> {
  while (!turn.session.window.outstanding) {
    const { session, env } = turn;
    if (session.phase === 'refusing') return turn.ask(requestRefusal(session));
    if (!isLive(session) || session.phase === 'deleting') return;
    const task = nextTask(session, env.nowMs);
    if (!task) return;
    const idle: Live = { ...session, tasks: session.tasks.filter((each) => each !== task) };
    turn.session = idle;
    await begin(turn, idle, task);
  }
}

/** The end of the IKE SA goes before everything else; before an inheritance nothing else goes. */
function nextTask({ tasks, awaitsInheritance }: Live, nowMs: number): Task | undefined {
  const due = tasks.filter(({ notBeforeMs }) => notBeforeMs === undefined || notBeforeMs <= nowMs);
  return due.find(({ type }) => type === 'deleteIke') ?? (awaitsInheritance ? undefined : due[0]);
}

async function begin(turn: Turn, live: Live, task: Task): Promise<void> {
  const { env } = turn;
  switch (task.type) {
    case 'createChild': {
      if (live.phase === 'superseded') return;
      const asked = await requestChild(env, live, task);
      if (asked?.ok) return turn.ask(asked.value);
      if (asked) {
        turn.facts.push(
          failed(env, live, {
            ...ofTask(task),
            by: 'local',
            scope: 'child',
            decidedAt: { exchange: CREATE_CHILD_SA, message: 'request' },
            refusal: asked.error,
          }),
        );
      }
      return;
    }
    case 'rekeyIke':
      return live.phase === 'established' ? turn.ask(await requestIkeRekey(env, live, task)) : undefined;
    case 'deleteChild':
      return turn.ask(requestDeleteChild(live, task));
    case 'deleteIke': {
      const asked = requestDeleteIke(env, live, task);
      turn.facts.push(...asked.facts);
      return turn.ask(asked);
    }
    case 'probe':
      return turn.ask(requestProbe(live));
  }
}

/** We had lost a collision, or the peer deleted the old IKE SA first: this one carries on (RFC 7296 2.8.2). */
function takeOver(turn: Turn, { children, tasks }: HandOver): void {
  const { session, env } = turn;
  if (!isLive(session) || session.phase !== 'established') {
    const because: Refusal = { code: 'asked', by: 'remote', reason: 'delete' };
    turn.facts.push(...removals(env, children, because));
    return;
  }
  const { expiresAtMs: _, awaitsInheritance: __, ...rest } = inherit(session, children, tasks);
  const heir = { ...rest, ...lifeFrom(session.connection.ikeLifetime, env.means, env.nowMs) };
  turn.session = heir;
  turn.facts.push(established(env, heir));
}

// Deadlines

async function onDeadline(turn: Turn): Promise<void> {
  const { env } = turn;
  const { outstanding } = turn.session.window;
  if (outstanding && outstanding.againAtMs <= env.nowMs) repeat(turn);
  const { session } = turn;
  switch (session.phase) {
    case 'awaitingInit':
      if (session.doubt && session.doubt.believeAtMs <= env.nowMs) {
        turn.apply(close(env, session, session.doubt.failure.refusal, session.doubt.failure));
      }
      return;
    case 'awaitingAuth':
      if (session.bornAtMs + env.settings.halfOpenMs <= env.nowMs) expireHalfOpen(turn, session);
      return;
    case 'established':
    case 'superseded':
    case 'deleting':
      turn.session = withDueTasks(env, session);
      return;
    case 'awaitingAuthReply':
    case 'refusing':
    case 'closed':
      return;
  }
}

function repeat(turn: Turn): void {
  const { session, env } = turn;
  const repeated = repeatRequest(session.window, env.nowMs, env.settings.retransmit);
  if (repeated.type === 'again') {
    turn.session = { ...session, window: repeated.window };
    turn.sendRaw(repeated.datagrams, session.path);
    return;
  }
  const pending = session.window.outstanding?.pending;
  const noAnswer: Refusal = { code: 'noAnswer', tries: repeated.tries, forMs: repeated.forMs };
  const doubted = session.phase === 'awaitingInit' ? session.doubt?.failure : undefined;
  const failure =
    doubted ??
    failureOf(env, session, {
      ...(pending && 'task' in pending ? ofTask(pending.task) : {}),
      by: 'local',
      scope: 'ike',
      decidedAt: { exchange: exchangeOf(session), message: 'response' },
      refusal: noAnswer,
    });
  if (pending?.type === 'rekeyIke' && pending.rival && isLive(session))
    turn.apply(leaveTo(env, session, pending.rival.ownSpi));
  else if (pending?.type === 'deleteIke') turn.apply(close(env, session, pending.because));
  else if (session.phase === 'superseded') turn.apply(close(env, session, noAnswer));
  else turn.apply(close(env, session, failure.refusal, failure));
}

/** The peer has replaced this IKE SA and is silent on it: what is left goes where the peer is (RFC 7296 2.8.2). */
function leaveTo(env: Env, live: Live, toOwnSpi: IkeSpi): Change {
  const { children, tasks } = live;
  const rekeyed: Refusal = { code: 'asked', by: 'remote', reason: 'rekeyed' };
  return { ...close(env, { ...live, children: [], tasks: [] }, rekeyed), handOver: { toOwnSpi, children, tasks } };
}

function exchangeOf(session: Session): number {
  switch (session.window.outstanding?.pending.type) {
    case 'init':
      return IKE_SA_INIT;
    case 'auth':
      return IKE_AUTH;
    case 'createChild':
    case 'rekeyIke':
      return CREATE_CHILD_SA;
    default:
      return INFORMATIONAL;
  }
}

function expireHalfOpen(turn: Turn, session: AwaitingAuth): void {
  const refusal: Refusal = { code: 'halfOpenExpired', afterMs: turn.env.nowMs - session.bornAtMs };
  const [connection] = session.candidates;
  const failure = failureOf(turn.env, session, {
    ...(connection ? { connection: connection.name } : {}),
    by: 'local',
    scope: 'ike',
    decidedAt: { exchange: IKE_AUTH, message: 'request' },
    refusal,
  });
  turn.apply(close(turn.env, session, refusal, failure));
}

/** Lifetimes that have run out become tasks, once each. */
function withDueTasks(env: Env, live: Live): Live {
  const isDue = (atMs: number | undefined) => atMs !== undefined && atMs <= env.nowMs;
  const because: Refusal = { code: 'asked', by: 'local', reason: 'lifetime' };
  let { tasks } = live;
  const add = (task: Task) => {
    if (!tasks.some((each) => isSameTask(each, task))) tasks = [...tasks, task];
  };
  if (isDue(live.expiresAtMs)) add({ type: 'deleteIke', because });
  else if (isDue(live.rekeyAtMs)) add({ type: 'rekeyIke', tries: 0 });
  const children = live.children.map((child) => {
    if (isDue(child.expiresAtMs)) {
      add({ type: 'deleteChild', inSpi: child.sa.inSpi, because });
      const { expiresAtMs: _, rekeyAtMs: __, ...rest } = child;
      return rest;
    }
    if (!isDue(child.rekeyAtMs)) return child;
    add({ type: 'createChild', child: child.template.name, replaces: child.sa.inSpi, tries: 0 });
    const { rekeyAtMs: _, ...rest } = child;
    return rest;
  });
  const { rekeyAtMs, expiresAtMs, ...rest } = live;
  return {
    ...rest,
    ...(rekeyAtMs === undefined || isDue(rekeyAtMs) ? {} : { rekeyAtMs }),
    ...(expiresAtMs === undefined || isDue(expiresAtMs) ? {} : { expiresAtMs }),
    children,
    tasks,
  };
}

/** One step in the making. */
class Turn {
  readonly send: Datagram[] = [];
  readonly facts: Fact[] = [];
  readonly #born: Session[] = [];
  readonly #transcript: TranscriptEntry[] = [];
  #handOver: HandOver | undefined;
  #initialContactOf: Identity | undefined;

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
  }

  /** Seals a request, and keeps it until it is answered. */
  async ask({ session, exchange, payloads, pending }: Asked): Promise<void> {
    invariant('channel' in session, 'requests go out under keys');
    const header = this.#headerOf(session, exchange, session.window.nextId, { isResponse: false });
    const datagrams = await session.channel.seal(this.env.means, header, payloads);
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
    const header = this.#headerOf(session, exchange, messageId, { isResponse: true });
    const datagrams = await channel.seal(this.env.means, header, answered.payloads);
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
      transcript: this.#transcript,
    };
  }

  #headerOf(
    { spis, isInitiator }: Session,
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
}
