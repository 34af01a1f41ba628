/**
 * IKE_SA_INIT (RFC 7296 1.2): proposals, key exchange, nonces; nothing of it is protected.
 *
 * So nothing of it is believed at once either: an error, or an answer that cannot be right, may be forged, and the initiator goes
 * on hoping for a better one until `doubtMs` have passed (2.21.1). A responder keeps no state before it answers with an SA.
 */
import { emptyOctets, type Octets } from '../../bytes/octets.ts';
import { err, ok, type Result } from '../../bytes/result.ts';
import { prfOctetsOf } from '../../crypto/prf.ts';
import type { GroupNumber, KeyPair } from '../../crypto/provider.ts';
import { additionalMethodsOf, wantsAdditional, withoutAdditional } from '../additional-key-exchange.ts';
import { holdsPath } from '../address-match.ts';
import { requestCertificates } from '../certificate-payloads.ts';
import { Channel } from '../channel.ts';
import { chosenFrom, groupOf, ikeSuiteOf, offerUnder, ownGroupsOf } from '../choice.ts';
import type { Connection } from '../connection.ts';
import { type CookieSecrets, hasGoodCookie, makeCookie } from '../cookie.ts';
import type { Datagram } from '../datagram.ts';
import type { Fact, Failure } from '../facts.ts';
import { noIntermediate } from '../intermediate-auth.ts';
import { deriveIkeKeys, type IkeKeyInput, protectIke } from '../keys.ts';
import { type Header, type Message, noSpi, type Payload, type Proposal } from '../message/message.ts';
import { exchangeTypes, notifyTypes } from '../message/names.ts';
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
} from '../nat.ts';
import { errorIn, findNotify, hasNotify, notify } from '../notifies.ts';
import { once } from '../once.ts';
import { find } from '../payloads.ts';
import { offerPpk } from '../ppk.ts';
import { selectProposal } from '../proposal.ts';
import type { Refusal } from '../refusal.ts';
import { answerHashes, offerHashes, readHashes } from '../signature-hashes.ts';
import type { Agreed, AwaitingAuth, AwaitingInit, InitOffer, Keyed, PeerFeatures, Task } from '../state.ts';
import { answerRequest, freshWindow, sendRequest } from '../window.ts';
import { type Env, failed, toNotify } from './exchange.ts';

const nonceOctets = 32;
const cookiesAtMost = 2;
const exchange = exchangeTypes.numbers.IKE_SA_INIT;

// The initiator's side

export async function beginInit(
  env: Env,
  connection: Connection,
  path: Path,
  tasks: readonly Task[],
): Promise<Result<AwaitingInit, Refusal>> {
  const proposals = offerUnder(connection.ikeProposals, emptyOctets);
  const [group] = ownGroupsOf(proposals);
  if (group === undefined) return err({ code: 'noProposal', protocol: 'IKE', offered: proposals, accepted: [] });
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
  };
  return ok(await askInit(env, blank, offer));
}

export type InitConclusion =
  /** The same session: nothing in the message changed anything. */
  | { readonly type: 'ignored' }
  /** Another request is to go out, or only a doubt was noted. */
  | { readonly type: 'again'; readonly session: AwaitingInit }
  | { readonly type: 'doubted'; readonly session: AwaitingInit }
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
  if (!sa || !ke || !nonceR || header.responderSpi === noSpi) {
    return err({ code: 'malformed', at: incomplete(payloads) });
  }
  const proposal = chosenFrom(offer.proposals, sa.proposals);
  if (!proposal) return err({ code: 'notOffered', offered: offer.proposals, chosen: sa.proposals });
  const group = groupOf(proposal);
  if (group !== offer.keyPair.group || ke.group !== group) {
    return err({
      code: 'groupRefused',
      wanted: ke.group,
      tried: offer.triedGroups,
      offered: ownGroupsOf(offer.proposals),
    });
  }

  const peer = featuresOf(payloads);
  const additional = additionalMethodsOf(proposal);
  if (additional.length > 0 && !peer.doesIntermediate) return err({ code: 'malformed', at: withoutIntermediate });

  const suite = ikeSuiteOf(proposal);
  if (isNonceShort(nonceR, suite.prf.id)) return err({ code: 'nonceLength', octets: nonceR.length });
  const spis = { initiator: session.spis.initiator, responder: header.responderSpi };
  const forces = session.connection.forcesUdpEncapsulation === true;
  const [seenNat, keyed] = await Promise.all([
    readNatDetection(env.means, spis, session.path, payloads, {
      forces: session.connection.forcesUdpEncapsulation === true,
    }),
    keyUp(env, offer.keyPair, ke.publicValue, true, {
      suite,
      nonceI: offer.nonce,
      nonceR,
      spiI: spis.initiator,
      spiR: spis.responder,
    }),
  ]);
  if (!keyed) return err({ code: 'badPublicValue', group });
  const hasNat = { ...seenNat, local: seenNat.local || forces };
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

