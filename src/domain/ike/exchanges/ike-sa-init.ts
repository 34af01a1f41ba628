/**
 * IKE_SA_INIT, the side that asks (RFC 7296 1.2): proposals, key exchange, nonces; nothing of it is protected. The side that answers is
 * ike-sa-init-answer.ts.
 *
 * So nothing of it is believed at once either: an error, or an answer that cannot be right, may be forged, and the initiator goes
 * on hoping for a better one until `doubtMs` have passed (2.21.1).
 */
import { emptyOctets, type Octets } from '../../bytes/octets.ts';
import { err, ok, type Result } from '../../bytes/result.ts';
import { noIntermediate } from '../auth/intermediate-auth.ts';
import { offerHashes } from '../auth/signature-hashes.ts';
import { freshWindow, sendRequest } from '../channel/window.ts';
import type { Datagram } from '../datagram.ts';
import type { Env } from '../env.ts';
import type { Failure } from '../facts.ts';
import { additionalMethodsOf, wantsAdditional } from '../keys/additional-key-exchange.ts';
import { offerPpk } from '../keys/ppk.ts';
import type { NamedFault } from '../message/fault.ts';
import { type Message, noSpi } from '../message/message.ts';
import { exchangeTypes, notifyTypes } from '../message/names.ts';
import { errorIn, findNotify, notify } from '../message/notifies.ts';
import { ikeSaInitResponse, lacking } from '../message/occurrence.ts';
import { find, keOf } from '../message/payloads.ts';
import { writeMessage } from '../message/write.ts';
import {
  doesNatTraversal,
  floated,
  isBehindNat,
  offerNatDetection,
  type Path,
  readNatDetection,
  type Spis,
  spisOfRequest,
} from '../nat/nat.ts';
import { chosenFrom, groupOf, ikeSuiteOf, offerable, offerUnder, ownGroupsOf } from '../proposal/choice.ts';
import type { Refusal } from '../refusal.ts';
import type { Change, NewIkeSa } from '../sa/change.ts';
import { failureOf } from '../sa/closing.ts';
import type { Agreed, AwaitingInit, InitOffer, Keyed } from '../sa/state.ts';
import { keyUp } from './ike-sa-init-keys.ts';
import { featuresOf, headerOf, initFaultOf, offerFragments } from './ike-sa-init-payloads.ts';
import { nextGroup } from './invalid-ke.ts';
import { isNonceShort, nonceOctets } from './nonce.ts';
import { offerRedirect, redirectedInInit, redirectionOf } from './redirect.ts';

const cookiesAtMost = 2;
const exchange = exchangeTypes.numbers.IKE_SA_INIT;

export async function beginInit(
  env: Env,
  { connection, path, tasks, redirection = redirectionOf(connection, path) }: NewIkeSa,
): Promise<Result<AwaitingInit, Refusal>> {
  const proposals = offerUnder(offerable(connection.ikeProposals), emptyOctets);
  const [group] = ownGroupsOf(proposals);
  if (group === undefined) return err({ code: 'noGroup', configured: connection.ikeProposals });
  const initiator = env.freshIkeSpi();
  const offer = {
    proposals,
    nonce: env.means.random(nonceOctets),
    keyPair: await env.means.keyPair(group),
    triedGroups: [group],
    cookieCount: 0,
  };
  const blank = {
    phase: 'awaitingInit' as const,
    isInitiator: true,
    spis: spisOfRequest(initiator),
    path,
    window: freshWindow,
    bornAtMs: env.nowMs,
    connection,
    tasks,
    ...(redirection && { redirection }),
  };
  return ok(await askInit(env, blank, offer));
}

export type InitConclusion =
  /** The same session: nothing in the message changed anything. */
  | { readonly type: 'ignored' }
  /** Another request is to go out. */
  | { readonly type: 'again'; readonly session: AwaitingInit }
  | { readonly type: 'doubted'; readonly session: AwaitingInit }
  /** The peer sends us to another gateway. */
  | { readonly type: 'sentOn'; readonly change: Change }
  | {
      readonly type: 'agreed';
      readonly agreed: Agreed;
      readonly keyed: Keyed;
      readonly path: Path;
      readonly spis: Spis;
    };

