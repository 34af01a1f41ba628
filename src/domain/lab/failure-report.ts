/**
 * A failure as an end reports it, with what the lab knows beside it: which host, which policy, when it is tried again.
 */
import type { Failure } from '../ike/facts.ts';
import { printAddress } from '../net/address.ts';
import type { End } from './end.ts';
import type { Ends } from './ends.ts';
import type { Report } from './failures.ts';

/** `trafficPolicy` is the cluster's policy that traffic between the two meets: known even where no connection was found yet. */
export function reportOf(
  failure: Failure,
  atMs: number,
  at: End,
  ends: Ends,
  trafficPolicy: string | undefined,
): Report {
  const isCluster = at.kind === 'cluster';
  const hostAddress = printAddress(isCluster ? failure.remote : failure.local);
  const host = ends.hostAt(hostAddress);
  const clusterParty = { kind: 'cluster', name: 'ONTAP' } as const;
  const hostParty = { kind: 'host', name: host?.name ?? hostAddress } as const;
  const ofHost = isCluster ? undefined : host?.connections.find(({ name }) => name === failure.connection);
  const policyName = (isCluster ? failure.connection : ofHost?.policy.name) ?? trafficPolicy;
  const retryAtMs = failure.isInitiator ? retryAtMsOf(failure, at) : undefined;
  return {
    atMs,
    failure,
    own: isCluster ? clusterParty : hostParty,
    peer: isCluster ? hostParty : clusterParty,
    ...(policyName !== undefined && { policyName }),
    ...(host !== undefined && { hostId: host.id }),
    ...(retryAtMs !== undefined && { retryAtMs }),
  };
}

/** The first packet after this instant asks again. */
function retryAtMsOf({ connection, trigger }: Failure, { boundary }: End): number | undefined {
  const policy = boundary.spd.policies.find((each) => each.action === 'protect' && each.connection === connection);
  if (policy?.action !== 'protect' || trigger === undefined) return undefined;
  return boundary.closedUntilMs(policy, trigger);
}
