/**
 * IKE_AUTH, the side that answers (RFC 7296 1.2, 2.15): whose proof holds decides which connection is meant, and then the first
 * CHILD SA is answered. If only the CHILD SA fails, the IKE SA stands without it (2.21.2).
 *
 * Whose fault a failed authentication was, the peer never learns.
 */

import type { Octets } from '../../bytes/octets.ts';
import { err, ok, type Result } from '../../bytes/result.ts';
import { type CheckedPeer, checkPeer, proveOurselves, type Shown, type ShownProof } from '../auth/authentication.ts';
import { readCertificateRequest } from '../auth/certificate-requests.ts';
import type { Identity } from '../auth/identity.ts';
import { fittingOf, type Unfit } from '../auth/nearest.ts';
import { type ChildChoice, choicePayloads, chooseChild } from '../child/answering.ts';
import type { Child } from '../child/child.ts';
import { wipeChildKeys } from '../child/child-sa.ts';
import { makeChild } from '../child/making.ts';
import type { Above } from '../child/negotiating.ts';
import type { Connection, SomeConnections } from '../connection.ts';
import type { Between, Env } from '../env.ts';
import type { Fact } from '../facts.ts';
import { type IkeKeys, mixPpk, wipeUnused } from '../keys/keys.ts';
import { choosePpk, confirmPpk } from '../keys/ppk.ts';
import type { Payload } from '../message/message.ts';
import { exchangeTypes } from '../message/names.ts';
import { hasNotify } from '../message/notifies.ts';
import { lacking } from '../message/occurrence.ts';
import { find } from '../message/payloads.ts';
import { answerMobike } from '../nat/mobike.ts';
import { isSameEnd } from '../nat/moving.ts';
import { notifyOf, type Refusal } from '../refusal.ts';
import { type Answered, failed, toNotify } from '../sa/change.ts';
import type { Agreed, AwaitingAuth, Keyed, Live } from '../sa/state.ts';
import { viewOf } from '../sa/view.ts';
import { installed } from './child-outcome.ts';
import { type Establishing, establish } from './ike-auth-establish.ts';
import { firstKeying, signedByInitiator, signedByResponder } from './ike-auth-payloads.ts';
import { nextMethodOf } from './ike-intermediate.ts';
import { refuseHalfOpen } from './refusing.ts';
import { announceWindow } from './window-size.ts';

const exchange = exchangeTypes.numbers.IKE_AUTH;

export async function respondAuth(
  env: Env,
  session: AwaitingAuth,
  keyed: Keyed,
  payloads: readonly Payload[],
): Promise<Answered> {
  const idi = find(payloads, 'IDi');
  const auth = find(payloads, 'AUTH');
  if (!idi || !auth || nextMethodOf(session.agreed) !== undefined) {
    const refusal = { code: 'malformed', at: lacking('IKE_AUTH', 'IDi, AUTH', payloads) } as const;
    return refuseHalfOpen(env, session, { exchange, refusal });
  }
  const peer: Identity = { type: idi.idType, data: idi.data };
  const idr = find(payloads, 'IDr');
  const wish = idr && { type: idr.idType, data: idr.data };
  const shown = { identity: peer, method: auth.method, payloads };
  const authenticated = await authenticate(env, session, keyed, shown, auth.data, wish);
  if (!authenticated.ok) return refuseHalfOpen(env, session, { exchange, ...authenticated.error });

  const { agreed } = session;
  const { verified, secret, connections, keys, confirmation } = authenticated.value;
  const { connection, choice } = chooseConnection(env, session, connections, payloads);
  const refuse = (refusal: Refusal): Answered => {
    wipeUnused(keys, keyed.keys);
    return refuseHalfOpen(env, session, { exchange, refusal, connection });
  };
  if (choice && connection.childless === 'force') return refuse({ code: 'childless', insists: 'local' });
  if (!choice && connection.childless === 'never') return refuse({ code: 'childless', insists: 'remote' }); // we did not announce it
  const identity = (connection.takesAskedIdentity && wish) || connection.identity;
  const older = judgeOlder(env, session, connection, { identity, peer, bornAtMs: session.bornAtMs }, payloads);
  if (!older.ok) return refuse(older.error);
  const proven = { identity, verified, connection, keys, channel: keyed.channel };
  const live = establish(env, session, proven, payloads);
  const [proof, first] = await Promise.all([
    proveOurselves(env, connection, signedByResponder(agreed, keys, identity), {
      identity: peer,
      features: agreed.peer,
      request: readCertificateRequest(payloads),
      ...(secret && env.settings.answersWith === 'fittingSecret' && { secret }),
    }),
    choice && answerFirst(env, live, agreed, choice, payloads),
  ]);
  if (!proof.ok) {
    if (first?.child) wipeChildKeys(first.child.sa);
    return refuse(proof.error);
  }
  const { certificates, auth: ownAuth } = proof.value;
  const children = first?.child ? [first.child] : [];
  const withChild: Live = { ...live, ownAuthMethod: ownAuth.method, children };
  return {
    session: withChild,
    facts: [{ type: 'ikeEstablished', atMs: env.nowMs, ikeSa: viewOf(withChild) }, ...(first?.facts ?? [])],
    payloads: [
      { type: 'IDr', idType: identity.type, data: identity.data },
      ...certificates,
      ownAuth,
      ...(first?.payloads ?? []),
      ...answerMobike(live),
      ...announceWindow(env.settings),
      ...confirmation,
    ],
    ...(older.value && { endsOlder: older.value }),
  };
}

