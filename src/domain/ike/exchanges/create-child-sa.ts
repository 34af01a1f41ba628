/**
 * CREATE_CHILD_SA for a CHILD SA: a new one, or one that replaces another (RFC 7296 1.3.1, 1.3.3, 2.8).
 *
 * Make before break: the new SA stands before the old one goes, and the end that asked for the new one deletes the old one. If both
 * asked at once, four nonces decide: the SA made in the exchange with the lowest is deleted by the end that asked for it (2.8.1).
 */
import { compareOctets, emptyOctets, type Octets } from '../../bytes/octets.ts';
import { err, ok, type Result } from '../../bytes/result.ts';
import type { Secret } from '../../bytes/secret.ts';
import type { GroupNumber, KeyPair } from '../../crypto/provider.ts';
import {
  type ChildChoice,
  checkAnswer,
  choicePayloads,
  chooseChild,
  groupOfChoice,
  makeChild,
  offerChild,
  offerPayloads,
} from '../child-negotiation.ts';
import { groupOf, ownGroupsOf } from '../choice.ts';
import { removal } from '../closing.ts';
import type { Fact } from '../facts.ts';
import { chance } from '../lifetime.ts';
import type { EspSpi, NotifyPayload, Payload } from '../message/message.ts';
import { exchangeTypes, notifyTypes, protocols } from '../message/names.ts';
import { espSpiOf, octetsOfEspSpi } from '../message/spi.ts';
import { errorIn, findNotify } from '../notifies.ts';
import { find } from '../payloads.ts';
import { notifyOf, type Refusal } from '../refusal.ts';
import type { Child, CreateChildTask, Live, PendingChild } from '../state.ts';
import { type Answered, type Asked, type Change, type Env, failed, toNotify } from './exchange.ts';
import { childRefusedBy, installed, ofTask } from './ike-auth.ts';
import { isNonceShort } from './ike-sa-init.ts';

const exchange = exchangeTypes.numbers.CREATE_CHILD_SA;
const nonceOctets = 32;
const groupTries = 3;
const busyTries = 20;

// The side that asks

/** Undefined: the task has lost its object. */
export async function requestChild(
  env: Env,
  live: Live,
  task: CreateChildTask,
): Promise<Result<Asked<Live>, Refusal> | undefined> {
  const old = task.replaces === undefined ? undefined : childOf(live, task.replaces);
  if (task.replaces !== undefined && old?.state !== 'installed') return undefined;
  const template = live.connection.children.find(({ name }) => name === task.child);
  if (!template) return undefined;
  const offered = offerChild(env, live, template, 'alone', task.trigger);
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
  if (checked.ok && pending.deletedSpis?.includes(checked.value.outSpi)) return { session: live, facts: [] };
  const nonceR = find(payloads, 'NONCE')?.nonce;
  const keyed: Result<Keying, Refusal> = checked.ok
    ? await keyingFrom(live, pending, checked.value, payloads)
    : checked;
  if (!checked.ok || !keyed.ok || !nonceR) {
    const refusal = !checked.ok ? checked.error : !keyed.ok ? keyed.error : malformed(payloads);
    const deletion = { type: 'deleteChild', inSpi: offer.inSpi, because: refusal } as const;
    return {
      session: { ...live, tasks: [deletion, ...live.tasks] },
      facts: [failure(env, live, task, 'local', refusal)],
    };
  }
  const child = await makeChild(
    env,
    live,
    checked.value,
    offer.inSpi,
    {
      prf: live.suite.prf.id,
      skD: live.keys.skD,
      isInitiator: true,
      nonceI: pending.nonce,
      nonceR,
      ...keyed.value,
    },
    payloads,
    task.replaces,
  );
  keyed.value.sharedSecret?.wipe();
  return settleRekey(env, live, pending, child, lower(pending.nonce, nonceR));
}