async function againWithCookie(env: Env, session: AwaitingInit, cookie: Octets): Promise<InitConclusion> {
  const { offer } = session;
  if (cookie.length === 0 || cookie.length > 64 || offer.cookieCount >= cookiesAtMost) return { type: 'ignored' };
  const next = { ...offer, cookie, cookieCount: offer.cookieCount + 1 };
  return { type: 'again', session: await askInit(env, session, next) };
}

/** Once per group, and only for groups that we offered: anything else may be a downgrade (RFC 7296 2.7). */
async function againWithGroup(env: Env, session: AwaitingInit, data: Octets): Promise<InitConclusion> {
  const { offer } = session;
  const wanted = data.length === 2 ? 256 * (data[0] ?? 0) + (data[1] ?? 0) : 0;
  const offered = ownGroupsOf(offer.proposals);
  const group = offered.find((each) => each === wanted);
  if (group === undefined || offer.triedGroups.includes(group)) {
    const refusal = { code: 'groupRefused', wanted, tried: offer.triedGroups, offered } as const;
    return doubt(env, session, 'local', refusal, notifyTypes.numbers.INVALID_KE_PAYLOAD);
  }
  const keyPair = await env.means.keyPair(group);
  const next = { ...offer, keyPair, triedGroups: [...offer.triedGroups, group] };
  return { type: 'again', session: await askInit(env, session, next) };
}

function doubt(
  env: Env,
  session: AwaitingInit,
  by: Failure['by'],
  refusal: Refusal,
  notifyNumber?: number,
): InitConclusion {
  if (session.doubt) return { type: 'ignored' };
  const fact = failed(env, session, {
    by,
    scope: 'ike',
    decidedAt: { exchange, message: 'response' },
    ...(notifyNumber === undefined ? {} : { notify: notifyNumber }),
    refusal,
    ...triggerOf(session.tasks),
  });
  const believeAtMs = env.nowMs + env.settings.doubtMs;
  return { type: 'doubted', session: { ...session, doubt: { failure: fact.failure, believeAtMs } } };
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
    notify('IKEV2_FRAGMENTATION_SUPPORTED'),
    ...offerPpk([session.connection]),
    ...(wantsAdditional(offer.proposals) ? [notify('INTERMEDIATE_EXCHANGE_SUPPORTED')] : []),
  ];
  const request = writeMessage({ header: headerOf(session.spis, { isResponse: false }), payloads });
  return {
    ...session,
    offer: { ...offer, request },
    window: sendRequest(freshWindow, [request], { type: 'init' }, env.nowMs, env.settings.retransmit),
  };
}

// The responder's side

export type InitAnswer =
  | { readonly type: 'session'; readonly session: AwaitingAuth; readonly octets: Octets }
  /** An answer without a session behind it. */
  | { readonly type: 'stateless'; readonly octets: Octets; readonly facts: readonly Fact[] }
  | { readonly type: 'silent' };

export interface Load {
  /** So many half-open SAs that an address must prove itself. */
  readonly wantsCookie: boolean;
  readonly secrets: CookieSecrets;
}

