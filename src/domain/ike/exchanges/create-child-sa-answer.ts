/**
 * CREATE_CHILD_SA for a CHILD SA, the side that answers (RFC 7296 1.3.1, 2.25): what is refused, and with which notify; then the
 * new SA stands here before the peer knows of it. Which SA it is to replace (1.3.3) is rekey-child-answer.ts.
 */
import type { Octets } from '../../bytes/octets.ts';
import { choicePayloads, chooseChild } from '../child/answering.ts';
import { makeChild } from '../child/making.ts';
import type { Env } from '../env.ts';
import { additionalMethodsOf, freshLink, linkTo } from '../keys/additional-key-exchange.ts';
import type { Payload } from '../message/message.ts';
import { exchangeTypes } from '../message/names.ts';
import { find, keOf } from '../message/payloads.ts';
import { groupOf } from '../proposal/choice.ts';
import type { Busy, Refusal } from '../refusal.ts';
import type { Answered } from '../sa/change.ts';
import type { Live } from '../sa/state.ts';
import { installed } from './child-outcome.ts';
import { incompleteChild } from './create-child-sa-incomplete.ts';
import { writeWantedGroup } from './invalid-ke.ts';
import { isNonceShort, nonceOctets } from './nonce.ts';
import { refuseRequest } from './refusing.ts';
import { namedBy, notFound } from './rekey-child-answer.ts';
import { replaced } from './rekey-child-collision.ts';

const exchange = exchangeTypes.numbers.CREATE_CHILD_SA;

export async function respondChild(env: Env, live: Live, payloads: readonly Payload[]): Promise<Answered> {
  const refuse = (refusal: Refusal, data?: Octets) =>
    refuseRequest(env, live, { exchange, refusal, scope: 'child', data });
  const busy = whyBusy(live);
  if (busy) return refuse({ code: 'busy', why: busy });

  const named = namedBy(live, payloads);
  if (named.type === 'busy') return refuse({ code: 'busy', why: named.why });
  if (named.type === 'unknown') return notFound(live, named.notify);
  const old = named.type === 'known' ? named.old : undefined;
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
    return { ...refuse(refusal, writeWantedGroup(group)), facts: [] }; // a question, no failure
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
  const agreed = { choice: chosen.value, inSpi, keying, payloads, replaces: old?.sa.inSpi };
  const methods = additionalMethodsOf(chosen.value.proposal);
  if (methods.length > 0) {
    const untilMs = env.nowMs + env.settings.halfOpenMs;
    const rounds = { methods, secrets: [], link: freshLink(env.means), untilMs };
    const making = { type: 'child', ...agreed, ...rounds } as const;
    return { session: { ...live, making }, facts: [], payloads: [...answer, linkTo(making)] };
  }
  const child = await makeChild(env, live, agreed);
  sharedSecret?.wipe();
  return {
    session: old
      ? replaced(env, live, old, child, { nonceI, nonceR })
      : { ...live, children: [...live.children, child] },
    facts: [installed(env, child)],
    payloads: answer,
  };
}

/** Nothing new in an IKE SA that is on its way out (RFC 7296 2.25). */
function whyBusy(live: Live): Busy | undefined {
  if (live.phase === 'deleting') return 'deletingIke';
  const asking = live.window.outstanding?.pending.type;
  const isRekeying = live.phase === 'superseded' || asking === 'rekeyIke' || asking === 'followUp';
  return isRekeying ? 'rekeyingIke' : undefined;
}
