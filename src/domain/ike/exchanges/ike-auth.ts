/**
 * IKE_AUTH (RFC 7296 1.2, 2.15): each end proves who it is, and the first CHILD SA rides along. If only the CHILD SA fails, the
 * IKE SA stands without it (2.21.2). Whose fault a failed authentication was, the peer never learns.
 */
import type { Octets } from '../../bytes/octets.ts';
import { err, ok, type Result } from '../../bytes/result.ts';
import type { Signed, VerifiedPeer } from '../auth.ts';
import { type CheckedPeer, checkPeer, factsOf, proveOurselves, type Shown } from '../authentication.ts';
import { asksForCertificate, requestCertificates } from '../certificate-payloads.ts';
import {
  type Above,
  type ChildChoice,
  checkAnswer,
  choicePayloads,
  chooseChild,
  makeChild,
  offerChild,
  offerPayloads,
} from '../child-negotiation.ts';
import { close, failureOf } from '../closing.ts';
import type { Connection } from '../connection.ts';
import type { Fact } from '../facts.ts';
import { equalIdentities, type Identity, matchesIdentity } from '../identity.ts';
import { authIdAfter, intAuthOf } from '../intermediate-auth.ts';
import { type IkeKeys, mixPpk, wipeUnused } from '../keys.ts';
import { lifeFrom } from '../lifetime.ts';
import type { Payload } from '../message/message.ts';
import { exchangeTypes, notifyTypes } from '../message/names.ts';
import { answerMobike, offerMobike, readMobike } from '../mobike.ts';
import { moves } from '../moves.ts';
import { errorIn, hasNotify, notify } from '../notifies.ts';
import { find } from '../payloads.ts';
import { choosePpk, confirmPpk, namePpk, ppkConfirmed, ppkTowards } from '../ppk.ts';
import { selectProposal } from '../proposal.ts';
import { notifyOf, type Refusal } from '../refusal.ts';
import { refuseAnswer } from '../refusing.ts';
import { refuseShared } from '../shared-address.ts';
import type {
  Agreed,
  AwaitingAuth,
  AwaitingAuthReply,
  AwaitingInit,
  AwaitingIntermediate,
  Child,
  CreateChildTask,
  Keyed,
  Live,
  Pending,
} from '../state.ts';
import { viewOf } from '../view.ts';
import { freshWindow } from '../window.ts';
import { type Answered, type Asked, type Change, type Env, failed, toNotify } from './exchange.ts';
import { nextMethodOf, type Underway } from './ike-intermediate.ts';

const exchange = exchangeTypes.numbers.IKE_AUTH;

// The initiator's side

/** The request; or why there is none to send. */
export async function requestAuth(
  env: Env,
  session: AwaitingInit | AwaitingIntermediate,
  { agreed, keyed, path, spis }: Underway,
): Promise<Result<Asked<AwaitingAuthReply> & { readonly facts: readonly Fact[] }, Refusal>> {
  const { connection } = session;
  const { identity, peerIdentity, asksForPeer } = connection;
  const expected = peerIdentity.kind === 'exactly' ? peerIdentity.identity : undefined;
  const ppk = ppkTowards(connection, agreed.peer);
  if (!ppk.ok) return ppk;
  const { provider } = env.means;
  const mixed = ppk.value && (await mixPpk(provider, agreed.suite.prf.id, ppk.value.secret, keyed.keys));
  const signed = signedByInitiator(agreed, mixed ?? keyed.keys, identity);
  const peer = { ...(expected && { identity: expected }), features: agreed.peer, asks: agreed.peer.asksForCertificate };
  const proof = await proveOurselves(env, connection, signed, peer);
  if (!proof.ok) return proof;
  const proofWithout =
    mixed && !ppk.value?.required
      ? await proveOurselves(env, connection, signedByInitiator(agreed, keyed.keys, identity), peer)
      : undefined;
  const authWithout = proofWithout?.ok ? find([proofWithout.value.auth], 'AUTH')?.data : undefined;
  const isChildless = connection.childless === 'force' || !session.tasks.some(({ type }) => type === 'createChild');
  if (isChildless && !agreed.peer.doesChildless) return err({ code: 'childless', insists: 'local' });
  const [task, ...rest] = isChildless ? [undefined, ...session.tasks] : takeCreateChild(session.tasks);
  const offer = task && offerFirstChild(env, { connection, path, spis, hasNat: agreed.hasNat }, task);
  const facts: Fact[] = [];
  if (task && offer && !offer.ok) {
    facts.push(
      failed(env, session, {
        by: 'local',
        scope: 'child',
        child: task.child,
        decidedAt: { exchange, message: 'request' },
        refusal: offer.error,
        ...(task.trigger ? { trigger: task.trigger } : {}),
      }),
    );
  }
  const certificateRequests = await requestCertificates(env.means.provider, [connection]);
  const child = offer?.ok ? offerPayloads(offer.value) : undefined;
  const wish = asksForPeer ?? expected;
  const pending: Pending = {
    type: 'auth',
    ...(task ? { task } : {}),
    ...(offer?.ok ? { offer: offer.value } : {}),
  };
  return ok({
    session: {
      phase: moves[session.phase].sentAuth,
      isInitiator: true,
      spis,
      path,
      window: {
        ...freshWindow,
        nextId: authIdAfter(agreed.intermediate),
        retransmissions: session.window.retransmissions,
      },
      bornAtMs: session.bornAtMs,
      connection,
      agreed,
      ...keyed,
      ...(mixed ? { mixed } : {}),
      ...(proof.value.secret && { secret: proof.value.secret }),
      tasks: rest,
    },
    exchange,
    payloads: [
      { type: 'IDi', idType: identity.type, data: identity.data },
      ...proof.value.certificates,
      ...(connection.saysInitialContact !== false && env.isFirstContact(connection) ? [notify('INITIAL_CONTACT')] : []),
      ...certificateRequests,
      ...(wish ? [{ type: 'IDr', idType: wish.type, data: wish.data } as const] : []),
      proof.value.auth,
      ...(child ? [...child.notifies, child.sa, ...child.selectors] : []),
      ...offerMobike(connection),
      ...(ppk.value ? namePpk(ppk.value, authWithout) : []),
    ],
    pending,
    facts,
  });
}

