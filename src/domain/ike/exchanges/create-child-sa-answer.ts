/**
 * CREATE_CHILD_SA for a CHILD SA, the side that answers (RFC 7296 1.3.1, 1.3.3, 2.25): what is refused, and with which notify; then the
 * new SA stands here before the peer knows of it.
 */
import { emptyOctets, type Octets } from '../../bytes/octets.ts';
import { choicePayloads, chooseChild } from '../child/answering.ts';
import type { Child } from '../child/child.ts';
import { makeChild } from '../child/making.ts';
import type { Env } from '../env.ts';
import { additionalMethodsOf, freshLink, linkTo, wantsAdditional } from '../keys/additional-key-exchange.ts';
import type { NotifyPayload, Payload } from '../message/message.ts';
import { exchangeTypes, notifyTypes } from '../message/names.ts';
import { findNotify } from '../message/notifies.ts';
import { find, keOf } from '../message/payloads.ts';
import { espSpiOf } from '../message/spi.ts';
import { groupOf } from '../proposal/choice.ts';
import type { Refusal } from '../refusal.ts';
import { refuseRequest } from '../session/refusing.ts';
import type { Live } from '../session/state.ts';
import { installed } from './child-outcome.ts';
import { incompleteChild } from './create-child-sa-incomplete.ts';
import type { Answered } from './exchange.ts';
import { isNonceShort } from './nonce-length.ts';
import { replaced } from './rekey-child-collision.ts';

const exchange = exchangeTypes.numbers.CREATE_CHILD_SA;
const nonceOctets = 32;

export async function respondChild(env: Env, live: Live, payloads: readonly Payload[]): Promise<Answered> {
  const rekey = findNotify(payloads, 'REKEY_SA');
  const refuse = (refusal: Refusal, data?: Octets) =>
    refuseRequest(env, live, { exchange, refusal, scope: 'child', data });
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
  if (old && isReplacing(live, old)) return refuse({ code: 'busy', why: 'rekeyingChild' });
  if (!old && live.children.length >= env.settings.childrenPerIkeSa) return refuse({ code: 'noAdditionalSas' });

  const chosen = chooseChild(env, live, payloads, 'alone', old);
  const nonceI = find(payloads, 'NONCE')?.nonce;
  if (!chosen.ok) return refuse(chosen.error);
  if (!nonceI) return refuse(incompleteChild(payloads));
  if (isNonceShort(nonceI, live.suite.prf.id)) return refuse({ code: 'nonceLength', octets: nonceI.length });

  const group = groupOf(chosen.value.proposal);
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
  const keying = {
    prf: live.suite.prf.id,
    skD: live.keys.skD,
    isInitiator: false,
    nonceI,
    nonceR,
    ...(sharedSecret ? { sharedSecret } : {}),
  };
  const { notifies, sa, selectors } = choicePayloads(chosen.value, inSpi);
  const answer = [
    ...notifies,
    sa,
    { type: 'NONCE', nonce: nonceR } as const,
    ...(keyPair ? [keOf(keyPair)] : []),
    ...selectors,
  ];
  const replaces = old ? { replaces: old.sa.inSpi } : {};
  const methods = additionalMethodsOf(chosen.value.proposal);
  if (methods.length > 0) {
    const untilMs = env.nowMs + env.settings.halfOpenMs;
    const rounds = { methods, secrets: [], link: freshLink(env.means), untilMs };
    const making = { type: 'child', choice: chosen.value, inSpi, keying, payloads, ...replaces, ...rounds } as const;
    return { session: { ...live, making }, facts: [], payloads: [...answer, linkTo(making)] };
  }
  const child = await makeChild(env, live, chosen.value, inSpi, keying, payloads, old?.sa.inSpi);
  sharedSecret?.wipe();
  return {
    session: old
      ? replaced(env, live, old, child, { nonceI, nonceR })
      : { ...live, children: [...live.children, child] },
    facts: [installed(env, child)],
    payloads: answer,
  };
}

/** We are, and it takes more than one exchange: no two of them at once. */
function isReplacing(live: Live, { sa }: Child): boolean {
  const pending = live.window.outstanding?.pending;
  return (
    pending?.type === 'createChild' && pending.task.replaces === sa.inSpi && wantsAdditional(pending.offer.proposals)
  );
}

/** Nothing new in an IKE SA that is on its way out (RFC 7296 2.25). */
function whyBusy(live: Live): Extract<Refusal, { code: 'busy' }>['why'] | undefined {
  if (live.phase === 'deleting') return 'deletingIke';
  const asking = live.window.outstanding?.pending.type;
  const isRekeying = live.phase === 'superseded' || asking === 'rekeyIke' || asking === 'followUp';
  return isRekeying ? 'rekeyingIke' : undefined;
}

function notFound(live: Live, { protocol, spi }: NotifyPayload): Answered {
  const notify = notifyTypes.numbers.CHILD_SA_NOT_FOUND;
  return { session: live, facts: [], payloads: [{ type: 'NOTIFY', protocol, spi, notify, data: emptyOctets }] };
}