/** What becomes of older IKE SAs with this peer, or of this one for their sake (RFC 7296 2.4). Who comes from the same end may reauthenticate. */
function judgeOlder(
  env: Env,
  { path }: AwaitingAuth,
  { uniqueness = 'obey' }: Connection,
  between: Between,
  payloads: readonly Payload[],
): Result<Answered['endsOlder'], Refusal> {
  if (uniqueness !== 'ignore' && hasNotify(payloads, 'INITIAL_CONTACT')) return ok('initialContact');
  if (uniqueness === 'replace') return ok('replaced');
  const first = uniqueness === 'keep' ? env.older(between).find((each) => !isSameEnd(each, path.remote)) : undefined;
  return first ? err({ code: 'notUnique', peerIdentity: between.peer, remote: first.address }) : ok(undefined);
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
  data: Octets,
  wish: Identity | undefined,
): Promise<Result<Authenticated, Unfit>> {
  const { agreed, candidates } = session;
  const chosen = { number: 1, protocol: 1, spi: new Uint8Array(0), transforms: agreed.transforms };
  const { identity } = shown;
  const [first, ...more] = candidates.filter((each) => env.connections.includes(each)); // some may have gone since IKE_SA_INIT
  if (!first) return err({ refusal: { code: 'authFailed', check: 'identity', peerIdentity: identity } });
  const fitting = fittingOf([first, ...more], { identity, wish, agreed: chosen });
  if (!fitting.ok) return fitting;
  const [connection] = fitting.value;
  const unfit = (refusal: Refusal) => err({ refusal, connection });
  const choice = choosePpk(fitting.value, agreed.peer, shown.payloads);
  if (!choice.ok) return unfit(choice.error);
  const { connections, ppk, authWithout } = choice.value;
  const reserved = find(shown.payloads, 'IDi')?.reserved;
  const over = (keys: IkeKeys, data: Octets): ShownProof => ({
    data,
    signed: signedByInitiator(agreed, keys, identity, reserved),
  });
  if (!ppk) {
    const checked = await checkPeer(env, connections, shown, [over(keyed.keys, authWithout ?? data)]);
    return checked.ok ? ok({ ...checked.value, keys: keyed.keys, confirmation: [] }) : unfit(checked.error);
  }
  const mixed = await mixPpk(env.means.provider, agreed.suite.prf.id, ppk.secret, keyed.keys);
  const withIt = over(mixed, data);
  const without = authWithout ? [over(keyed.keys, authWithout)] : []; // tells what differs where it holds alone
  const checked = await checkPeer(env, connections, shown, [withIt, ...without]);
  if (checked.ok && checked.value.proof === withIt) {
    wipeUnused(keyed.keys, mixed);
    return ok({ ...checked.value, keys: mixed, confirmation: [confirmPpk()] });
  }
  wipeUnused(mixed, keyed.keys);
  return unfit(checked.ok ? { code: 'ppk', why: 'differs', ownId: ppk.id, peerId: ppk.id } : checked.error);
}

/** Among connections that fit alike: the first whose selectors fit too, or simply the first. */
function chooseConnection(
  env: Env,
  { path, spis, agreed }: AwaitingAuth,
  connections: SomeConnections,
  payloads: readonly Payload[],
): { readonly connection: Connection; readonly choice?: Result<ChildChoice, Refusal> } {
  const [first] = connections;
  if (!find(payloads, 'SA')) {
    return { connection: connections.find(({ childless }) => childless !== 'never') ?? first }; // RFC 6023
  }
  const judge = (connection: Connection) => {
    const above: Above = { connection, path, spis, hasNat: agreed.hasNat };
    return { connection, choice: chooseChild(env, above, payloads, 'inAuth') };
  };
  const judged = env.settings.choosesBySelectors ? connections.map(judge) : [judge(first)];
  return judged.find(({ choice }) => choice.ok) ?? judged[0] ?? { connection: first };
}

async function answerFirst(
  env: Env,
  live: Establishing,
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
  const keying = firstKeying(agreed, live);
  const child = await makeChild(env, live, { choice: choice.value, inSpi, keying, payloads });
  const answer = choicePayloads(choice.value, inSpi);
  return { child, payloads: [...answer.notifies, answer.sa, ...answer.selectors], facts: [installed(env, child)] };
}