export async function concludeInit(
  env: Env,
  session: AwaitingInit,
  { octets }: Datagram,
  message: Message,
): Promise<InitConclusion> {
  const { payloads } = message;
  const cookie = findNotify(payloads, 'COOKIE')?.data;
  if (cookie && !find(payloads, 'SA')) return againWithCookie(env, session, cookie);
  const invalidKe = findNotify(payloads, 'INVALID_KE_PAYLOAD');
  if (invalidKe) return againWithGroup(env, session, invalidKe.data);
  const error = errorIn(payloads);
  if (error) return doubt(env, session, 'remote', refusedBy(session, error.notify, error.data), error.notify);

  const redirect = findNotify(payloads, 'REDIRECT');
  if (redirect && !find(payloads, 'SA')) {
    const sentOn = redirectedInInit(env, session, redirect.data);
    if (!sentOn) return { type: 'ignored' };
    return sentOn.ok ? { type: 'sentOn', change: sentOn.value } : doubt(env, session, 'local', sentOn.error);
  }

  const agreed = await agree(env, session, octets, message);
  if (!agreed.ok) return doubt(env, session, 'local', agreed.error);
  return agreed.value;
}

async function agree(
  env: Env,
  session: AwaitingInit,
  response: Octets,
  { header, payloads }: Message,
): Promise<Result<InitConclusion, Refusal>> {
  const { offer } = session;
  const sa = find(payloads, 'SA');
  const ke = find(payloads, 'KE');
  const nonceR = find(payloads, 'NONCE')?.nonce;
  const at = initFaultOf(payloads, ikeSaInitResponse);
  if (at || !sa || !ke || !nonceR || header.responderSpi === noSpi) {
    return err({ code: 'malformed', at: at ?? lacking('IKE_SA_INIT response', 'a responder SPI', payloads) });
  }
  const chosen = chosenFrom(offer.proposals, sa.proposals);
  if (!chosen.ok) return chosen;
  const { value: proposal } = chosen;
  const group = groupOf(proposal);
  if (group !== offer.keyPair.group || ke.group !== group) {
    return err({
      code: 'groupRefused',
      wanted: ke.group,
      tried: offer.triedGroups,
      offered: ownGroupsOf(offer.proposals),
    });
  }

  const peer = featuresOf(payloads, session.connection);
  const additional = additionalMethodsOf(proposal);
  if (additional.length > 0 && !peer.doesIntermediate) return err({ code: 'malformed', at: withoutIntermediate });

  const suite = ikeSuiteOf(proposal);
  if (isNonceShort(nonceR, suite.prf.id)) return err({ code: 'nonceLength', octets: nonceR.length });
  const spis = { initiator: session.spis.initiator, responder: header.responderSpi };
  const input = { suite, nonceI: offer.nonce, nonceR, spiI: spis.initiator, spiR: spis.responder };
  const forces = session.connection.forcesUdpEncapsulation === true;
  const [hasNat, keyed] = await Promise.all([
    readNatDetection(env.means, spis, session.path, payloads, { forces }),
    keyUp(env, offer.keyPair, ke.publicValue, input, { isInitiator: true }),
  ]);
  if (!keyed) return err({ code: 'badPublicValue', group });
  const agreed: Agreed = {
    transforms: proposal.transforms,
    suite,
    group,
    nonceI: offer.nonce,
    nonceR,
    initRequest: offer.request,
    initResponse: response,
    hasNat,
    peer,
    additional,
    intermediate: noIntermediate,
  };
  const floats = isBehindNat(hasNat) || (session.connection.mobike === 'offered' && doesNatTraversal(payloads));
  const path = floats ? floated(session.path, env.settings.natPort) : session.path;
  return ok({ type: 'agreed', agreed, keyed, path, spis });
}