/** The new SA stands; which SA has to go now? */
function settleRekey(env: Env, live: Live, pending: PendingChild, child: Child, ownNonce: Octets): Change {
  const { task, rivalNonce } = pending;
  const facts = [installed(env, child, task)];
  const children = [...live.children, child];
  if (task.replaces === undefined) return { session: { ...live, children }, facts };

  const hasLost = rivalNonce !== undefined && compareOctets(ownNonce, rivalNonce) < 0;
  const gone: EspSpi = hasLost ? child.sa.inSpi : task.replaces;
  const because = { code: 'asked', by: 'local', reason: hasLost ? 'redundant' : 'rekeyed' } as const;
  const isThere = children.some(({ sa }) => sa.inSpi === gone);
  const settled: Live = {
    ...live,
    children: children.map((each) => (each.sa.inSpi === gone ? { ...each, state: 'replaced' } : each)),
    tasks: isThere ? [{ type: 'deleteChild', inSpi: gone, because }, ...live.tasks] : live.tasks,
  };
  return { session: hasLost ? awaitDelete(env, settled, task.replaces) : settled, facts };
}

/** The peer has replaced this SA and is to delete it; that it never does is no reason to keep it for ever. */
function awaitDelete(env: Env, live: Live, inSpi: EspSpi | undefined): Live {
  const children = live.children.map((each): Child => {
    if (each.sa.inSpi !== inSpi) return each;
    const { rekeyAtMs: _, ...rest } = each;
    return { ...rest, state: 'replaced', expiresAtMs: env.nowMs + env.settings.supersededMs };
  });
  return { ...live, children };
}

function concludeError(env: Env, live: Live, pending: PendingChild, error: NotifyPayload): Change {
  const { task, offer, keyPair } = pending;
  const { numbers } = notifyTypes;
  if (pending.rivalNonce !== undefined) return { session: awaitDelete(env, live, task.replaces), facts: [] };
  if (error.notify === numbers.INVALID_KE_PAYLOAD) {
    const wanted = error.data.length === 2 ? 256 * (error.data[0] ?? 0) + (error.data[1] ?? 0) : 0;
    const group = ownGroupsOf(offer.proposals).find((each) => each === wanted);
    if (group !== undefined && group !== keyPair?.group && task.tries < groupTries) {
      return again(live, { ...task, group, tries: task.tries + 1 });
    }
    const tried = keyPair ? [keyPair.group] : [];
    const refusal = { code: 'groupRefused', wanted, tried, offered: ownGroupsOf(offer.proposals) } as const;
    return keepOld(env, live, task, [failure(env, live, task, 'remote', refusal, error.notify)]);
  }
  if (error.notify === numbers.TEMPORARY_FAILURE && task.tries < busyTries) {
    const notBeforeMs = env.nowMs + env.settings.busyMs * (1 + chance(env.means));
    return again(live, { ...task, tries: task.tries + 1, notBeforeMs });
  }
  if (error.notify === numbers.CHILD_SA_NOT_FOUND && task.replaces !== undefined) {
    return replaceUnknown(env, live, task);
  }
  const refusal = childRefusedBy(offer, error.notify, error.data);
  return keepOld(env, live, task, [failure(env, live, task, 'remote', refusal, error.notify)]);
}

/** The peer does not have the SA: our half of it goes, and a new one takes its place (RFC 7296 2.25). */
function replaceUnknown(env: Env, live: Live, task: CreateChildTask): Change {
  const old = live.children.find(({ sa }) => sa.inSpi === task.replaces);
  if (!old) return { session: live, facts: [] };
  const { replaces, group: _, ...rest } = task;
  const because = { code: 'unknownChild', spi: replaces ?? 0 } as const;
  return {
    session: {
      ...live,
      children: live.children.filter((each) => each !== old),
      tasks: [{ ...rest, tries: 0 }, ...live.tasks],
    },
    facts: [removal(env, old.sa, because)],
  };
}

/** A rekey that failed is tried again in half of the time that the old SA has left. */
function keepOld(env: Env, live: Live, task: CreateChildTask, facts: readonly Fact[]): Change {
  const children = live.children.map((each): Child => {
    if (each.sa.inSpi !== task.replaces || each.expiresAtMs === undefined) return each;
    return { ...each, rekeyAtMs: env.nowMs + Math.max(retryAtLeastMs, (each.expiresAtMs - env.nowMs) / 2) };
  });
  return { session: { ...live, children }, facts };
}

// The side that answers

