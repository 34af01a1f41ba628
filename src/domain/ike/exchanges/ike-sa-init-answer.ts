/**
 * IKE_SA_INIT, the side that answers (RFC 7296 1.2, 2.6). It keeps no state before it answers with an SA: a cookie, another group or a
 * refusal goes out with no session behind it. The shared secret is computed when IKE_AUTH comes, or in idle time.
 */
import type { Octets } from '../../bytes/octets.ts';
import { once } from '../../bytes/once.ts';
import type { GroupNumber } from '../../crypto/provider.ts';
import { requestCertificates } from '../auth/certificate-requests.ts';
import { noIntermediate } from '../auth/intermediate-auth.ts';
import { nearestByProposals } from '../auth/nearest.ts';
import { answerHashes } from '../auth/signature-hashes.ts';
import { answerRequest, freshWindow } from '../channel/window.ts';
import type { Connection } from '../connection.ts';
import type { Datagram } from '../datagram.ts';
import type { Env } from '../env.ts';
import type { Fact } from '../facts.ts';
import { additionalMethodsOf, withoutAdditional } from '../keys/additional-key-exchange.ts';
import { offerPpk } from '../keys/ppk.ts';
import { type Header, type Message, noSpi, type Payload, type Proposal } from '../message/message.ts';
import { exchangeTypes } from '../message/names.ts';
import { hasNotify, notify } from '../message/notifies.ts';
import { ikeSaInitRequest } from '../message/occurrence.ts';
import { find, keOf } from '../message/payloads.ts';
import { writeMessage } from '../message/write.ts';
import { holdsPath } from '../nat/address-match.ts';
import { offerNatDetection, readNatDetection, spisOfRequest } from '../nat/nat.ts';
import { groupOf, ikeSuiteOf } from '../proposal/choice.ts';
import { selectProposal } from '../proposal/proposal.ts';
import type { Refusal } from '../refusal.ts';
import { type Change, failed, toNotify } from '../sa/change.ts';
import type { Agreed, AwaitingAuth } from '../sa/state.ts';
import { type CookieSecrets, hasGoodCookie, makeCookie } from './cookie.ts';
import { keyUp } from './ike-sa-init-keys.ts';
import { answerFragments, featuresOf, headerOf, initFaultOf } from './ike-sa-init-payloads.ts';
import { writeWantedGroup } from './invalid-ke.ts';
import { isNonceShort, nonceOctets } from './nonce.ts';
import { refuseHalfOpen } from './refusing.ts';

const exchange = exchangeTypes.numbers.IKE_SA_INIT;

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
  const isRubbish = initFaultOf(payloads, ikeSaInitRequest) !== undefined;
  if (isRubbish || !sa || !ke || !nonceI) return { type: 'silent' }; // it is not answered (RFC 7296 2.21.1)

  const claim = { nonce: nonceI, from: datagram.remote, initiatorSpi: header.initiatorSpi };
  if (load.wantsCookie && !(await hasGoodCookie(env.means, load.secrets, claim, payloads))) {
    return stateless(header, [notify('COOKIE', await makeCookie(env.means, load.secrets, claim))]);
  }

  const refuse = (refusal: Refusal, connection?: Connection, data?: Octets): InitAnswer => {
    const notifies = toNotify(refusal, data);
    const [first] = notifies;
    const fact = failed(
      env,
      {
        path: datagram,
        spis: spisOfRequest(header.initiatorSpi),
        isInitiator: false,
        ...(connection ? { connection } : {}),
      },
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
  const [first, ...others] = candidates;
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
    const offered = sa.proposals;
    const nearest = nearestByProposals([first, ...others], offered);
    return refuse({ code: 'noProposal', protocol: 'IKE', offered, accepted: nearest.ikeProposals }, nearest);
  }
  const suite = ikeSuiteOf(chosen.proposal);
  const group = groupOf(chosen.proposal);
  if (group === undefined || ke.group !== group) {
    return stateless(header, [notify('INVALID_KE_PAYLOAD', writeWantedGroup(group ?? 0))]);
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
      ...answerFragments(payloads, chosen.connection),
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
    hasNat,
    peer: featuresOf(payloads, chosen.connection),
    additional: additionalMethodsOf(proposal),
    intermediate: noIntermediate,
  };
  const input = { suite, nonceI, nonceR, spiI: spis.initiator, spiR: spis.responder };
  const session: AwaitingAuth = {
    phase: 'awaitingAuth',
    isInitiator: false,
    spis,
    path,
    window: answerRequest(freshWindow, { id: 0, request: datagram.octets, response: [response] }, 1),
    bornAtMs: env.nowMs,
    agreed,
    keyed: once(() => keyUp(env, keyPair, chosen.publicValue, input, { isInitiator: false })),
    candidates: chosen.candidates,
  };
  return { type: 'session', session, octets: response };
}

/** The initiator's public value is none of its group: its request was not worth an answer, and gets no other (RFC 6989 2.5). */
export const refusePublicValue = (env: Env, session: AwaitingAuth): Change =>
  refuseHalfOpen(env, session, {
    exchange,
    refusal: { code: 'badPublicValue', group: session.agreed.group },
    isSilent: true,
  });

function stateless(request: Header, payloads: readonly Payload[], facts: readonly Fact[] = []): InitAnswer {
  const header = headerOf({ initiator: request.initiatorSpi, responder: noSpi }, { isResponse: true });
  return { type: 'stateless', octets: writeMessage({ header, payloads }), facts };
}
