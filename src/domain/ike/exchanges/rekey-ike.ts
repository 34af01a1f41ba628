/**
 * CREATE_CHILD_SA that replaces the IKE SA itself, the side that asks (RFC 7296 1.3.2, 2.18). The side that answers is
 * rekey-ike-answer.ts; who inherits the CHILD SAs, also if both asked at once, is rekey-ike-collision.ts.
 */
import type { Octets } from '../../bytes/octets.ts';
import { err, ok, type Result } from '../../bytes/result.ts';
import { retryAtMs } from '../child/lifetime.ts';
import type { Env } from '../env.ts';
import type { Fact } from '../facts.ts';
import { additionalMethodsOf, linkOf, proposalsTowards } from '../keys/additional-key-exchange.ts';
import type { NotifyPayload, Payload } from '../message/message.ts';
import { exchangeTypes, notifyTypes } from '../message/names.ts';
import { errorIn } from '../message/notifies.ts';
import { find, keOf } from '../message/payloads.ts';
import { octetsOfIkeSpi } from '../message/spi.ts';
import { chosenFrom, groupOf, ikeSuiteOf, offerable, offerUnder, ownGroupsOf } from '../proposal/choice.ts';
import type { Refusal } from '../refusal.ts';
import { type Asked, type Change, failed } from '../sa/change.ts';
import type { IkeMaking, PendingIkeRekey } from '../sa/pending.ts';
import type { RekeyIkeTask } from '../sa/rekey-ike-task.ts';
import type { Live } from '../sa/state.ts';
import { incompleteIke } from './create-child-sa-incomplete.ts';
import { makeSuccessor, successorSpiOf } from './ike-succession.ts';
import { nextGroup } from './invalid-ke.ts';
import { isNonceShort, nonceOctets } from './nonce.ts';
import { putOff, stillBusy } from './put-off.ts';
import { refuseAnswer } from './refusing.ts';
import { succeedOwn, yieldToRival } from './rekey-ike-collision.ts';

const exchange = exchangeTypes.numbers.CREATE_CHILD_SA;

export async function requestIkeRekey(env: Env, live: Live, task: RekeyIkeTask): Promise<Asked<Live>> {
  const ownSpi = env.freshIkeSpi();
  const proposals = offerUnder(
    proposalsTowards(live.peer, offerable(live.connection.ikeProposals)),
    octetsOfIkeSpi(ownSpi),
  );
  const offered = ownGroupsOf(proposals);
  const group = [task.group, live.group].find((each) => each !== undefined && offered.includes(each)) ?? live.group;
  const keyPair = await env.means.keyPair(group); // first the group in use, as peers do
  const nonce = env.means.random(nonceOctets);
  return {
    session: live,
    exchange,
    payloads: [{ type: 'SA', proposals }, { type: 'NONCE', nonce }, keOf(keyPair)],
    pending: { type: 'rekeyIke', task, ownSpi, nonce, keyPair, proposals },
  };
}

export async function concludeIkeRekey(
  env: Env,
  live: Live,
  pending: PendingIkeRekey,
  payloads: readonly Payload[],
): Promise<Change> {
  const error = errorIn(payloads);
  if (error) return yieldToRival(env, live, pending) ?? concludeError(env, live, pending, error);

  const made = await readAnswer(env, live, pending, payloads);
  if (!made.ok) {
    // There the CHILD SAs are the successor's already.
    return yieldToRival(env, live, pending) ?? refuseAnswer(env, live, { exchange, refusal: made.error });
  }
  if ('making' in made.value) {
    const { making } = made.value;
    return { session: { ...live, tasks: [{ type: 'followUp', making, tries: 0 }, ...live.tasks] }, facts: [] };
  }
  return succeedOwn(env, live, pending, made.value.successor, made.value.nonceR);
}

async function readAnswer(
  env: Env,
  live: Live,
  pending: PendingIkeRekey,
  payloads: readonly Payload[],
): Promise<Result<{ readonly successor: Live; readonly nonceR: Octets } | { readonly making: IkeMaking }, Refusal>> {
  const sa = find(payloads, 'SA');
  const ke = find(payloads, 'KE');
  const nonceR = find(payloads, 'NONCE')?.nonce;
  if (!sa || !ke || !nonceR) return err(incompleteIke(payloads));
  const chosen = chosenFrom(pending.proposals, sa.proposals);
  if (!chosen.ok) return chosen;
  const { value: proposal } = chosen;
  const peerSpi = successorSpiOf(proposal);
  if (!peerSpi) return err({ code: 'notOffered', offered: pending.proposals, chosen: sa.proposals });
  const group = groupOf(proposal);
  if (group !== pending.keyPair.group || ke.group !== group) return err(wrongGroup(pending, ke.group));
  const suite = ikeSuiteOf(proposal);
  if (isNonceShort(nonceR, suite.prf.id)) return err({ code: 'nonceLength', octets: nonceR.length });

  const methods = additionalMethodsOf(proposal);
  const link = linkOf(payloads);
  if (methods.length > 0 && !link) return err(incompleteIke(payloads));
  const sharedSecret = await pending.keyPair.derive(ke.publicValue);
  if (!sharedSecret) return err({ code: 'badPublicValue', group });

  const input = { suite, nonceI: pending.nonce, nonceR, spiI: pending.ownSpi, spiR: peerSpi, sharedSecret };
  const agreed = { proposal, group, input };
  if (link && methods.length > 0) {
    return ok({ making: { type: 'ike', ...agreed, task: pending.task, methods, secrets: [], link } });
  }
  return ok({ successor: await makeSuccessor(env, live, agreed, { isInitiator: true }), nonceR });
}

function concludeError(env: Env, live: Live, pending: PendingIkeRekey, error: NotifyPayload): Change {
  const { numbers } = notifyTypes;
  const { task } = pending;
  if (error.notify === numbers.INVALID_KE_PAYLOAD) {
    const triedGroups = [...(task.triedGroups ?? []), pending.keyPair.group];
    const group = nextGroup(error.data, ownGroupsOf(pending.proposals), triedGroups);
    if (group.ok) return again(live, { ...task, group: group.value, triedGroups });
    return later(env, live, [failure(env, live, group.error, error.notify)]);
  }
  if (error.notify === numbers.TEMPORARY_FAILURE) {
    const putOffTask = putOff(env, task);
    return putOffTask ? again(live, putOffTask) : later(env, live, [failure(env, live, stillBusy, error.notify)]);
  }
  const refusal: Refusal =
    error.notify === numbers.NO_PROPOSAL_CHOSEN
      ? { code: 'noProposal', protocol: 'IKE', offered: pending.proposals }
      : { code: 'peerRefused', notify: error.notify, data: error.data };
  return later(env, live, [failure(env, live, refusal, error.notify)]);
}

/** A rekey that failed is tried again. */
const later = (env: Env, live: Live, facts: readonly Fact[]): Change => ({
  session: { ...live, rekeyAtMs: retryAtMs(live, env.nowMs) },
  facts,
});

const again = (live: Live, task: RekeyIkeTask): Change => ({
  session: { ...live, tasks: [task, ...live.tasks] },
  facts: [],
});

function failure(env: Env, live: Live, refusal: Refusal, notify: number): Fact {
  return failed(env, live, {
    by: 'remote',
    scope: 'request',
    isInitiator: true,
    decidedAt: { exchange, message: 'response' },
    notify,
    refusal,
  });
}

const wrongGroup = ({ keyPair, proposals }: PendingIkeRekey, wanted: number): Refusal => ({
  code: 'groupRefused',
  wanted,
  tried: [keyPair.group],
  offered: ownGroupsOf(proposals),
});
