/**
 * CREATE_CHILD_SA for a CHILD SA, the side that asks (RFC 7296 1.3.1); what it has besides, if it is to replace another (1.3.3), is
 * rekey-child.ts. The side that answers is create-child-sa-answer.ts.
 */
import { err, ok, type Result } from '../../bytes/result.ts';
import type { GroupNumber } from '../../crypto/provider.ts';
import type { ChildChoice } from '../child/answering.ts';
import type { Child } from '../child/child.ts';
import { type ChildKeying, makeChild } from '../child/making.ts';
import { offerChild, offerPayloads } from '../child/offering.ts';
import { checkAnswer } from '../child/taking-answer.ts';
import type { Env } from '../env.ts';
import { additionalMethodsOf, linkOf } from '../keys/additional-key-exchange.ts';
import type { NotifyPayload, Payload, Proposal } from '../message/message.ts';
import { exchangeTypes, notifyTypes } from '../message/names.ts';
import { errorIn } from '../message/notifies.ts';
import { find, keOf } from '../message/payloads.ts';
import { groupOf, ownGroupsOf } from '../proposal/choice.ts';
import type { Refusal } from '../refusal.ts';
import { type Asked, type Change, failed, ofTask } from '../sa/change.ts';
import type { CreateChildTask } from '../sa/create-child-task.ts';
import type { PendingChild, Rounds } from '../sa/pending.ts';
import type { Live } from '../sa/state.ts';
import { childRefusedBy, deletedByPeer } from './child-outcome.ts';
import { incompleteChild } from './create-child-sa-incomplete.ts';
import { nextGroup } from './invalid-ke.ts';
import { isNonceShort, nonceOctets } from './nonce.ts';
import { putOff, stillBusy } from './put-off.ts';
import { keepOld, rekeyNotify, replaceUnknown, toReplace } from './rekey-child.ts';
import { awaitDelete, settleRekey } from './rekey-child-collision.ts';

const exchange = exchangeTypes.numbers.CREATE_CHILD_SA;

/** Undefined: the task has lost its object. */
export async function requestChild(
  env: Env,
  live: Live,
  task: CreateChildTask,
): Promise<Result<Asked<Live>, Refusal> | undefined> {
  const old = task.replaces === undefined ? undefined : toReplace(live, task.replaces);
  if (task.replaces !== undefined && !old) return undefined;
  const offered = offerChild(env, live, 'alone', { ...task, old });
  if (!offered.ok) return offered;
  const offer = offered.value;

  const group = groupFor(task, old, offer.proposals);
  const keyPair = group && (await env.means.keyPair(group));
  const nonce = env.means.random(nonceOctets);
  const { notifies, sa, selectors } = offerPayloads(offer);
  return ok({
    session: live,
    exchange,
    payloads: [
      ...(old ? [rekeyNotify(old.sa.inSpi)] : []),
      ...notifies,
      sa,
      { type: 'NONCE', nonce },
      ...(keyPair ? [keOf(keyPair)] : []),
      ...selectors,
    ],
    pending: { type: 'createChild', task, offer, nonce, ...(keyPair ? { keyPair } : {}) },
  });
}

export async function concludeChild(
  env: Env,
  live: Live,
  pending: PendingChild,
  payloads: readonly Payload[],
): Promise<Change> {
  const { task, offer } = pending;
  const error = errorIn(payloads);
  if (error) return concludeError(env, live, pending, error);

  const checked = checkAnswer(live, offer, payloads);
  if (!checked.ok) return refuse(env, live, pending, checked.error);
  const { value: choice } = checked;
  if (pending.deletedSpis?.includes(choice.outSpi)) return deleted(env, live, pending);
  const keyed = await readKeying(live, pending, choice, payloads);
  if (!keyed.ok) return refuse(env, live, pending, keyed.error);

  const { keying, followUps } = keyed.value;
  const agreed = { choice, inSpi: offer.inSpi, keying, payloads, replaces: task.replaces };
  if (followUps) {
    const making = { type: 'child', ...agreed, asked: pending, ...followUps } as const;
    return { session: { ...live, tasks: [{ type: 'followUp', making, tries: 0 }, ...live.tasks] }, facts: [] };
  }
  const child = await makeChild(env, live, agreed);
  keying.sharedSecret?.wipe();
  return settleRekey(env, live, pending, child, keying.nonceR);
}

/** The peer has made what we do not want: it is told to delete it. */
function refuse(env: Env, live: Live, { task, offer }: PendingChild, refusal: Refusal): Change {
  const deletion = { type: 'deleteChild', inSpi: offer.inSpi, because: refusal } as const;
  return notMade(env, { ...live, tasks: [deletion, ...live.tasks] }, task, 'local', refusal);
}

