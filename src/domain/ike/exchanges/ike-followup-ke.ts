/**
 * IKE_FOLLOWUP_KE (RFC 9370 2.2.4): CREATE_CHILD_SA has agreed on a new SA, IKE or CHILD, whose proposal names additional key
 * exchanges; each is run in an exchange of its own, and with the last secret the new SA stands. ADDITIONAL_KEY_EXCHANGE in an
 * answer says that another is to come, and its data names the SA in the making.
 *
 * While one is in the making here, a rekey of the peer is put off: TEMPORARY_FAILURE to both ends, and who tries again first has it.
 */
import { compareOctets } from '../../bytes/octets.ts';
import type { Child } from '../child/child.ts';
import { retryAtMs } from '../child/lifetime.ts';
import { makeChild } from '../child/making.ts';
import type { Env } from '../env.ts';
import {
  answerKeyExchange,
  beginKeyExchange,
  keOfShare,
  linkOf,
  linkTo,
  wrongMethod,
} from '../keys/additional-key-exchange.ts';
import type { EspSpi, NotifyPayload, Payload } from '../message/message.ts';
import { exchangeTypes, notifyTypes } from '../message/names.ts';
import { errorIn, notify } from '../message/notifies.ts';
import { lacking } from '../message/occurrence.ts';
import { find } from '../message/payloads.ts';
import type { Busy, Refusal } from '../refusal.ts';
import { type Answered, type Asked, type Change, failed, ofTask } from '../sa/change.ts';
import type { ChildMaking, IkeMaking, Making, PendingFollowUp } from '../sa/pending.ts';
import type { Live } from '../sa/state.ts';
import type { FollowUpTask } from '../sa/tasks.ts';
import { deletedByPeer, installed } from './child-outcome.ts';
import { makeSuccessor } from './ike-succession.ts';
import { putOff, stillBusy } from './put-off.ts';
import { refuseAnswer, refuseRequest } from './refusing.ts';
import { keepOld } from './rekey-child.ts';
import { replaced, settleRekey } from './rekey-child-collision.ts';
import { whyUnsettled } from './rekey-ike-answer.ts';
import { succeedOwn, succeedPeers } from './rekey-ike-collision.ts';

const exchange = exchangeTypes.numbers.IKE_FOLLOWUP_KE;
const { TEMPORARY_FAILURE, STATE_NOT_FOUND } = notifyTypes.numbers;
const restartsAtMost = 3;

// The side that asks

export async function requestFollowUp(
  env: Env,
  live: Live,
  { making, tries }: FollowUpTask,
): Promise<Asked<Live> | undefined> {
  const [method] = making.methods;
  if (method === undefined || hasLostObject(live, making)) return undefined;
  const share = await beginKeyExchange(env.means, method);
  return {
    session: live,
    exchange,
    payloads: [keOfShare(share), linkTo(making)],
    pending: { type: 'followUp', making, share, tries },
  };
}