export async function respondInit(env: Env, load: Load, datagram: Datagram, message: Message): Promise<InitAnswer> {
  const { header, payloads } = message;
  const sa = find(payloads, 'SA');
  const ke = find(payloads, 'KE');
  const nonceI = find(payloads, 'NONCE')?.nonce;
  if (!sa || !ke || !nonceI) return { type: 'silent' }; // rubbish is not answered (RFC 7296 2.21.1)

  const claim = { nonce: nonceI, from: datagram.remote, initiatorSpi: header.initiatorSpi };
  if (load.wantsCookie && !(await hasGoodCookie(env.means, load.secrets, claim, payloads))) {
    return stateless(header, [notify('COOKIE', await makeCookie(env.means, load.secrets, claim))]);
  }

  const refuse = (refusal: Refusal, connection?: Connection, data?: Octets): InitAnswer => {
    const notifies = toNotify(refusal, data);
    const [first] = notifies;
    const fact = failed(
      env,
      { path: datagram, isInitiator: false, ...(connection ? { connection } : {}) },
      {
        by: 'local',
        scope: 'ike',
        decidedAt: { exchange, message: 'request' },
        ...(first?.type === 'NOTIFY' ? { notify: first.notify } : {}),
        refusal,
      },
    );
    return stateless(header, notifies, [fact]);
  };

  const candidates = env.connections.filter((each) => holdsPath(each, datagram));
  const [first] = candidates;
  if (!first) {
    return refuse({ code: 'noConnection', local: datagram.local.address, remote: datagram.remote.address });
  }
  const takes = hasNotify(payloads, 'INTERMEDIATE_EXCHANGE_SUPPORTED')
    ? (proposals: readonly Proposal[]) => proposals
    : withoutAdditional;
  const choices = candidates.map((connection) => ({
    connection,
    proposal: selectProposal(sa.proposals, takes(connection.ikeProposals), {
      prefer: env.settings.prefers,
      keyExchange: 'keep',
    }),
  }));
  const chosen = choices.find(({ proposal }) => proposal !== undefined);
  if (!chosen?.proposal) {
    const refusal = {
      code: 'noProposal',
      protocol: 'IKE',
      offered: sa.proposals,
      accepted: first.ikeProposals,
    } as const;
    return refuse(refusal, first);
  }
  const suite = ikeSuiteOf(chosen.proposal);
  const group = groupOf(chosen.proposal);
  if (group === undefined || ke.group !== group) {
    return stateless(header, [notify('INVALID_KE_PAYLOAD', Uint8Array.of((group ?? 0) >>> 8, group ?? 0))]);
  }
  if (isNonceShort(nonceI, suite.prf.id)) return refuse({ code: 'nonceLength', octets: nonceI.length });
  return answer(env, datagram, message, {
    ...chosen,
    proposal: chosen.proposal,
    candidates,
    group,
    nonceI,
    publicValue: ke.publicValue,
  });
}

async function answer(
  env: Env,
  datagram: Datagram,
  { header, payloads }: Message,
  chosen: {
    readonly connection: Connection;
    readonly candidates: readonly Connection[];
    readonly proposal: Proposal;
    readonly group: GroupNumber;
    readonly nonceI: Octets;
    readonly publicValue: Octets;
  },
): Promise<InitAnswer> {
  const { proposal, group, nonceI } = chosen;
  const suite = ikeSuiteOf(proposal);
  const spis = { initiator: header.initiatorSpi, responder: env.freshIkeSpi() };
  const nonceR = env.means.random(nonceOctets);
  const path = { local: datagram.local, remote: datagram.remote };
  const forces = chosen.connection.forcesUdpEncapsulation === true;
  const [keyPair, certificateRequests, detection, hasNat] = await Promise.all([
    env.means.keyPair(group),
    requestCertificates(env.means.provider, chosen.candidates),
    offerNatDetection(env.means, spis, path, { forces }),
    readNatDetection(env.means, spisOfRequest(spis.initiator), path, payloads, { forces }),
  ]);
  const response = writeMessage({
    header: headerOf(spis, { isResponse: true }),
    payloads: [
      { type: 'SA', proposals: [proposal] },
      keOf(keyPair),
      { type: 'NONCE', nonce: nonceR },
      ...certificateRequests,
      ...detection,
      ...(hasNotify(payloads, 'SIGNATURE_HASH_ALGORITHMS') ? answerHashes(chosen.candidates) : []),
      notify('IKEV2_FRAGMENTATION_SUPPORTED'),
      ...(chosen.connection.childless === 'never' ? [] : [notify('CHILDLESS_IKEV2_SUPPORTED')]),
      ...(hasNotify(payloads, 'USE_PPK') ? offerPpk(chosen.candidates) : []),
      ...(hasNotify(payloads, 'INTERMEDIATE_EXCHANGE_SUPPORTED') ? [notify('INTERMEDIATE_EXCHANGE_SUPPORTED')] : []),
    ],
  });
  const agreed: Agreed = {
    transforms: proposal.transforms,
    suite,
    group,
    nonceI,
    nonceR,
    initRequest: datagram.octets,
    initResponse: response,
    hasNat: { ...hasNat, local: hasNat.local || forces },
    peer: featuresOf(payloads),
    additional: additionalMethodsOf(proposal),
    intermediate: noIntermediate,
  };
  const input = { suite, nonceI, nonceR, spiI: spis.initiator, spiR: spis.responder };
  const session: AwaitingAuth = {
    phase: 'awaitingAuth',
    isInitiator: false,
    spis,
    path,
    window: answerRequest(freshWindow, datagram.octets, [response]),
    bornAtMs: env.nowMs,
    agreed,
    keyed: once(() => keyUp(env, keyPair, chosen.publicValue, false, input)),
    candidates: chosen.candidates,
  };
  return { type: 'session', session, octets: response };
}