/** It is gone before we heard of it. */
function deleted(env: Env, live: Live, { task, rivalNonce }: PendingChild): Change {
  if (rivalNonce !== undefined) return { session: awaitDelete(env, live, task.replaces), facts: [] };
  const isObjectGone = task.replaces !== undefined && !toReplace(live, task.replaces);
  return isObjectGone ? { session: live, facts: [] } : notMade(env, live, task, 'remote', deletedByPeer);
}

function concludeError(env: Env, live: Live, pending: PendingChild, error: NotifyPayload): Change {
  const { task, offer, keyPair } = pending;
  const { numbers } = notifyTypes;
  if (pending.rivalNonce !== undefined) return { session: awaitDelete(env, live, task.replaces), facts: [] };
  if (error.notify === numbers.INVALID_KE_PAYLOAD) {
    const triedGroups = [...(task.triedGroups ?? []), ...(keyPair ? [keyPair.group] : [])];
    const group = nextGroup(error.data, ownGroupsOf(offer.proposals), triedGroups);
    if (group.ok) return again(live, { ...task, group: group.value, triedGroups });
    return notMade(env, live, task, 'remote', group.error, error.notify);
  }
  if (error.notify === numbers.TEMPORARY_FAILURE) {
    const later = putOff(env, task);
    return later ? again(live, later) : notMade(env, live, task, 'remote', stillBusy, error.notify);
  }
  if (error.notify === numbers.SINGLE_PAIR_REQUIRED && !task.isSinglePair) {
    return again(live, { ...task, isSinglePair: true });
  }
  const takesNone = live.children.length === 0; // and another IKE SA with such a peer would have none either
  if (error.notify === numbers.NO_ADDITIONAL_SAS && task.replaces === undefined && !takesNone) {
    return { session: { ...live, isFull: true }, facts: [], overflow: [task] };
  }
  if (error.notify === numbers.CHILD_SA_NOT_FOUND && task.replaces !== undefined) {
    return replaceUnknown(env, live, task);
  }
  const refusal = childRefusedBy(offer, error.notify, error.data);
  return notMade(env, live, task, 'remote', refusal, error.notify);
}

/** What the keys are made of; `followUps`: not yet, further key exchanges are to come (RFC 9370 2.2.4). */
interface Keyed {
  readonly keying: ChildKeying;
  readonly followUps?: Rounds;
}

async function readKeying(
  live: Live,
  { keyPair, nonce }: PendingChild,
  { proposal }: ChildChoice,
  payloads: readonly Payload[],
): Promise<Result<Keyed, Refusal>> {
  const nonceR = find(payloads, 'NONCE')?.nonce;
  const methods = additionalMethodsOf(proposal);
  const link = linkOf(payloads);
  if (!nonceR || (methods.length > 0 && !link)) return err(incompleteChild(payloads));
  const { suite, keys } = live;
  if (isNonceShort(nonceR, suite.prf.id)) return err({ code: 'nonceLength', octets: nonceR.length });

  const keying = { prf: suite.prf.id, skD: keys.skD, isInitiator: true, nonceI: nonce, nonceR };
  const followUps = link && methods.length > 0 ? { followUps: { methods, secrets: [], link } } : {};
  const group = groupOf(proposal);
  if (group === undefined) return ok({ keying, ...followUps });
  const ke = find(payloads, 'KE');
  if (!keyPair || keyPair.group !== group || ke?.group !== group) {
    const tried = keyPair ? [keyPair.group] : [];
    return err({ code: 'groupRefused', wanted: ke?.group ?? group, tried, offered: tried });
  }
  const sharedSecret = await keyPair.derive(ke.publicValue);
  if (!sharedSecret) return err({ code: 'badPublicValue', group });
  return ok({ keying: { ...keying, sharedSecret }, ...followUps });
}

/** The peer's wish, the group that the old SA was made with, the first that we offer. */
function groupFor(
  task: CreateChildTask,
  old: Child | undefined,
  proposals: readonly Proposal[],
): GroupNumber | undefined {
  const offered = ownGroupsOf(proposals);
  const used = old && groupOf(old.sa);
  return [task.group, used].find((each) => each !== undefined && offered.includes(each)) ?? offered[0];
}

const again = (live: Live, task: CreateChildTask): Change => ({
  session: { ...live, tasks: [task, ...live.tasks] },
  facts: [],
});

function notMade(
  env: Env,
  live: Live,
  task: CreateChildTask,
  by: 'local' | 'remote',
  refusal: Refusal,
  notify?: number,
): Change {
  const fact = failed(env, live, {
    ...ofTask(task),
    by,
    scope: 'child',
    isInitiator: true,
    decidedAt: { exchange, message: 'response' },
    ...(notify === undefined ? {} : { notify }),
    refusal,
  });
  return { session: keepOld(env, live, task.replaces), facts: [fact] };
}