/** An answer that is no message: perhaps forged, and the reason if nothing better comes. */
export function doubtUnreadable(env: Env, session: AwaitingInit, fault: NamedFault): AwaitingInit {
  const refusal: Refusal =
    fault.code === 'unsupportedCriticalPayload'
      ? { code: 'unknownCritical', payload: fault.payloadType }
      : { code: 'malformed', at: fault.at };
  return doubted(env, session, 'local', refusal);
}

async function againWithCookie(env: Env, session: AwaitingInit, cookie: Octets): Promise<InitConclusion> {
  const { offer } = session;
  if (cookie.length === 0 || cookie.length > 64 || offer.cookieCount >= cookiesAtMost) return { type: 'ignored' };
  const next = { ...offer, cookie, cookieCount: offer.cookieCount + 1 };
  return { type: 'again', session: await askInit(env, session, next) };
}

async function againWithGroup(env: Env, session: AwaitingInit, data: Octets): Promise<InitConclusion> {
  const { offer } = session;
  const group = nextGroup(data, ownGroupsOf(offer.proposals), offer.triedGroups);
  if (!group.ok) return doubt(env, session, 'local', group.error, notifyTypes.numbers.INVALID_KE_PAYLOAD);
  const keyPair = await env.means.keyPair(group.value);
  const next = { ...offer, keyPair, triedGroups: [...offer.triedGroups, group.value] };
  return { type: 'again', session: await askInit(env, session, next) };
}

const doubt = (...why: Parameters<typeof doubted>): InitConclusion => {
  const session = doubted(...why);
  return session === why[1] ? { type: 'ignored' } : { type: 'doubted', session };
};

/** The first doubt stays. */
function doubted(
  env: Env,
  session: AwaitingInit,
  by: Failure['by'],
  refusal: Refusal,
  notifyNumber?: number,
): AwaitingInit {
  if (session.doubt) return session;
  const failure = failureOf(env, session, {
    by,
    decidedAt: { exchange, message: 'response' },
    ...(notifyNumber === undefined ? {} : { notify: notifyNumber }),
    refusal,
  });
  const believeAtMs = env.nowMs + env.settings.doubtMs;
  return { ...session, doubt: { failure, believeAtMs } };
}

/** The request, COOKIE first and all proposals unchanged (RFC 7296 2.6, 2.7). Message id 0 and SPI stay. */
async function askInit(
  env: Env,
  session: Omit<AwaitingInit, 'offer'>,
  offer: Omit<InitOffer, 'request'>,
): Promise<AwaitingInit> {
  const forces = session.connection.forcesUdpEncapsulation === true;
  const payloads = [
    ...(offer.cookie ? [notify('COOKIE', offer.cookie)] : []),
    { type: 'SA', proposals: offer.proposals } as const,
    keOf(offer.keyPair),
    { type: 'NONCE', nonce: offer.nonce } as const,
    ...(await offerNatDetection(env.means, session.spis, session.path, { forces })),
    ...offerHashes(session.connection),
    ...offerFragments(session.connection),
    ...offerPpk([session.connection]),
    ...offerRedirect(session.redirection),
    ...(wantsAdditional(offer.proposals) ? [notify('INTERMEDIATE_EXCHANGE_SUPPORTED')] : []),
  ];
  const request = writeMessage({ header: headerOf(session.spis, { isResponse: false }), payloads });
  return {
    ...session,
    offer: { ...offer, request },
    window: sendRequest(freshWindow, { datagrams: [request] }, { type: 'init' }, env.nowMs, env.settings.retransmit),
  };
}

function refusedBy(session: AwaitingInit, notifyNumber: number, data: Octets): Refusal {
  return notifyNumber === notifyTypes.numbers.NO_PROPOSAL_CHOSEN
    ? { code: 'noProposal', protocol: 'IKE', offered: session.offer.proposals }
    : { code: 'peerRefused', notify: notifyNumber, data };
}

const withoutIntermediate = {
  offset: 0,
  path: 'IKE_SA_INIT response',
  expected: 'N(INTERMEDIATE_EXCHANGE_SUPPORTED)',
  got: 'a choice with additional key exchanges alone',
};