/** The responder's proof, and what became of the CHILD SA. */
export async function concludeAuth(
  env: Env,
  session: AwaitingAuthReply,
  pending: Extract<Pending, { type: 'auth' }>,
  payloads: readonly Payload[],
): Promise<Change> {
  const { connection } = session;
  const idr = find(payloads, 'IDr');
  const auth = find(payloads, 'AUTH');
  const error = errorIn(payloads);
  if (error && !auth) {
    const refusal = refusedBy(session, error.notify, error.data);
    const failure = failureOf(env, session, {
      ...ofTask(pending.task),
      by: 'remote',
      scope: 'ike',
      decidedAt: { exchange, message: 'response' },
      notify: error.notify,
      refusal,
    });
    return close(env, session, refusal, failure);
  }
  if (!idr || !auth) {
    return refuse(env, session, pending, { code: 'malformed', at: incomplete(payloads, 'IDr, AUTH') });
  }
  const peer: Identity = { type: idr.idType, data: idr.data };
  if (!matchesIdentity(peer, connection.peerIdentity)) {
    const refusal = { code: 'authFailed', check: 'identity', ...factsOf(connection, peer) } as const;
    return refuse(env, session, pending, refusal);
  }
  const shown = { identity: peer, auth, payloads, ...(session.secret && { secret: session.secret }) };
  const confirmed = ppkConfirmed(connection, { plain: session.keys, mixed: session.mixed }, payloads);
  if (!confirmed.ok) return refuse(env, session, pending, confirmed.error);
  const keys = confirmed.value;
  const checked = await checkPeer(
    env,
    [connection],
    shown,
    signedByResponder(session.agreed, keys, peer, idr.reserved),
  );
  if (!checked.ok) return refuse(env, session, pending, checked.error);

  for (const made of [session.keys, session.mixed]) wipeUnused(made, keys);
  const keyed = { keys, channel: session.channel };
  const live = establish(
    env,
    session,
    session.agreed,
    keyed,
    connection,
    checked.value.verified,
    session.tasks,
    payloads,
  );
  return installFirst(env, live, session.agreed, pending, payloads);
}

