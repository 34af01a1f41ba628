/**
 * What became of a CHILD SA that was asked for (RFC 7296 1.2, 1.3.1), said alike whether it rode along in IKE_AUTH or had an exchange of
 * its own. A peer's error is read as what it says of our offer, so that the refusal carries what we offered.
 */
import type { Octets } from '../../bytes/octets.ts';
import { carries } from '../../spd/selector.ts';
import type { Child } from '../child/child.ts';
import { selectorsOf } from '../child/negotiating.ts';
import { type ChildOffer, packetSelectors } from '../child/offering.ts';
import type { Env } from '../env.ts';
import type { Fact } from '../facts.ts';
import { notifyTypes } from '../message/names.ts';
import type { Refusal } from '../refusal.ts';
import { failed, ofTask } from '../sa/change.ts';
import type { CreateChildTask } from '../sa/create-child-task.ts';
import type { Live } from '../sa/state.ts';

export const installed = (env: Pick<Env, 'nowMs'>, { sa }: Child, task?: CreateChildTask): Fact => ({
  type: 'childInstalled',
  atMs: env.nowMs,
  child: sa,
  ...(task?.trigger ? { trigger: task.trigger } : {}),
});

/**
 * The SA that we asked for stands. That it leaves out the packet that asked is said too: a peer that may narrow to that packet does
 * (RFC 7296 2.9), so asking again would bring the same.
 */
export function installedAsAsked(
  env: Env,
  live: Live,
  child: Child,
  task: CreateChildTask,
  exchange: number,
): readonly Fact[] {
  const { sa } = child;
  const facts = [installed(env, child, task)];
  if (!task.trigger || carries(sa, task.trigger)) return facts;
  const refusal = {
    code: 'selectors',
    offered: packetSelectors(task.trigger),
    allowed: selectorsOf(child),
    isWithoutPacket: true,
  } as const;
  const decidedAt = { exchange, message: 'response' } as const;
  return [
    ...facts,
    failed(env, live, { ...ofTask(task), by: 'remote', scope: 'child', isInitiator: true, decidedAt, refusal }),
  ];
}

/** The peer did so before we heard that it stands. */
export const deletedByPeer: Refusal = { code: 'asked', by: 'remote', reason: 'delete' };

/** What the peer's error says of our offer. */
export function childRefusedBy(
  offer: Pick<ChildOffer, 'proposals' | 'local' | 'remote'>,
  notifyNumber: number,
  data: Octets,
): Refusal {
  const { numbers } = notifyTypes;
  switch (notifyNumber) {
    case numbers.NO_PROPOSAL_CHOSEN:
      return { code: 'noProposal', protocol: 'ESP', offered: offer.proposals };
    case numbers.TS_UNACCEPTABLE:
      return { code: 'selectors', offered: { local: offer.local, remote: offer.remote } };
    case numbers.SINGLE_PAIR_REQUIRED:
      return { code: 'singlePair', offered: { local: offer.local, remote: offer.remote } };
    case numbers.NO_ADDITIONAL_SAS:
      return { code: 'noAdditionalSas' };
    case numbers.TEMPORARY_FAILURE:
      return { code: 'busy', why: 'peer' };
    default:
      return { code: 'peerRefused', notify: notifyNumber, data };
  }
}
