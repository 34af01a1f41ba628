/**
 * IKE_INTERMEDIATE (RFC 9242) as additional key exchanges use it (RFC 9370 2.2.2): between IKE_SA_INIT and IKE_AUTH, one exchange a
 * method, each sealed under the keys that the one before has made. After the last the keys hold every secret, and IKE_AUTH goes
 * under them. Being sealed these messages may come in fragments, which is why a long public value has to wait for them.
 */
import type { Octets } from '../../bytes/octets.ts';
import { already } from '../../bytes/once.ts';
import { err, ok, type Result } from '../../bytes/result.ts';
import type { Secret } from '../../bytes/secret.ts';
import { afterExchange, authIdAfter, coveredOfOwn } from '../auth/intermediate-auth.ts';
import { Channel } from '../channel/channel.ts';
import { goneOn } from '../channel/window.ts';
import type { Env } from '../env.ts';
import { answerKeyExchange, beginKeyExchange, keOfShare, wrongMethod } from '../keys/additional-key-exchange.ts';
import { deriveRekeyedIkeKeys, type IkeKeys, protectIke } from '../keys/keys.ts';
import { exchangeTypes } from '../message/names.ts';
import { errorIn } from '../message/notifies.ts';
import { find } from '../message/payloads.ts';
import type { Path, Spis } from '../nat/nat.ts';
import type { Refusal } from '../refusal.ts';
import type { Answered, Asked, PeerRequest, Said } from '../sa/change.ts';
import type { PendingIntermediate } from '../sa/pending.ts';
import { moves } from '../sa/phase-moves.ts';
import {
  type Agreed,
  type AwaitingAuth,
  type AwaitingInit,
  type AwaitingIntermediate,
  headerOf,
  type Keyed,
} from '../sa/state.ts';
import { refuseHalfOpen } from './refusing.ts';

const exchange = exchangeTypes.numbers.IKE_INTERMEDIATE;

/** What stands between IKE_SA_INIT and IKE_AUTH, at the initiator. */
export interface Underway {
  readonly agreed: Agreed;
  readonly keyed: Keyed;
  readonly path: Path;
  readonly spis: Spis;
}

/** The method whose turn it is; undefined: IKE_AUTH may go. */
export const nextMethodOf = ({ additional, intermediate }: Agreed) => additional[intermediate.count];

// The initiator's side

export async function requestIntermediate(
  env: Env,
  session: AwaitingInit | AwaitingIntermediate,
  { agreed, keyed, path, spis }: Underway,
  method: NonNullable<ReturnType<typeof nextMethodOf>>,
): Promise<Asked<AwaitingIntermediate>> {
  const share = await beginKeyExchange(env.means, method);
  const next: AwaitingIntermediate = {
    phase: moves[session.phase].beganIntermediate,
    isInitiator: true,
    spis,
    path,
    window: goneOn(session.window, authIdAfter(agreed.intermediate)),
    bornAtMs: session.bornAtMs,
    connection: session.connection,
    agreed,
    ...keyed,
    ...(session.redirection && { redirection: session.redirection }),
    tasks: session.tasks,
  };
  const payloads = [keOfShare(share)];
  const header = headerOf(next, exchange, next.window.nextId, { isResponse: false });
  const pending = { type: 'intermediate', share, covered: coveredOfOwn(header, payloads) } as const;
  return { session: next, exchange, payloads, pending };
}

export async function concludeIntermediate(
  env: Env,
  session: AwaitingIntermediate,
  { share, covered: request }: PendingIntermediate,
  { payloads, covered: response }: Said,
): Promise<Result<Underway, Refusal>> {
  const error = errorIn(payloads);
  if (error) return err({ code: 'peerRefused', notify: error.notify, data: error.data });
  const ke = find(payloads, 'KE');
  if (ke?.group !== share.method) return err(wrongMethod(share.method, ke?.group));
  const sharedSecret = await share.derive(ke.publicValue);
  if (!sharedSecret) return err({ code: 'badPublicValue', group: share.method });
  const next = await advanceKeys(env, session, session, sharedSecret, { request, response });
  return ok({ ...next, path: session.path, spis: session.spis });
}

// The responder's side

export async function respondIntermediate(
  env: Env,
  session: AwaitingAuth,
  keyed: Keyed,
  { header: { messageId }, payloads, covered: request }: PeerRequest,
): Promise<Answered> {
  const method = nextMethodOf(session.agreed);
  const ke = find(payloads, 'KE');
  if (method === undefined || ke?.group !== method) {
    return refuseRequest(env, session, wrongMethod(method, ke?.group));
  }
  const answer = await answerKeyExchange(env.means, method, ke.publicValue);
  if (!answer) return refuseRequest(env, session, { code: 'badPublicValue', group: method });
  const payloadsOut = [keOfShare({ method, publicValue: answer.publicValue })];
  const response = coveredOfOwn(headerOf(session, exchange, messageId, { isResponse: true }), payloadsOut);
  const next = await advanceKeys(env, session, keyed, answer.sharedSecret, { request, response });
  return {
    session: { ...session, agreed: next.agreed, keyed: already(next.keyed) },
    facts: [],
    payloads: payloadsOut,
  };
}

/** Fatal for an SA that is not there yet (RFC 7296 2.21.2). */
const refuseRequest = (env: Env, session: AwaitingAuth, refusal: Refusal): Answered =>
  refuseHalfOpen(env, session, { exchange, refusal });

// Both sides

/** SKEYSEED(n) = prf(SK_d(n-1), SK(n) | Ni | Nr), and everything else from it as from the first (RFC 9370 2.2.2). */
async function advanceKeys(
  env: Env,
  { spis, isInitiator, agreed }: AwaitingAuth | AwaitingIntermediate,
  { keys: old }: { readonly keys: IkeKeys },
  sharedSecret: Secret,
  covered: { readonly request: Octets; readonly response: Octets },
): Promise<{ readonly agreed: Agreed; readonly keyed: Keyed }> {
  const { provider } = env.means;
  const { suite, nonceI, nonceR } = agreed;
  const input = { suite, nonceI, nonceR, spiI: spis.initiator, spiR: spis.responder, sharedSecret };
  const prf = suite.prf.id;
  const [intermediate, keys] = await Promise.all([
    afterExchange(provider, { prf, keys: old }, agreed.intermediate, covered),
    deriveRekeyedIkeKeys(provider, { prf, skD: old.skD }, input),
  ]);
  sharedSecret.wipe();
  env.keyLog?.noteIkeSa({ ...input, keys });
  const channel = new Channel(await protectIke(provider, suite, keys), isInitiator);
  return { agreed: { ...agreed, intermediate }, keyed: { keys, channel } };
}