async function installFirst(
  env: Env,
  live: Live,
  agreed: Agreed,
  { task, offer }: Extract<Pending, { type: 'auth' }>,
  payloads: readonly Payload[],
): Promise<Change> {
  const established: Fact = { type: 'ikeEstablished', atMs: env.nowMs, ikeSa: viewOf(live) };
  if (!task || !offer) return { session: live, facts: [established] };

  const error = errorIn(payloads);
  if (error?.notify === notifyTypes.numbers.SINGLE_PAIR_REQUIRED) {
    return { session: { ...live, tasks: [{ ...task, isSinglePair: true }, ...live.tasks] }, facts: [established] };
  }
  const answer: Result<ChildChoice, Refusal> = error
    ? err(childRefusedBy(offer, error.notify, error.data))
    : checkAnswer(live, offer, payloads);
  if (!answer.ok) {
    const failure = failed(env, live, {
      ...ofTask(task),
      by: error ? 'remote' : 'local',
      scope: 'child',
      decidedAt: { exchange, message: 'response' },
      ...(error ? { notify: error.notify } : {}),
      refusal: answer.error,
    });
    // The peer holds an SA that we do not want: it is told so (RFC 7296 2.9).
    const deletion = { type: 'deleteChild', inSpi: offer.inSpi, because: answer.error } as const;
    const session = error ? live : { ...live, tasks: [deletion, ...live.tasks] };
    return { session, facts: [established, failure] };
  }
  const child = await makeChild(
    env,
    live,
    answer.value,
    offer.inSpi,
    {
      prf: agreed.suite.prf.id,
      skD: live.keys.skD,
      isInitiator: true,
      nonceI: agreed.nonceI,
      nonceR: agreed.nonceR,
    },
    payloads,
  );
  const session: Live = { ...live, children: [child] };
  return { session, facts: [{ ...established, ikeSa: viewOf(session) }, installed(env, child, task)] };
}

/** The responder liked us, we do not like the responder: a new exchange says so (RFC 7296 2.21.2). */
function refuse(
  env: Env,
  session: AwaitingAuthReply,
  pending: Extract<Pending, { type: 'auth' }>,
  refusal: Refusal,
): Change {
  return refuseAnswer(env, session, { exchange, refusal, task: pending.task });
}

// The responder's side

export async function respondAuth(
  env: Env,
  session: AwaitingAuth,
  keyed: Keyed,
  payloads: readonly Payload[],
): Promise<Answered> {
  const idi = find(payloads, 'IDi');
  const auth = find(payloads, 'AUTH');
  if (!idi || !auth || nextMethodOf(session.agreed) !== undefined) {
    return refuseRequest(env, session, { code: 'malformed', at: incomplete(payloads, 'IDi, AUTH') });
  }
  const peer: Identity = { type: idi.idType, data: idi.data };
  const idr = find(payloads, 'IDr');
  const wish = idr && { type: idr.idType, data: idr.data };
  const authenticated = await authenticate(env, session, keyed, { identity: peer, auth, payloads }, wish);
  if (!authenticated.ok) return refuseRequest(env, session, authenticated.error);

  const { agreed } = session;
  const { verified, secret, connections, keys, confirmation } = authenticated.value;
  const { connection, choice } = chooseConnection(env, session, connections, payloads);
  if (choice && connection.childless === 'force') {
    return refuseRequest(env, session, { code: 'childless', insists: 'local' });
  }
  const proving = proveOurselves(env, connection, signedByResponder(agreed, keys, connection.identity), {
    identity: peer,
    features: agreed.peer,
    asks: asksForCertificate(payloads),
    ...(secret && { secret }),
  });
  const live = establish(env, session, agreed, { ...keyed, keys }, connection, verified, [], payloads);
  const first = choice && (await answerFirst(env, live, agreed, refuseShared(env, live, choice), payloads));
  const proof = await proving;
  if (!proof.ok) {
    wipeUnused(keys, keyed.keys);
    return refuseRequest(env, session, proof.error);
  }
  const withChild: Live = { ...live, children: first?.child ? [first.child] : [] };
  return {
    session: withChild,
    facts: [{ type: 'ikeEstablished', atMs: env.nowMs, ikeSa: viewOf(withChild) }, ...(first?.facts ?? [])],
    payloads: [
      { type: 'IDr', idType: connection.identity.type, data: connection.identity.data },
      ...proof.value.certificates,
      proof.value.auth,
      ...(first?.payloads ?? []),
      ...answerMobike(live),
      ...confirmation,
    ],
    ...(hasNotify(payloads, 'INITIAL_CONTACT') ? { initialContactOf: peer } : {}),
  };
}

interface Authenticated extends CheckedPeer {
  /** With the postquantum pre-shared key in them, where both ends use it. */
  readonly keys: IkeKeys;
  readonly confirmation: readonly Payload[];
}