export async function concludeFollowUp(
  env: Env,
  live: Live,
  { making, share, tries }: PendingFollowUp,
  payloads: readonly Payload[],
): Promise<Change> {
  const error = errorIn(payloads);
  if (error && hasLostObject(live, making)) return { session: live, facts: [] };
  if (error?.notify === TEMPORARY_FAILURE) {
    const later = putOff(env, { type: 'followUp', making, tries } as const);
    if (!later) return giveUp(env, live, making, 'remote', stillBusy, error.notify);
    return { session: { ...live, tasks: [later, ...live.tasks] }, facts: [] };
  }
  if (error?.notify === STATE_NOT_FOUND) return startOver(env, live, making, error);
  if (error) {
    const refusal = { code: 'peerRefused', notify: error.notify, data: error.data } as const;
    return giveUp(env, live, making, 'remote', refusal, error.notify);
  }
  const ke = find(payloads, 'KE');
  if (ke?.group !== share.method) return refuseOwn(env, live, making, wrongMethod(share.method, ke?.group));
  const secret = await share.derive(ke.publicValue);
  if (!secret) return refuseOwn(env, live, making, { code: 'badPublicValue', group: share.method });

  const next = { ...making, methods: making.methods.slice(1), secrets: [...making.secrets, secret] };
  if (making.type === 'child' && making.deletedSpis?.includes(making.choice.outSpi)) {
    secret.wipe();
    if (hasLostObject(live, making)) return { session: live, facts: [] };
    return giveUp(env, live, making, 'remote', deletedByPeer);
  }
  if (next.methods.length === 0) return finishOwn(env, live, next);
  const link = linkOf(payloads);
  if (!link) {
    // Another method is to come, and nothing says how the answering side calls what is in the making.
    secret.wipe();
    return refuseOwn(env, live, making, {
      code: 'malformed',
      at: lacking('IKE_FOLLOWUP_KE', 'KE, N(ADDITIONAL_KEY_EXCHANGE)', payloads),
    });
  }
  const more = { type: 'followUp', making: { ...next, link }, tries: 0 } as const;
  return { session: { ...live, tasks: [more, ...live.tasks] }, facts: [] };
}

/** We do not like the answer, and the peer may hold the new SA by now: it is told. */
function refuseOwn(env: Env, live: Live, making: Making, refusal: Refusal): Change {
  if (making.type === 'ike') return refuseAnswer(env, live, { exchange, refusal });
  const deletion = { type: 'deleteChild', inSpi: making.inSpi, because: refusal } as const;
  return giveUp(env, { ...live, tasks: [deletion, ...live.tasks] }, making, 'local', refusal);
}

/** The CHILD SA that was to be replaced has been deleted meanwhile: nothing is to take its place (RFC 7296 2.25.1). */
const hasLostObject = ({ children }: Live, making: Making): boolean =>
  making.type === 'child' &&
  making.asked?.task.replaces !== undefined &&
  !children.some(({ sa }) => sa.inSpi === making.asked?.task.replaces);

async function finishOwn(env: Env, live: Live, making: Making): Promise<Change> {
  if (making.type === 'ike') {
    const { nonceI, nonceR } = making.input;
    return succeedOwn(env, live, { nonce: nonceI }, await successorFrom(env, live, making, isInitiator), nonceR);
  }
  const child = await childFrom(env, live, making, making.asked?.task.replaces);
  if (making.asked) return settleRekey(env, live, making.asked, child, making.keying.nonceR);
  return { session: { ...live, children: [...live.children, child] }, facts: [installed(env, child)] };
}

const isInitiator = { isInitiator: true };

/**
 * The peer has forgotten what was agreed on, perhaps since we were slow: all begins anew, a few times. Then the end of the IKE SA is due
 * (RFC 9370 2.2.4).
 */
function startOver(env: Env, live: Live, making: Making, { notify, data }: NotifyPayload): Change {
  const task = making.type === 'ike' ? making.task : making.asked?.task;
  const restarts = (task?.restarts ?? 0) + 1;
  if (task && restarts <= restartsAtMost) {
    return { session: { ...live, tasks: [{ ...task, tries: 0, restarts }, ...live.tasks] }, facts: [] };
  }
  const refusal = { code: 'peerRefused', notify, data } as const;
  const { session, facts } = giveUp(env, live, making, 'remote', refusal, notify);
  return { session: { ...session, tasks: [{ type: 'deleteIke', because: refusal }, ...session.tasks] }, facts };
}

/** The old SA stays, and is rekeyed anew later. */
function giveUp(
  env: Env,
  live: Live,
  making: Making,
  by: 'local' | 'remote',
  refusal: Refusal,
  notifyNumber?: number,
): Change & { readonly session: Live } {
  const task = making.type === 'child' ? making.asked?.task : undefined;
  const fact = failed(env, live, {
    ...ofTask(task),
    by,
    scope: task ? 'child' : 'request',
    isInitiator: true,
    decidedAt: { exchange, message: 'response' },
    ...(notifyNumber === undefined ? {} : { notify: notifyNumber }),
    refusal,
  });
  if (!task) return { session: { ...live, rekeyAtMs: retryAtMs(live, env.nowMs) }, facts: [fact] };
  return { session: keepOld(env, live, task.replaces), facts: [fact] };
}

