/**
 * INFORMATIONAL (RFC 7296 1.4): deletes, signs of life, notifies. An empty one asks whether we live, and is answered empty.
 *
 * A delete of CHILD SAs names the SPIs its sender receives on; the answer names the other halves, except those that we are
 * deleting ourselves (1.4.1). A delete of the IKE SA takes everything below with it, unsaid.
 */
import type { Child } from '../child/child.ts';
import type { Env } from '../env.ts';
import type { Fact } from '../facts.ts';
import type { EspSpi, NotifyPayload, Payload } from '../message/message.ts';
import { exchangeTypes, notifyTypes, protocols } from '../message/names.ts';
import { notifiesOf, notify } from '../message/notifies.ts';
import { findAll } from '../message/payloads.ts';
import { espSpiOf, octetsOfEspSpi } from '../message/spi.ts';
import { type Came, concludeProof, freshCookie2, respondMobike } from '../nat/mobike.ts';
import type { Refusal } from '../refusal.ts';
import type { Answered, Asked, Change } from '../sa/change.ts';
import { close, failureOf, removal, removals } from '../sa/closing.ts';
import type { Pending } from '../sa/pending.ts';
import { moves } from '../sa/phase-moves.ts';
import { isLive, type Live, type Refusing } from '../sa/state.ts';
import type { Task } from '../sa/tasks.ts';
import { redirectedLater } from './redirect.ts';
import { closeForRival } from './rekey-ike-collision.ts';

const exchange = exchangeTypes.numbers.INFORMATIONAL;

// The side that asks

export function requestProbe(env: Env, live: Live, { provesAddress }: Extract<Task, { type: 'probe' }>): Asked<Live> {
  if (!provesAddress) return { session: live, exchange, payloads: [], pending: { type: 'probe' } };
  const cookie2 = freshCookie2(env);
  return { session: live, exchange, payloads: [notify('COOKIE2', cookie2)], pending: { type: 'probe', cookie2 } };
}

/** The SA need not stand here: the peer may hold one that we refused. */
export function requestDeleteChild(
  live: Live,
  { inSpi, because }: Extract<Task, { type: 'deleteChild' }>,
): Asked<Live> {
  return {
    session: {
      ...live,
      children: live.children.map((each) => (each.sa.inSpi === inSpi ? { ...each, state: 'deleting' } : each)),
    },
    exchange,
    payloads: [deletion(protocols.numbers.ESP, [inSpi])],
    pending: { type: 'deleteChild', inSpi, because },
  };
}

/** From here on the IKE SA carries nothing; its CHILD SAs are gone at once, its last answer is awaited. */
export function requestDeleteIke(
  env: Env,
  live: Live,
  { because }: Extract<Task, { type: 'deleteIke' }>,
): Asked<Live> & { readonly facts: readonly Fact[] } {
  return {
    session: { ...live, phase: moves.established.sentDelete, children: [], tasks: [] },
    exchange,
    payloads: [deletion(protocols.numbers.IKE, [])],
    pending: { type: 'deleteIke', because },
    facts: removals(env, live.children, because),
  };
}

export function concludeInformational(
  env: Env,
  session: Live | Refusing,
  pending: Extract<Pending, { type: 'deleteChild' | 'deleteIke' | 'probe' }>,
  payloads: readonly Payload[],
): Change {
  switch (pending.type) {
    case 'probe':
      return isLive(session) ? concludeProof(env, session, pending, payloads) : { session, facts: [] };
    case 'deleteIke':
      return close(env, session, pending.because);
    case 'deleteChild': {
      const gone = isLive(session) ? session.children.find(({ sa }) => sa.inSpi === pending.inSpi) : undefined;
      if (!gone || !isLive(session)) return { session, facts: [] };
      return {
        session: { ...session, children: session.children.filter((each) => each !== gone) },
        facts: [removal(env, gone.sa, pending.because)],
      };
    }
  }
}

// The side that answers

export async function respondInformational(
  env: Env,
  session: Live | Refusing,
  payloads: readonly Payload[],
  came: Came,
): Promise<Answered> {
  const deletes = findAll(payloads, 'DELETE');
  const fatal = notifiesOf(payloads).find(isFatal);
  if (fatal) return refusedAfterwards(env, session, fatal);
  if (deletes.some(({ protocol }) => protocol === protocols.numbers.IKE)) return ikeDeleted(env, session);
  const spis = deletes
    .filter(({ protocol }) => protocol === protocols.numbers.ESP)
    .flatMap((each) => each.spis.map(espSpiOf).filter((spi) => spi !== undefined));
  // One request may say several things (1.4).
  let answered: Answered = { session, facts: [], payloads: [] };
  for (const part of [
    (live: Live) => (spis.length === 0 ? undefined : childrenDeleted(env, live, spis)),
    (live: Live) => respondMobike(env, live, payloads, came),
    (live: Live) => redirectedLater(env, live, payloads),
  ]) {
    const next = isLive(answered.session) ? await part(answered.session) : undefined;
    if (next) answered = join(answered, next);
  }
  return answered;
}