/** The connections that fit the IKE proposal and both identities; of those, the ones whose peer has just proved itself. */
async function authenticate(
  env: Env,
  session: AwaitingAuth,
  keyed: Keyed,
  shown: Shown,
  wish: Identity | undefined,
): Promise<Result<Authenticated, Refusal>> {
  const { agreed, candidates } = session;
  const chosen = { number: 1, protocol: 1, spi: new Uint8Array(0), transforms: agreed.transforms };
  const [first, ...more] = candidates
    .filter((each) => selectProposal([chosen], each.ikeProposals, { prefer: 'offered', keyExchange: 'keep' }))
    .filter((each) => matchesIdentity(shown.identity, each.peerIdentity))
    .filter((each) => !wish || equalIdentities(wish, each.identity));
  if (!first) {
    const facts = { ...factsOf(candidates[0], shown.identity), ...(wish ? { askedIdentity: wish } : {}) };
    return err({ code: 'authFailed', check: 'identity', ...facts });
  }
  const choice = choosePpk([first, ...more], agreed.peer, shown.payloads);
  if (!choice.ok) return choice;
  const { connections, ppk, authWithout } = choice.value;
  const check = (keys: IkeKeys, data: Octets) =>
    checkPeer(
      env,
      connections,
      { ...shown, auth: { ...shown.auth, data } },
      signedByInitiator(agreed, keys, shown.identity, find(shown.payloads, 'IDi')?.reserved),
    );
  if (!ppk) {
    const checked = await check(keyed.keys, authWithout ?? shown.auth.data);
    return checked.ok ? ok({ ...checked.value, keys: keyed.keys, confirmation: [] }) : checked;
  }
  const mixed = await mixPpk(env.means.provider, agreed.suite.prf.id, ppk.secret, keyed.keys);
  const checked = await check(mixed, shown.auth.data);
  if (checked.ok) {
    wipeUnused(keyed.keys, mixed);
    return ok({ ...checked.value, keys: mixed, confirmation: [confirmPpk()] });
  }
  wipeUnused(mixed, keyed.keys);
  const isPpk = authWithout !== undefined && (await check(keyed.keys, authWithout)).ok; // all else fits
  return isPpk ? err({ code: 'ppk', why: 'differs', ownId: ppk.id, peerId: ppk.id }) : checked;
}

/** Among connections that fit alike: the first whose selectors fit too, or simply the first. */
function chooseConnection(
  env: Env,
  { path, spis, agreed }: AwaitingAuth,
  connections: readonly [Connection, ...Connection[]],
  payloads: readonly Payload[],
): { readonly connection: Connection; readonly choice?: Result<ChildChoice, Refusal> } {
  const [first] = connections;
  if (!find(payloads, 'SA')) return { connection: first }; // childless (RFC 6023)
  const judge = (connection: Connection) => {
    const above: Above = { connection, path, spis, hasNat: agreed.hasNat };
    return { connection, choice: chooseChild(env, above, payloads, 'inAuth') };
  };
  const judged = env.settings.choosesBySelectors ? connections.map(judge) : [judge(first)];
  return judged.find(({ choice }) => choice.ok) ?? judged[0] ?? { connection: first };
}

async function answerFirst(
  env: Env,
  live: Live,
  agreed: Agreed,
  choice: Result<ChildChoice, Refusal>,
  payloads: readonly Payload[],
): Promise<{ readonly child?: Child; readonly payloads: readonly Payload[]; readonly facts: readonly Fact[] }> {
  if (!choice.ok) {
    const notifies = toNotify(choice.error);
    const fact = failed(env, live, {
      by: 'local',
      scope: 'child',
      decidedAt: { exchange, message: 'request' },
      ...(notifyOf[choice.error.code] === undefined ? {} : { notify: notifyOf[choice.error.code] as number }),
      refusal: choice.error,
    });
    return { payloads: notifies, facts: [fact] };
  }
  const inSpi = env.freshEspSpi();
  const child = await makeChild(
    env,
    live,
    choice.value,
    inSpi,
    {
      prf: agreed.suite.prf.id,
      skD: live.keys.skD,
      isInitiator: false,
      nonceI: agreed.nonceI,
      nonceR: agreed.nonceR,
    },
    payloads,
  );
  const answer = choicePayloads(choice.value, inSpi);
  return { child, payloads: [...answer.notifies, answer.sa, ...answer.selectors], facts: [installed(env, child)] };
}

/** The error goes out under the protection, and the SA is gone at this end (RFC 7296 2.21.2). */
function refuseRequest(env: Env, session: AwaitingAuth, refusal: Refusal): Answered {
  const notifies = toNotify(refusal);
  const [connection] = session.candidates;
  const failure = failureOf(env, session, {
    ...(connection ? { connection: connection.name } : {}),
    by: 'local',
    scope: 'ike',
    decidedAt: { exchange, message: 'request' },
    ...(notifyOf[refusal.code] === undefined ? {} : { notify: notifyOf[refusal.code] as number }),
    refusal,
  });
  return { ...close(env, session, refusal, failure), payloads: notifies };
}

// Both sides

