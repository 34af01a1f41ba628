/**
 * IKE_AUTH, the side that asks (RFC 7296 1.2, 2.15): it proves who it is, judges the responder's proof, and the first CHILD SA rides
 * along. The side that answers is ike-auth-answer.ts.
 *
 * If only the CHILD SA fails, the IKE SA stands without it (2.21.2). A responder that we refuse is told so in an exchange of its own:
 * its answer has no answer.
 */

import { err, ok, type Result } from '../../bytes/result.ts';
import { checkPeer, factsOf, type Proof, proveOurselves } from '../auth/authentication.ts';
import { requestCertificates } from '../auth/certificate-requests.ts';
import { type Identity, matchesIdentity } from '../auth/identity.ts';
import { authIdAfter } from '../auth/intermediate-auth.ts';
import { goneOn } from '../channel/window.ts';
import type { Above } from '../child/negotiating.ts';
import { offerPayloads } from '../child/offering.ts';
import type { Connection } from '../connection.ts';
import type { Env } from '../env.ts';
import type { Fact } from '../facts.ts';
import { type IkeKeys, mixPpk, wipeUnused } from '../keys/keys.ts';
import { namePpk, ppkConfirmed, ppkTowards } from '../keys/ppk.ts';
import type { NotifyPayload, Payload } from '../message/message.ts';
import { exchangeTypes, notifyTypes } from '../message/names.ts';
import { errorIn, notify } from '../message/notifies.ts';
import { lacking } from '../message/occurrence.ts';
import { find } from '../message/payloads.ts';
import { offerMobike } from '../nat/mobike.ts';
import type { OfferedChild, Refusal } from '../refusal.ts';
import { type Asked, type Change, ofTask } from '../sa/change.ts';
import { close, failureOf } from '../sa/closing.ts';
import type { Pending } from '../sa/pending.ts';
import { moves } from '../sa/phase-moves.ts';
import type { Agreed, AwaitingAuthReply, AwaitingInit, AwaitingIntermediate } from '../sa/state.ts';
import { establish } from './ike-auth-establish.ts';
import { installFirst, offerFirst, type Riding, refusedUnasked } from './ike-auth-first-child.ts';
import { signedByInitiator, signedByResponder } from './ike-auth-payloads.ts';
import type { Underway } from './ike-intermediate.ts';
import { redirectedInAuth } from './redirect.ts';
import { refuseAnswer } from './refusing.ts';
import { announceWindow } from './window-size.ts';

const exchange = exchangeTypes.numbers.IKE_AUTH;

/** The request; or why there is none to send. */
export async function requestAuth(
  env: Env,
  session: AwaitingInit | AwaitingIntermediate,
  { agreed, keyed, path, spis }: Underway,
): Promise<Result<Asked<AwaitingAuthReply> & { readonly facts: readonly Fact[] }, Refusal>> {
  const { connection } = session;
  const { identity, peerIdentity, asksForPeer } = connection;
  const expected = peerIdentity.kind === 'exactly' ? peerIdentity.identity : undefined;
  const above: Above = { connection, path, spis, hasNat: agreed.hasNat };
  const riding: Riding =
    connection.childless === 'force' ? { rest: session.tasks, refused: [] } : offerFirst(env, above, session.tasks);
  const { first, rest } = riding;
  if (!first && !agreed.peer.doesChildless) {
    return err(riding.refused[0]?.refusal ?? { code: 'childless', insists: 'local' });
  }
  const proven = await proveBothWays(env, connection, agreed, keyed.keys, expected);
  if (!proven.ok) return proven;
  const { mixed, certificates, auth, ppk } = proven.value;
  const certificateRequests = await requestCertificates(env.means.provider, [connection]);
  const child = first && offerPayloads(first.offer);
  const wish = asksForPeer ?? expected;
  return ok({
    session: {
      phase: moves[session.phase].sentAuth,
      isInitiator: true,
      spis,
      path,
      window: goneOn(session.window, authIdAfter(agreed.intermediate)),
      bornAtMs: session.bornAtMs,
      connection,
      agreed,
      ...keyed,
      ...(mixed && { mixed }),
      ownAuthMethod: auth.method,
      ...(session.redirection && { redirection: session.redirection }),
      tasks: rest,
    },
    exchange,
    payloads: [
      { type: 'IDi', idType: identity.type, data: identity.data },
      ...certificates,
      ...(connection.uniqueness !== 'ignore' && env.isFirstContact(session) ? [notify('INITIAL_CONTACT')] : []),
      ...certificateRequests,
      ...(wish ? [{ type: 'IDr', idType: wish.type, data: wish.data } as const] : []),
      auth,
      ...(child ? [...child.notifies, child.sa, ...child.selectors] : []),
      ...offerMobike(connection),
      ...announceWindow(env.settings),
      ...ppk,
    ],
    pending: { type: 'auth', ...first },
    facts: refusedUnasked(env, session, riding),
  });
}