// Both sides

/** The shared secret, the key schedule, and both directions at work; undefined where the peer's value must be refused. */
export async function keyUp(
  env: Env,
  keyPair: KeyPair,
  peerPublicValue: Octets,
  isInitiator: boolean,
  input: Omit<IkeKeyInput, 'sharedSecret'>,
): Promise<Keyed | undefined> {
  const sharedSecret = await keyPair.derive(peerPublicValue);
  if (!sharedSecret) return undefined;
  const keys = await deriveIkeKeys(env.means.provider, { ...input, sharedSecret });
  sharedSecret.wipe();
  env.keyLog?.({ ...input, keys });
  return { keys, channel: new Channel(await protectIke(env.means.provider, input.suite, keys), isInitiator) };
}

/** Half the PRF's key size at least (RFC 7296 2.10). */
export const isNonceShort = (nonce: Octets, prf: number): boolean => nonce.length < prfOctetsOf(prf) / 2;

function headerOf(spis: Spis, { isResponse }: { readonly isResponse: boolean }): Header {
  return {
    initiatorSpi: spis.initiator,
    responderSpi: spis.responder,
    exchange,
    majorVersion: 2,
    minorVersion: 0,
    isFromInitiator: !isResponse,
    isResponse,
    messageId: 0,
  };
}

function stateless(request: Header, payloads: readonly Payload[], facts: readonly Fact[] = []): InitAnswer {
  const header = headerOf({ initiator: request.initiatorSpi, responder: noSpi }, { isResponse: true });
  return { type: 'stateless', octets: writeMessage({ header, payloads }), facts };
}

const keOf = ({ group, publicValue }: KeyPair): Payload => ({ type: 'KE', group, publicValue });

const featuresOf = (payloads: readonly Payload[]): PeerFeatures => ({
  doesFragments: hasNotify(payloads, 'IKEV2_FRAGMENTATION_SUPPORTED'),
  doesChildless: hasNotify(payloads, 'CHILDLESS_IKEV2_SUPPORTED'),
  signatureHashes: readHashes(payloads),
  asksForCertificate: find(payloads, 'CERTREQ') !== undefined,
  doesPpk: hasNotify(payloads, 'USE_PPK'),
  doesIntermediate: hasNotify(payloads, 'INTERMEDIATE_EXCHANGE_SUPPORTED'),
});

function refusedBy(session: AwaitingInit, notifyNumber: number, data: Octets): Refusal {
  return notifyNumber === notifyTypes.numbers.NO_PROPOSAL_CHOSEN
    ? { code: 'noProposal', protocol: 'IKE', offered: session.offer.proposals }
    : { code: 'peerRefused', notify: notifyNumber, data };
}

export const triggerOf = (tasks: readonly Task[]) => {
  const flow = tasks.find((task) => task.type === 'createChild')?.trigger;
  return flow ? { trigger: flow } : {};
};

const withoutIntermediate = {
  offset: 0,
  path: 'IKE_SA_INIT response',
  expected: 'N(INTERMEDIATE_EXCHANGE_SUPPORTED)',
  got: 'a choice with additional key exchanges alone',
};

const incomplete = (payloads: readonly Payload[]) => ({
  offset: 0,
  path: 'IKE_SA_INIT response',
  expected: 'SA, KE, Nonce',
  got: payloads.map(({ type }) => type).join(', '),
});