function establish(
  env: Env,
  session: AwaitingAuth | AwaitingAuthReply,
  agreed: Agreed,
  { keys, channel }: Keyed,
  connection: Connection,
  verified: VerifiedPeer,
  tasks: Live['tasks'],
  payloads: readonly Payload[],
): Live {
  const mobike = readMobike(connection, payloads, session.isInitiator);
  return {
    phase: moves[session.phase].acceptedAuth,
    isInitiator: session.isInitiator,
    spis: session.spis,
    path: session.path,
    window: session.window,
    bornAtMs: session.bornAtMs,
    keys,
    channel,
    connection,
    suite: agreed.suite,
    group: agreed.group,
    transforms: agreed.transforms,
    identity: connection.identity,
    verified,
    hasNat: agreed.hasNat,
    peer: agreed.peer,
    ...(mobike ? { mobike } : {}),
    children: [],
    tasks,
    establishedAtMs: env.nowMs,
    heardAtMs: env.nowMs,
    ...(session.isInitiator ? {} : { confirmAtMs: env.nowMs + env.settings.unconfirmedMs }),
    ...lifeFrom(connection.ikeLifetime, env.means, env.nowMs),
  };
}

const signedByInitiator = (agreed: Agreed, keys: IkeKeys, identity: Identity, idReserved?: Octets): Signed => ({
  prf: agreed.suite.prf.id,
  skP: keys.skPi,
  message: agreed.initRequest,
  nonce: agreed.nonceR,
  identity,
  idReserved,
  intAuth: intAuthOf(agreed.intermediate),
});

const signedByResponder = (agreed: Agreed, keys: IkeKeys, identity: Identity, idReserved?: Octets): Signed => ({
  prf: agreed.suite.prf.id,
  skP: keys.skPr,
  message: agreed.initResponse,
  nonce: agreed.nonceI,
  identity,
  idReserved,
  intAuth: intAuthOf(agreed.intermediate),
});

function offerFirstChild(env: Env, above: Above, task: CreateChildTask) {
  const template = above.connection.children.find(({ name }) => name === task.child);
  return template && offerChild(env, above, template, 'inAuth', task.trigger);
}

/** The first CHILD SA that is wanted, then all the other tasks in their order. */
function takeCreateChild(
  tasks: AwaitingInit['tasks'],
): readonly [CreateChildTask | undefined, ...AwaitingInit['tasks'][number][]] {
  const first = tasks.find((task) => task.type === 'createChild');
  return [first, ...tasks.filter((task) => task !== first)];
}

export const installed = (env: Pick<Env, 'nowMs'>, { sa }: Child, task?: CreateChildTask): Fact => ({
  type: 'childInstalled',
  atMs: env.nowMs,
  child: sa,
  ...(task?.trigger ? { trigger: task.trigger } : {}),
});

export const ofTask = (task: CreateChildTask | undefined) => ({
  ...(task ? { child: task.child } : {}),
  ...(task?.trigger ? { trigger: task.trigger } : {}),
});

function refusedBy(session: AwaitingAuthReply, notifyNumber: number, data: Octets): Refusal {
  const { connection } = session;
  if (notifyNumber !== notifyTypes.numbers.AUTHENTICATION_FAILED) {
    return { code: 'peerRefused', notify: notifyNumber, data };
  }
  return {
    code: 'authFailed',
    check: 'peer',
    ownIdentity: connection.identity,
    expectedIdentity: connection.peerIdentity,
  };
}

/** What the peer's error says of our offer. */
export function childRefusedBy(
  offer: { readonly proposals: Extract<Refusal, { code: 'noProposal' }>['offered'] } & Extract<
    Refusal,
    { code: 'selectors' }
  >['offered'],
  notifyNumber: number,
  data: Octets,
): Refusal {
  const { numbers } = notifyTypes;
  switch (notifyNumber) {
    case numbers.NO_PROPOSAL_CHOSEN:
      return { code: 'noProposal', protocol: 'ESP', offered: offer.proposals };
    case numbers.TS_UNACCEPTABLE:
      return { code: 'selectors', offered: { local: offer.local, remote: offer.remote } };
    case numbers.NO_ADDITIONAL_SAS:
      return { code: 'noAdditionalSas' };
    case numbers.TEMPORARY_FAILURE:
      return { code: 'busy', why: 'peer' };
    default:
      return { code: 'peerRefused', notify: notifyNumber, data };
  }
}

const incomplete = (payloads: readonly Payload[], expected: string) => ({
  offset: 0,
  path: 'IKE_AUTH',
  expected,
  got: payloads.map(({ type }) => type).join(', '),
});
