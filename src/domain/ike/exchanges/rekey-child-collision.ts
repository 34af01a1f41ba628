/**
 * Which CHILD SA goes after a rekey (RFC 7296 2.8, 2.8.1). Usually the old one, deleted by the end that asked. If both asked at once, four
 * nonces decide: the SA made in the exchange with the lowest of them is deleted by the end that asked for it, the old one by the other.
 */
import { compareOctets, type Octets } from '../../bytes/octets.ts';
import type { Child } from '../child/child.ts';
import type { Env } from '../env.ts';
import type { EspSpi } from '../message/message.ts';
import { exchangeTypes } from '../message/names.ts';
import type { Change } from '../sa/change.ts';
import type { PendingChild } from '../sa/pending.ts';
import type { Live } from '../sa/state.ts';
import { installedAsAsked } from './child-outcome.ts';

/** The SA that we asked for stands; which one has to go now? */
export function settleRekey(env: Env, live: Live, pending: PendingChild, child: Child, nonceR: Octets): Change {
  const ownNonce = lower(pending.nonce, nonceR);
  const { task, rivalNonce } = pending;
  const facts = installedAsAsked(env, live, child, task, exchangeTypes.numbers.CREATE_CHILD_SA);
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
export function awaitDelete(env: Env, live: Live, inSpi: EspSpi | undefined): Live {
  const children = live.children.map((each): Child => {
    if (each.sa.inSpi !== inSpi) return each;
    const { rekeyAtMs: _, ...rest } = each;
    return { ...rest, state: 'replaced', expiresAtMs: env.nowMs + env.settings.supersededMs };
  });
  return { ...live, children };
}

/** The peer replaces `old`. If we are about to do the same, its nonces are kept for the decision, and `old` stays as it is. */
export function replaced(
  env: Env,
  live: Live,
  old: Child,
  child: Child,
  { nonceI, nonceR }: { readonly nonceI: Octets; readonly nonceR: Octets },
): Live {
  const outstanding = live.window.outstanding;
  const { pending } = outstanding ?? {};
  if (outstanding && pending?.type === 'createChild' && pending.task.replaces === old.sa.inSpi) {
    return {
      ...live,
      children: [...live.children, child],
      window: {
        ...live.window,
        outstanding: { ...outstanding, pending: { ...pending, rivalNonce: lower(nonceI, nonceR) } },
      },
    };
  }
  const waiting = awaitDelete(env, live, old.sa.inSpi);
  return {
    ...waiting,
    children: [...waiting.children, child],
    tasks: live.tasks.filter((task) => task.type !== 'createChild' || task.replaces !== old.sa.inSpi),
  };
}

export const lower = (a: Octets, b: Octets): Octets => (compareOctets(a, b) < 0 ? a : b);