const join = (before: Answered, next: Answered): Answered => ({
  ...before,
  ...next,
  facts: [...before.facts, ...next.facts],
  payloads: [...before.payloads, ...next.payloads],
});

function childrenDeleted(env: Env, live: Live, outSpis: readonly EspSpi[]): Answered {
  const gone = live.children.filter(({ sa }) => outSpis.includes(sa.outSpi));
  const halves = gone.filter(({ state }) => state !== 'deleting').map(({ sa }) => sa.inSpi);
  const unknown = outSpis.filter((spi) => !gone.some(({ sa }) => sa.outSpi === spi));
  return {
    session: remembering(unknown, { ...live, children: live.children.filter((each) => !gone.includes(each)) }),
    facts: gone.map((child) => removal(env, child.sa, whyDeleted(child))),
    payloads: halves.length === 0 ? [] : [deletion(protocols.numbers.ESP, halves)],
  };
}

/** SPIs that a peer may make up. */
const rememberedAtMost = 64;

/** The peer may delete an SA before we hear that it was made. */
function remembering(deletedSpis: readonly EspSpi[], live: Live): Live {
  const { outstanding } = live.window;
  if (!outstanding || deletedSpis.length === 0) return live;
  const pending = withDeleted(outstanding.pending, deletedSpis);
  return { ...live, window: { ...live.window, outstanding: { ...outstanding, pending } } };
}

function withDeleted(pending: Pending, spis: readonly EspSpi[]): Pending {
  if (pending.type === 'createChild') return { ...pending, deletedSpis: lastOf(pending.deletedSpis, spis) };
  if (pending.type !== 'followUp' || pending.making.type !== 'child') return pending;
  const { making } = pending;
  return { ...pending, making: { ...making, deletedSpis: lastOf(making.deletedSpis, spis) } };
}

const lastOf = (before: readonly EspSpi[] = [], spis: readonly EspSpi[]): readonly EspSpi[] =>
  [...before, ...spis].slice(-rememberedAtMost);

const whyDeleted = ({ state }: Child): Refusal => ({
  code: 'asked',
  by: 'remote',
  reason: state === 'replaced' ? 'rekeyed' : 'delete',
});

/** If the peer had won a rekey of this IKE SA, what is left of it moves there (RFC 7296 2.8.2). */
function ikeDeleted(env: Env, session: Live | Refusing): Answered {
  const isReplaced = session.phase === 'superseded';
  const because: Refusal = { code: 'asked', by: 'remote', reason: isReplaced ? 'rekeyed' : 'delete' };
  const pending = session.window.outstanding?.pending;
  const left = isLive(session) && pending ? closeForRival(env, session, pending) : undefined;
  return { ...(left ?? close(env, session, because)), payloads: [] };
}

/** The peer has looked at our answer and does not like it: at its end the IKE SA is gone (RFC 7296 2.21.2, 2.21.3). */
function refusedAfterwards(env: Env, session: Live | Refusing, error: NotifyPayload): Answered {
  const identities = isLive(session) ? { ownIdentity: session.identity, peerIdentity: session.verified.identity } : {};
  const refusal: Refusal =
    error.notify === notifyTypes.numbers.AUTHENTICATION_FAILED
      ? { code: 'authFailed', check: 'peer', ...identities }
      : { code: 'peerRefused', notify: error.notify, data: error.data };
  const failure = failureOf(env, session, {
    by: 'remote',
    decidedAt: { exchange, message: 'request' },
    notify: error.notify,
    refusal,
  });
  return { ...close(env, session, refusal, failure), payloads: [] };
}

const isFatal = ({ notify: number }: NotifyPayload): boolean =>
  number === notifyTypes.numbers.AUTHENTICATION_FAILED || number === notifyTypes.numbers.INVALID_SYNTAX;

const deletion = (protocol: number, spis: readonly EspSpi[]): Payload => ({
  type: 'DELETE',
  protocol,
  spis: spis.map(octetsOfEspSpi),
});