export async function respondChild(env: Env, live: Live, payloads: readonly Payload[]): Promise<Answered> {
  const rekey = findNotify(payloads, 'REKEY_SA');
  const refuse = (refusal: Refusal, data?: Octets) => refused(env, live, refusal, data);
  const busy = whyBusy(live);
  if (busy) return refuse({ code: 'busy', why: busy });

  const outSpi = rekey && espSpiOf(rekey.spi);
  const old = outSpi === undefined ? undefined : live.children.find(({ sa }) => sa.outSpi === outSpi);
  if (rekey && !old) {
    // Perhaps the SA whose making we have not heard the end of.
    const isMaking = live.window.outstanding?.pending.type === 'createChild';
    return isMaking ? refuse({ code: 'busy', why: 'rekeyingChild' }) : notFound(live, rekey);
  }
  if (old && old.state !== 'installed') {
    return refuse({ code: 'busy', why: old.state === 'deleting' ? 'deletingChild' : 'rekeyingChild' });
  }
  if (!old && live.children.length >= env.settings.childrenPerIkeSa) return refuse({ code: 'noAdditionalSas' });

  const chosen = chooseChild(env, live, payloads, 'alone', old?.template.name);
  const nonceI = find(payloads, 'NONCE')?.nonce;
  if (!chosen.ok) return refuse(chosen.error);
  if (!nonceI) return refuse(malformed(payloads));
  if (isNonceShort(nonceI, live.suite.prf.id)) return refuse({ code: 'nonceLength', octets: nonceI.length });

  const group = groupOfChoice(chosen.value);
  const ke = find(payloads, 'KE');
  if (group !== undefined && ke?.group !== group) {
    const tried = ke ? [ke.group] : [];
    const refusal = { code: 'groupRefused', wanted: group, tried, offered: tried } as const;
    return { ...refuse(refusal, Uint8Array.of(group >>> 8, group)), facts: [] }; // a question, no failure
  }
  const keyPair = group && (await env.means.keyPair(group));
  const sharedSecret = keyPair && ke ? await keyPair.derive(ke.publicValue) : undefined;
  if (keyPair && !sharedSecret) return refuse({ code: 'badPublicValue', group: keyPair.group });

  const nonceR = env.means.random(nonceOctets);
  const inSpi = env.freshEspSpi();
  const child = await makeChild(
    env,
    live,
    chosen.value,
    inSpi,
    {
      prf: live.suite.prf.id,
      skD: live.keys.skD,
      isInitiator: false,
      nonceI,
      nonceR,
      ...(sharedSecret ? { sharedSecret } : {}),
    },
    payloads,
    old?.sa.inSpi,
  );
  sharedSecret?.wipe();
  const answer = choicePayloads(chosen.value, inSpi);
  return {
    session: old
      ? replaced(env, live, old, child, lower(nonceI, nonceR))
      : { ...live, children: [...live.children, child] },
    facts: [installed(env, child)],
    payloads: [
      ...answer.notifies,
      answer.sa,
      { type: 'NONCE', nonce: nonceR },
      ...(keyPair ? [keOf(keyPair)] : []),
      ...answer.selectors,
    ],
  };
}

/** The peer replaces `old`. If we are about to do the same, its nonces are kept for the decision, and `old` stays as it is. */
function replaced(env: Env, live: Live, old: Child, child: Child, lowestNonce: Octets): Live {
  const outstanding = live.window.outstanding;
  const { pending } = outstanding ?? {};
  if (outstanding && pending?.type === 'createChild' && pending.task.replaces === old.sa.inSpi) {
    return {
      ...live,
      children: [...live.children, child],
      window: { ...live.window, outstanding: { ...outstanding, pending: { ...pending, rivalNonce: lowestNonce } } },
    };
  }
  const waiting = awaitDelete(env, live, old.sa.inSpi);
  return {
    ...waiting,
    children: [...waiting.children, child],
    tasks: live.tasks.filter((task) => task.type !== 'createChild' || task.replaces !== old.sa.inSpi),
  };
}

/** Nothing new in an IKE SA that is on its way out (RFC 7296 2.25). */
function whyBusy(live: Live): Extract<Refusal, { code: 'busy' }>['why'] | undefined {
  if (live.phase === 'deleting') return 'deletingIke';
  const isRekeying = live.phase === 'superseded' || live.window.outstanding?.pending.type === 'rekeyIke';
  return isRekeying ? 'rekeyingIke' : undefined;
}

