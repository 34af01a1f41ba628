/** Which exchange answers a request under an IKE SA's keys, and which takes the answer to ours (RFC 7296 1.2 to 1.4). */
import type { Env } from '../env.ts';
import { concludeChild } from '../exchanges/create-child-sa.ts';
import { respondChild } from '../exchanges/create-child-sa-answer.ts';
import { respondAuth } from '../exchanges/ike-auth-answer.ts';
import { concludeFollowUp, respondFollowUp } from '../exchanges/ike-followup-ke.ts';
import { respondIntermediate } from '../exchanges/ike-intermediate.ts';
import { concludeInformational, respondInformational } from '../exchanges/informational.ts';
import { concludeIkeRekey } from '../exchanges/rekey-ike.ts';
import { respondIkeRekey } from '../exchanges/rekey-ike-answer.ts';
import type { Payload } from '../message/message.ts';
import { exchangeTypes } from '../message/names.ts';
import { concludeMove } from '../nat/mobike.ts';
import type { Answered, Change, PeerRequest } from '../sa/change.ts';
import type { Pending } from '../sa/pending.ts';
import { isLive, type Keyed, type Live, type Refusing, type Session } from '../sa/state.ts';
import { isAboutIke } from './opening.ts';

const { IKE_SA_INIT, IKE_INTERMEDIATE, IKE_FOLLOWUP_KE, IKE_AUTH, CREATE_CHILD_SA, INFORMATIONAL } =
  exchangeTypes.numbers;

/** In which exchange a request goes, and its answer comes. */
export function exchangeOf(pending: Pending): number {
  switch (pending.type) {
    case 'init':
      return IKE_SA_INIT;
    case 'intermediate':
      return IKE_INTERMEDIATE;
    case 'auth':
      return IKE_AUTH;
    case 'createChild':
    case 'rekeyIke':
      return CREATE_CHILD_SA;
    case 'followUp':
      return IKE_FOLLOWUP_KE;
    case 'deleteChild':
    case 'deleteIke':
    case 'probe':
    case 'tell':
    case 'move':
      return INFORMATIONAL;
  }
}

/** What answers a request; nothing where it does not belong in this phase. */
export async function respond(
  env: Env,
  session: Session,
  keyed: Keyed,
  request: PeerRequest,
): Promise<Answered | undefined> {
  const { header, payloads, path } = request;
  const { exchange, messageId } = header;
  if (session.phase === 'awaitingAuth') {
    if (exchange === IKE_INTERMEDIATE) return respondIntermediate(env, session, keyed, request);
    return exchange === IKE_AUTH ? respondAuth(env, session, keyed, payloads) : undefined;
  }
  if (!isLive(session) && session.phase !== 'refusing') return undefined;
  if (exchange === INFORMATIONAL) return respondInformational(env, session, payloads, { path, messageId });
  if (exchange === IKE_FOLLOWUP_KE && isLive(session)) return respondFollowUp(env, session, payloads);
  if (exchange !== CREATE_CHILD_SA || !isLive(session)) return undefined;
  return isAboutIke(payloads) ? respondIkeRekey(env, session, payloads) : respondChild(env, session, payloads);
}

/** What the answer makes of an IKE SA that stands, or of one that we refuse; nothing where only its coming counts. */
export async function concludeUnder(
  env: Env,
  session: Live | Refusing,
  pending: Pending,
  payloads: readonly Payload[],
): Promise<Change | undefined> {
  switch (pending.type) {
    case 'deleteChild':
    case 'deleteIke':
    case 'probe':
      return concludeInformational(env, session, pending, payloads);
    case 'createChild':
      return isLive(session) ? concludeChild(env, session, pending, payloads) : undefined;
    case 'rekeyIke':
      return isLive(session) ? concludeIkeRekey(env, session, pending, payloads) : undefined;
    case 'followUp':
      return isLive(session) ? concludeFollowUp(env, session, pending, payloads) : undefined;
    case 'move':
      return isLive(session) ? concludeMove(env, session, payloads) : undefined;
    case 'tell':
      return { session, facts: [] };
    case 'init':
    case 'intermediate':
    case 'auth':
      return undefined;
  }
}
