/**
 * REDIRECT (RFC 5685): a gateway sends its client on to another, in its answer to IKE_SA_INIT (3), in its answer to IKE_AUTH (6), or later (5).
 * Only who began the first IKE SA and said that it follows is sent; we never send anybody. What stands with the old gateway is
 * replaced make before break.
 *
 * In IKE_SA_INIT nothing proves who sends us on but our own nonce (3). So it leads only to addresses that the connection holds, and there the
 * peer proves itself by the identity and the secret that the connection demands, as anywhere. A gateway that is a name is not looked up.
 */
import { compareOctets, type Octets } from '../../bytes/octets.ts';
import { err, ok, type Result } from '../../bytes/result.ts';
import type { IpAddress } from '../../net/address.ts';
import type { Connection } from '../connection.ts';
import type { Env } from '../env.ts';
import type { Fact, MessageName } from '../facts.ts';
import { type Gateway, readGateway, writeGateway } from '../message/gateway.ts';
import type { Payload } from '../message/message.ts';
import { exchangeTypes } from '../message/names.ts';
import { findNotify, notify } from '../message/notifies.ts';
import { find } from '../message/payloads.ts';
import { holdsPath } from '../nat/address-match.ts';
import type { Path } from '../nat/nat.ts';
import type { RedirectFault, Refusal } from '../refusal.ts';
import { type Answered, type Change, type Departure, failed, ofTask } from '../sa/change.ts';
import { close, failureOf, failuresOf } from '../sa/closing.ts';
import type { CreateChildTask } from '../sa/create-child-task.ts';
import { childrenAnew } from '../sa/replacement.ts';
import type { AwaitingInit, Live, Redirection } from '../sa/state.ts';
import { pathFor } from '../sa/trigger.ts';
import { viewOf } from '../sa/view.ts';

const { IKE_SA_INIT, IKE_AUTH, INFORMATIONAL } = exchangeTypes.numbers;

/** Where a negotiation begins; undefined: its connection follows no gateway. */
export const redirectionOf = ({ followsRedirects }: Connection, { remote }: Path): Redirection | undefined =>
  followsRedirects ? { askedFor: remote.address, atMs: [] } : undefined;

/** In the request of IKE_SA_INIT: that we follow, or from where we were sent, which says that we follow too (RFC 5685 3). */
export function offerRedirect(redirection: Redirection | undefined): readonly Payload[] {
  if (!redirection) return [];
  const { from } = redirection;
  return [from ? notify('REDIRECTED_FROM', writeGateway(from)) : notify('REDIRECT_SUPPORTED')];
}

/** Undefined: our nonce is not in it, and who wrote it has not seen our request. */
export function redirectedInInit(env: Env, session: AwaitingInit, data: Octets): Result<Change, Refusal> | undefined {
  const read = readGateway(data);
  if (!read || compareOctets(read.nonce, session.offer.nonce) !== 0) return undefined;
  const destination = destinationOf(env, session, read.gateway);
  if (!destination.ok) return destination;
  const ended = close(env, { ...session, tasks: [] }, sentOn);
  const decidedAt = { exchange: IKE_SA_INIT, message: 'response' } as const;
  return ok({
    session: ended.session,
    facts: [redirected(env, session, destination.value, decidedAt), ...ended.facts],
    departure: { ...destination.value, tasks: session.tasks },
  });
}

/**
 * The gateway has proved itself and makes no CHILD SA; the IKE SA with it goes at once. Undefined: nothing of the kind, or no reason
 * to go where it serves us all the same.
 */
export function redirectedInAuth(
  env: Env,
  live: Live,
  task: CreateChildTask | undefined,
  payloads: readonly Payload[],
): Change | undefined {
  const data = findNotify(payloads, 'REDIRECT')?.data;
  if (!data) return undefined;
  const decidedAt = { exchange: IKE_AUTH, message: 'response' } as const;
  const established: Fact = { type: 'ikeEstablished', atMs: env.nowMs, ikeSa: viewOf(live) };
  const destination = destinationOf(env, live, readGateway(data)?.gateway);
  if (destination.ok) {
    return {
      session: { ...live, tasks: [{ type: 'deleteIke', because: sentOn }] },
      facts: [established, redirected(env, live, destination.value, decidedAt)],
      departure: { ...destination.value, tasks: [...(task ? [task] : []), ...live.tasks] },
    };
  }
  if (find(payloads, 'SA')) return undefined;
  const refusal = destination.error;
  const failure = failureOf(env, live, { ...ofTask(task), by: 'local', decidedAt, refusal });
  return {
    session: { ...live, tasks: [{ type: 'deleteIke', because: refusal }] },
    facts: [established, ...failuresOf(env, live, failure)],
  };
}

/** Once an IKE SA: it carries on until the next one has all that it has. Undefined: nothing of the kind. */
export function redirectedLater(env: Env, live: Live, payloads: readonly Payload[]): Answered | undefined {
  const data = findNotify(payloads, 'REDIRECT')?.data;
  if (!data || !live.redirection || live.isLeaving || live.phase !== 'established') return undefined;
  const decidedAt = { exchange: INFORMATIONAL, message: 'request' } as const;
  const destination = destinationOf(env, live, readGateway(data)?.gateway);
  if (!destination.ok) {
    const fact = failed(env, live, { by: 'local', scope: 'request', decidedAt, refusal: destination.error });
    return { session: live, facts: [fact], payloads: [] };
  }
  return {
    session: { ...live, isLeaving: true },
    facts: [redirected(env, live, destination.value, decidedAt)],
    payloads: [],
    departure: { ...destination.value, tasks: childrenAnew(live) },
  };
}

type Destination = Omit<Departure, 'tasks'>;

function destinationOf(
  env: Env,
  { connection, path, redirection }: Pick<AwaitingInit | Live, 'connection' | 'path' | 'redirection'>,
  gateway: Gateway | undefined,
): Result<Destination, Refusal> {
  const { redirectsAtMost, redirectPeriodMs } = env.settings;
  const from = path.remote.address;
  const latest = (redirection?.atMs ?? []).filter((atMs) => env.nowMs - atMs < redirectPeriodMs);
  const refuse = (why: RedirectFault): Result<Destination, Refusal> =>
    err({ code: 'redirect', why, from, times: latest.length, ...(gateway ? { to: gateway } : {}) });

  if (!redirection) return refuse('unasked');
  if (!gateway || gateway.kind === 'unknown') return refuse('unreadable');
  if (gateway.kind === 'name') return refuse('name');
  const next = pathTo(gateway.address, { connection, path });
  if (!next) return refuse('family');
  if (!holdsPath(connection, next)) return refuse('notHeld');
  if (latest.length >= redirectsAtMost) return refuse('tooOften');
  return ok({ connection, path: next, redirection: { ...redirection, from, atMs: [...latest, env.nowMs] } });
}

/** Undefined: we know no address of ours of that family. */
function pathTo(to: IpAddress, { connection, path }: Pick<Live, 'connection' | 'path'>): Path | undefined {
  const local = path.local.address;
  return local.family === to.family ? pathFor(connection, { local, remote: to }) : undefined;
}

const sentOn: Refusal = { code: 'asked', by: 'remote', reason: 'redirected' };

const redirected = (
  { nowMs: atMs }: Env,
  session: AwaitingInit | Live,
  { path }: Destination,
  decidedAt: MessageName,
): Fact => ({ type: 'redirected', atMs, ikeSa: viewOf(session), to: path.remote.address, decidedAt });