function refused(env: Env, live: Live, refusal: Refusal, data?: Octets): Answered {
  const notify = notifyOf[refusal.code];
  const fact = failed(env, live, {
    by: 'local',
    scope: 'child',
    isInitiator: false,
    decidedAt: { exchange, message: 'request' },
    ...(notify === undefined ? {} : { notify }),
    refusal,
  });
  return { session: live, facts: refusal.code === 'busy' ? [] : [fact], payloads: toNotify(refusal, data) };
}

function notFound(live: Live, { protocol, spi }: NotifyPayload): Answered {
  const notify = notifyTypes.numbers.CHILD_SA_NOT_FOUND;
  return { session: live, facts: [], payloads: [{ type: 'NOTIFY', protocol, spi, notify, data: emptyOctets }] };
}

// Both sides

interface Keying {
  readonly sharedSecret?: Secret;
}

async function keyingFrom(
  live: Live,
  { keyPair }: PendingChild,
  choice: ChildChoice,
  payloads: readonly Payload[],
): Promise<Result<Keying, Refusal>> {
  const group = groupOfChoice(choice);
  const nonce = find(payloads, 'NONCE')?.nonce;
  if (nonce && isNonceShort(nonce, live.suite.prf.id)) return err({ code: 'nonceLength', octets: nonce.length });
  if (group === undefined) return ok({});
  const ke = find(payloads, 'KE');
  if (!keyPair || keyPair.group !== group || ke?.group !== group) {
    const tried = keyPair ? [keyPair.group] : [];
    return err({ code: 'groupRefused', wanted: ke?.group ?? group, tried, offered: tried });
  }
  const sharedSecret = await keyPair.derive(ke.publicValue);
  return sharedSecret ? ok({ sharedSecret }) : err({ code: 'badPublicValue', group });
}

/** The peer's wish, the group that the old SA was made with, the first that we offer. */
function groupFor(
  task: CreateChildTask,
  old: Child | undefined,
  proposals: Parameters<typeof ownGroupsOf>[0],
): GroupNumber | undefined {
  const offered = ownGroupsOf(proposals);
  const used = old && groupOf({ number: 1, protocol: 3, spi: emptyOctets, transforms: old.sa.transforms });
  return [task.group, used].find((each) => each !== undefined && offered.includes(each)) ?? offered[0];
}

const retryAtLeastMs = 10_000;

const childOf = (live: Live, inSpi: EspSpi): Child | undefined => live.children.find(({ sa }) => sa.inSpi === inSpi);

const keOf = ({ group, publicValue }: KeyPair): Payload => ({ type: 'KE', group, publicValue });

/** Names the SA by the SPI that its sender receives on (RFC 7296 1.3.3). */
const rekeyNotify = (inSpi: EspSpi): Payload => ({
  type: 'NOTIFY',
  protocol: protocols.numbers.ESP,
  spi: octetsOfEspSpi(inSpi),
  notify: notifyTypes.numbers.REKEY_SA,
  data: emptyOctets,
});

export const lower = (a: Octets, b: Octets): Octets => (compareOctets(a, b) < 0 ? a : b);

const again = (live: Live, task: CreateChildTask): Change => ({
  session: { ...live, tasks: [task, ...live.tasks] },
  facts: [],
});

function failure(
  env: Env,
  live: Live,
  task: CreateChildTask,
  by: 'local' | 'remote',
  refusal: Refusal,
  notify?: number,
): Fact {
  return failed(env, live, {
    ...ofTask(task),
    by,
    scope: 'child',
    isInitiator: true,
    decidedAt: { exchange, message: 'response' },
    ...(notify === undefined ? {} : { notify }),
    refusal,
  });
}

const malformed = (payloads: readonly Payload[]): Refusal => ({
  code: 'malformed',
  at: {
    offset: 0,
    path: 'CREATE_CHILD_SA',
    expected: 'SA, Nonce, TSi, TSr',
    got: payloads.map(({ type }) => type).join(', '),
  },
});