interface OwnProof extends Proof {
  /** The keys with the PPK in them: the proof is over these. */
  readonly mixed?: IkeKeys;
  /** What is said of the PPK. */
  readonly ppk: readonly NotifyPayload[];
}

/** With the PPK where there is one, and where we may do without it, without it too (RFC 8784 3). */
async function proveBothWays(
  env: Env,
  connection: Connection,
  agreed: Agreed,
  plain: IkeKeys,
  expected: Identity | undefined,
): Promise<Result<OwnProof, Refusal>> {
  const ppk = ppkTowards(connection, agreed.peer);
  if (!ppk.ok) return ppk;
  const peer = {
    ...(expected && { identity: expected }),
    features: agreed.peer,
    request: agreed.peer.certificateRequest,
  };
  const prove = (keys: IkeKeys) =>
    proveOurselves(env, connection, signedByInitiator(agreed, keys, connection.identity), peer);
  if (!ppk.value) {
    const proof = await prove(plain);
    return proof.ok ? ok({ ...proof.value, ppk: [] }) : proof;
  }
  const mixed = await mixPpk(env.means.provider, agreed.suite.prf.id, ppk.value.secret, plain);
  const proof = await prove(mixed);
  if (!proof.ok) {
    wipeUnused(mixed, plain);
    return proof;
  }
  const without = ppk.value.required ? undefined : await prove(plain);
  const authWithout = without?.ok ? without.value.auth.data : undefined;
  return ok({ ...proof.value, mixed, ppk: namePpk(ppk.value, authWithout) });
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
    const refusal = refusedBy(session, pending, error);
    const failure = failureOf(env, session, {
      ...ofTask(pending.task),
      by: 'remote',
      decidedAt: { exchange, message: 'response' },
      notify: error.notify,
      refusal,
    });
    return close(env, session, refusal, failure);
  }
  if (!idr || !auth) {
    return refuse(env, session, pending, { code: 'malformed', at: lacking('IKE_AUTH', 'IDr, AUTH', payloads) });
  }
  const peer: Identity = { type: idr.idType, data: idr.data };
  if (!matchesIdentity(peer, connection.peerIdentity)) {
    const refusal = { code: 'authFailed', check: 'identity', ...factsOf(connection, peer) } as const;
    return refuse(env, session, pending, refusal);
  }
  const confirmed = ppkConfirmed(connection, { plain: session.keys, mixed: session.mixed }, payloads);
  if (!confirmed.ok) return refuse(env, session, pending, confirmed.error);
  const keys = confirmed.value;
  const signed = signedByResponder(session.agreed, keys, peer, idr.reserved);
  const shown = { identity: peer, method: auth.method, payloads };
  const checked = await checkPeer(env, [connection], shown, [{ data: auth.data, signed }]);
  if (!checked.ok) return refuse(env, session, pending, checked.error);

  for (const made of [session.keys, session.mixed]) wipeUnused(made, keys);
  const { agreed, channel, ownAuthMethod } = session;
  const proven = { identity: connection.identity, verified: checked.value.verified, connection, keys, channel };
  const live = { ...establish(env, session, proven, payloads), ownAuthMethod };
  return redirectedInAuth(env, live, pending.task, payloads) ?? installFirst(env, live, agreed, pending, payloads);
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

/** The whole of the negotiation, without a proof of the peer's; OpenIKED does so when only the CHILD SA does not suit it. */
function refusedBy(
  { connection }: AwaitingAuthReply,
  { offer }: Extract<Pending, { type: 'auth' }>,
  { notify: number, data }: NotifyPayload,
): Refusal {
  if (number !== notifyTypes.numbers.AUTHENTICATION_FAILED) {
    const offered: OfferedChild | undefined = offer && {
      proposals: offer.proposals,
      selectors: { local: offer.local, remote: offer.remote },
      mode: offer.wantsTransport ? 'transport' : 'tunnel',
    };
    return { code: 'refusedUnproven', notify: number, data, ...(offered ? { offered } : {}) };
  }
  return {
    code: 'authFailed',
    check: 'peer',
    ownIdentity: connection.identity,
    expectedIdentity: connection.peerIdentity,
  };
}
