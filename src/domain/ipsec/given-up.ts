/**
 * Which packets waited for a negotiation that has come to nothing. While one child is negotiated with a peer, other flows that want it
 * join (ike/endpoint/beginning.ts), so it may have been the negotiation of more flows than the one whose packet it names.
 */
import type { Connection } from '../ike/connection.ts';
import type { Failure } from '../ike/facts.ts';
import type { Refusal } from '../ike/refusal.ts';
import { equalAddresses } from '../net/address.ts';
import { equalFlows, type Flow } from '../spd/flow.ts';
import { carries } from '../spd/selector.ts';
import type { Waiting } from './hold-queue.ts';

/** `connection` is the one that the failure names, as it is now. */
export function waitedFor({ policy, trigger: flow }: Waiting, failure: Failure, connection: Connection): boolean {
  const { trigger, scope, child, remote, refusal } = failure;
  if (policy.connection !== connection.name) return false;
  if (trigger && equalFlows(flow, trigger)) return true;
  const isToPeer = connection.remoteAddress !== undefined || equalAddresses(flow.remote, remote);
  if (!isToPeer || scope === 'ike') return isToPeer;
  const isOfChild = (policy.child ?? connection.children[0]?.name) === child;
  return trigger !== undefined && isOfChild && wasOffered(flow, refusal);
}

/** A refusal of selectors says nothing of flows beside them: an SA for one pair of addresses is asked for by each pair. */
function wasOffered(flow: Flow, refusal: Refusal): boolean {
  if (refusal.code !== 'selectors' && refusal.code !== 'singlePair') return true;
  const { local, remote } = refusal.offered;
  return carries({ localSelectors: local, remoteSelectors: remote }, flow);
}
