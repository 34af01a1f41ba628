/**
 * The first CHILD SA, at the side that asks (RFC 7296 1.2): it rides along in IKE_AUTH, without a key exchange of its own. If only it fails,
 * the IKE SA stands without it (2.21.2).
 */
import { err, type Result } from '../../bytes/result.ts';
import type { ChildChoice } from '../child/answering.ts';
import { makeChild } from '../child/making.ts';
import type { Above } from '../child/negotiating.ts';
import { type ChildOffer, offerChild } from '../child/offering.ts';
import { checkAnswer } from '../child/taking-answer.ts';
import type { Env } from '../env.ts';
import type { Fact } from '../facts.ts';
import type { Payload } from '../message/message.ts';
import { exchangeTypes, notifyTypes } from '../message/names.ts';
import { errorIn } from '../message/notifies.ts';
import type { Refusal } from '../refusal.ts';
import { type Change, failed, ofTask } from '../sa/change.ts';
import type { CreateChildTask } from '../sa/create-child-task.ts';
import type { Pending } from '../sa/pending.ts';
import type { Agreed, AwaitingInit, AwaitingIntermediate, Live } from '../sa/state.ts';
import type { Task } from '../sa/tasks.ts';
import { viewOf } from '../sa/view.ts';
import { childRefusedBy, installedAsAsked } from './child-outcome.ts';
import { firstKeying } from './ike-auth-payloads.ts';

const exchange = exchangeTypes.numbers.IKE_AUTH;

/** What of the wishes goes into IKE_AUTH. */
export interface Riding {
  /** Absent: none is wanted, or none could be asked for. */
  readonly first?: { readonly task: CreateChildTask; readonly offer: ChildOffer };
  /** Left for exchanges of their own. */
  readonly rest: readonly Task[];
  /** CHILD SAs that cannot even be asked for. */
  readonly refused: readonly { readonly task: CreateChildTask; readonly refusal: Refusal }[];
}

/** The first that is wanted and can be asked for. */
export function offerFirst(env: Env, above: Above, tasks: readonly Task[]): Riding {
  const refused: Riding['refused'][number][] = [];
  let rest = tasks;
  for (const task of tasks) {
    if (task.type !== 'createChild') continue;
    rest = rest.filter((each) => each !== task);
    const offer = offerChild(env, above, 'inAuth', task);
    if (offer.ok) return { first: { task, offer: offer.value }, rest, refused };
    refused.push({ task, refusal: offer.error });
  }
  return { rest, refused };
}

/** Nobody is even asked for these. */
export const refusedUnasked = (
  env: Env,
  session: AwaitingInit | AwaitingIntermediate,
  { refused }: Riding,
): readonly Fact[] =>
  refused.map(({ task, refusal }) =>
    failed(env, session, {
      ...ofTask(task),
      by: 'local',
      scope: 'child',
      decidedAt: { exchange, message: 'request' },
      refusal,
    }),
  );

/** The responder has proved itself: what became of the CHILD SA? */
export async function installFirst(
  env: Env,
  live: Live,
  agreed: Agreed,
  { task, offer }: Extract<Pending, { type: 'auth' }>,
  payloads: readonly Payload[],
): Promise<Change> {
  const established = (session: Live): Fact => ({ type: 'ikeEstablished', atMs: env.nowMs, ikeSa: viewOf(session) });
  if (!task || !offer) return { session: live, facts: [established(live)] };

  const error = errorIn(payloads);
  if (error?.notify === notifyTypes.numbers.SINGLE_PAIR_REQUIRED && !task.isSinglePair) {
    return {
      session: { ...live, tasks: [{ ...task, isSinglePair: true }, ...live.tasks] },
      facts: [established(live)],
    };
  }
  const answer: Result<ChildChoice, Refusal> = error
    ? err(childRefusedBy(offer, error.notify, error.data))
    : checkAnswer(live, offer, payloads);
  if (!answer.ok) {
    const failure = failed(env, live, {
      ...ofTask(task),
      by: error ? 'remote' : 'local',
      scope: 'child',
      decidedAt: { exchange, message: 'response' },
      ...(error ? { notify: error.notify } : {}),
      refusal: answer.error,
    });
    // The peer holds an SA that we do not want: it is told so (RFC 7296 2.9).
    const deletion = { type: 'deleteChild', inSpi: offer.inSpi, because: answer.error } as const;
    const session = error ? live : { ...live, tasks: [deletion, ...live.tasks] };
    return { session, facts: [established(live), failure] };
  }
  const keying = firstKeying(agreed, live);
  const child = await makeChild(env, live, { choice: answer.value, inSpi: offer.inSpi, keying, payloads });
  const session: Live = { ...live, children: [child] };
  return { session, facts: [established(session), ...installedAsAsked(env, session, child, task, exchange)] };
}
