/**
 * CREATE_CHILD_SA that replaces the IKE SA itself, the side that answers (RFC 7296 1.3.2, 2.18, 2.25.2): nothing half-open may hang below
 * it, and nothing may be on its way out.
 */
import type { Octets } from '../../bytes/octets.ts';
import type { GroupNumber } from '../../crypto/provider.ts';
import type { Env } from '../env.ts';
import {
  additionalMethodsOf,
  freshLink,
  linkTo,
  proposalsTowards,
  wantsAdditional,
} from '../keys/additional-key-exchange.ts';
import type { IkeSpi, Payload, Proposal } from '../message/message.ts';
import { exchangeTypes } from '../message/names.ts';
import { find, keOf } from '../message/payloads.ts';
import { octetsOfIkeSpi } from '../message/spi.ts';
import { groupOf, ikeSuiteOf, ownGroupsOf } from '../proposal/choice.ts';
import { selectProposal } from '../proposal/proposal.ts';
import type { Busy, Refusal } from '../refusal.ts';
import type { Answered } from '../sa/change.ts';
import type { Live } from '../sa/state.ts';
import { waitsForRekey } from '../sa/tasks.ts';
import { childTaskOf } from '../sa/wanted-children.ts';
import { incompleteIke } from './create-child-sa-incomplete.ts';
import { makeSuccessor, successorSpiOf } from './ike-succession.ts';
import { writeWantedGroup } from './invalid-ke.ts';
import { isNonceShort, nonceOctets } from './nonce.ts';
import { refuseRequest } from './refusing.ts';
import { succeedPeers } from './rekey-ike-collision.ts';

const exchange = exchangeTypes.numbers.CREATE_CHILD_SA;

export async function respondIkeRekey(env: Env, live: Live, payloads: readonly Payload[]): Promise<Answered> {
  const refuse = (refusal: Refusal, data?: Octets) => refused(env, live, refusal, data);
  const busy = whyBusy(live);
  if (busy) return { ...refuse({ code: 'busy', why: busy }), session: rekeyingFirst(live) };
  const sa = find(payloads, 'SA');
  const ke = find(payloads, 'KE');
  const nonceI = find(payloads, 'NONCE')?.nonce;
  if (!sa || !ke || !nonceI) return refuse(incompleteIke(payloads));

  const accepted = proposalsTowards(live.peer, live.connection.ikeProposals);
  const proposal = selectProposal(sa.proposals, accepted, { prefer: env.settings.prefers, keyExchange: 'keep' });
  const peerSpi = proposal && successorSpiOf(proposal);
  const group = proposal && groupOf(proposal);
  if (!proposal || !peerSpi || group === undefined) {
    return refuse({ code: 'noProposal', protocol: 'IKE', offered: sa.proposals, accepted });
  }
  if (ke.group !== group) {
    const question = refuse(
      { code: 'groupRefused', wanted: group, tried: [ke.group], offered: ownGroupsOf(sa.proposals) },
      writeWantedGroup(group),
    );
    return { ...question, facts: [] };
  }
  const suite = ikeSuiteOf(proposal);
  if (isNonceShort(nonceI, suite.prf.id)) return refuse({ code: 'nonceLength', octets: nonceI.length });
  return answerIkeRekey(env, live, proposal, { group, peerSpi, nonceI, publicValue: ke.publicValue });
}

async function answerIkeRekey(
  env: Env,
  live: Live,
  proposal: Proposal,
  asked: {
    readonly group: GroupNumber;
    readonly peerSpi: IkeSpi;
    readonly nonceI: Octets;
    readonly publicValue: Octets;
  },
): Promise<Answered> {
  const { group, peerSpi, nonceI } = asked;
  const ownSpi = env.freshIkeSpi();
  const nonceR = env.means.random(nonceOctets);
  const keyPair = await env.means.keyPair(group);
  const sharedSecret = await keyPair.derive(asked.publicValue);
  if (!sharedSecret) return refused(env, live, { code: 'badPublicValue', group });

  const input = { suite: ikeSuiteOf(proposal), nonceI, nonceR, spiI: peerSpi, spiR: ownSpi, sharedSecret };
  const agreed = { proposal, group, input };
  const methods = additionalMethodsOf(proposal);
  const answer = [
    { type: 'SA', proposals: [{ ...proposal, spi: octetsOfIkeSpi(ownSpi) }] },
    { type: 'NONCE', nonce: nonceR },
    keOf(keyPair),
  ] as const;
  if (methods.length > 0) {
    const untilMs = env.nowMs + env.settings.halfOpenMs;
    const rounds = { methods, secrets: [], link: freshLink(env.means), untilMs };
    const making = { type: 'ike', ...agreed, ...rounds } as const;
    return { session: { ...live, making }, facts: [], payloads: [...answer, linkTo(making)] };
  }
  const successor = await makeSuccessor(env, live, agreed, { isInitiator: false });
  return {
    ...succeedPeers(env, live, successor, { nonceI, nonceR }),
    payloads: answer,
  };
}

/** In more than one exchange: no two of them at once. */
function whyBusy(live: Live): Busy | undefined {
  const pending = live.window.outstanding?.pending;
  const isRekeying = pending?.type === 'rekeyIke' && wantsAdditional(pending.proposals);
  return whyUnsettled(live) ?? (isRekeying ? 'rekeyingIke' : undefined);
}

/** An IKE SA is not left with something half-open below, or on its way out (RFC 7296 2.25.2). */
export function whyUnsettled({ phase, window }: Live): Busy | undefined {
  if (phase === 'deleting') return 'deletingIke';
  if (phase === 'superseded') return 'rekeyingIke';
  switch (window.outstanding?.pending.type) {
    case 'createChild':
      return 'rekeyingChild';
    case 'followUp':
      return 'rekeyingIke';
    case 'deleteChild':
      return 'deletingChild';
    case 'move': // its answer moves the CHILD SAs, which would be another's by then
      return 'moving';
    default:
      return undefined;
  }
}

/**
 * Who was refused for a CHILD SA that we have out finds the next one out when it asks again, as long as more wait: so that it is not refused
 * for ever, we rekey the IKE SA ourselves, and they wait for that (RFC 7296 2.25).
 */
function rekeyingFirst(live: Live): Live {
  const { tasks, window } = live;
  const pending = window.outstanding?.pending;
  const isForChild = pending?.type === 'deleteChild' || childTaskOf(pending) !== undefined;
  const isUnderWay = tasks.some((each) => each.type === 'followUp' && each.making.type === 'ike');
  if (!isForChild || isUnderWay || !tasks.some(waitsForRekey)) return live;
  const own = tasks.find((each) => each.type === 'rekeyIke') ?? { type: 'rekeyIke', tries: 0 };
  return { ...live, tasks: [...tasks.filter(({ type }) => type !== 'rekeyIke'), { ...own, goesFirst: true }] };
}

const refused = (env: Env, live: Live, refusal: Refusal, data?: Octets): Answered =>
  refuseRequest(env, live, { exchange, refusal, scope: 'request', data });