// The side that answers

export async function respondFollowUp(env: Env, live: Live, payloads: readonly Payload[]): Promise<Answered> {
  const { making, ...rest } = live;
  const link = linkOf(payloads);
  if (!making || !link || compareOctets(link, making.link) !== 0 || making.untilMs <= env.nowMs) {
    return { session: live, facts: [], payloads: [notify('STATE_NOT_FOUND')] };
  }
  const busy = whyBusy(live, making);
  if (busy) return refuse(env, live, { code: 'busy', why: busy });
  const [method, ...methods] = making.methods;
  const ke = find(payloads, 'KE');
  if (method === undefined || ke?.group !== method) return refuse(env, rest, wrongMethod(method, ke?.group));
  const answer = await answerKeyExchange(env.means, method, ke.publicValue);
  if (!answer) return refuse(env, rest, { code: 'badPublicValue', group: method });

  const next = { ...making, methods, secrets: [...making.secrets, answer.sharedSecret] };
  const answerKe = keOfShare({ method, publicValue: answer.publicValue });
  if (methods.length > 0) {
    return { session: { ...live, making: next }, facts: [], payloads: [answerKe, linkTo(next)] };
  }
  return { ...(await finishPeers(env, rest, next)), payloads: [answerKe] };
}

/**
 * What is being made has lost its ground: the IKE SA, or the CHILD SA that it was to replace, is on its way out; or we have begun something
 * meanwhile that must not be left behind in the old IKE SA (RFC 7296 2.25).
 */
function whyBusy(live: Live, making: Making): Busy | undefined {
  if (making.type === 'ike') return whyUnsettled(live);
  const { phase, children } = live;
  if (phase === 'deleting') return 'deletingIke';
  if (phase === 'superseded') return 'rekeyingIke';
  if (making.replaces === undefined) return undefined;
  return children.some(({ sa, state }) => sa.inSpi === making.replaces && state === 'installed')
    ? undefined
    : 'deletingChild';
}

async function finishPeers(env: Env, live: Live, making: Making): Promise<Change> {
  if (making.type === 'ike') {
    const successor = await successorFrom(env, live, making, { isInitiator: false });
    return succeedPeers(env, live, successor, making.input);
  }
  const old = live.children.find(({ sa }) => sa.inSpi === making.replaces);
  const child = await childFrom(env, live, making, old?.sa.inSpi);
  const session = old
    ? replaced(env, live, old, child, making.keying)
    : { ...live, children: [...live.children, child] };
  return { session, facts: [installed(env, child)] };
}

const refuse = (env: Env, live: Live, refusal: Refusal): Answered =>
  refuseRequest(env, live, { exchange, refusal, scope: 'request' });

// Both sides

/** All secrets are there: SKEYSEED = prf(SK_d, SK(0) | Ni | Nr | SK(1) | … SK(n)). */
async function successorFrom(
  env: Env,
  live: Live,
  { input, secrets, ...agreed }: IkeMaking,
  role: { readonly isInitiator: boolean },
): Promise<Live> {
  return makeSuccessor(env, live, { ...agreed, input: { ...input, additionalSecrets: secrets } }, role);
}

/** All secrets are there: KEYMAT = prf+(SK_d, SK(0) | Ni | Nr | SK(1) | … SK(n)). */
async function childFrom(
  env: Env,
  live: Live,
  { keying, secrets, ...agreed }: ChildMaking,
  replaces: EspSpi | undefined,
): Promise<Child> {
  const child = await makeChild(env, live, { ...agreed, keying: { ...keying, additionalSecrets: secrets }, replaces });
  for (const secret of [keying.sharedSecret, ...secrets]) secret?.wipe();
  return child;
}
