/**
 * What is known of one stream at this instant: the policies of both ends, the SA that carries it, what is under way, what failed.
 * explain/wire-state.ts makes its state of these.
 */
import type { StreamFacts } from '../explain/wire-state.ts';
import type { ChildPair } from '../ipsec/child-pair.ts';
import { address, printAddress } from '../net/address.ts';
import { protocols } from '../net/protocol.ts';
import type { Flow } from '../spd/flow.ts';
import type { Spd } from '../spd/lookup.ts';
import { carries } from '../spd/selector.ts';
import type { End } from './end.ts';
import type { HostState, Seat } from './ends.ts';
import type { FailureRecord } from './failures.ts';
import type { StreamPlace, WatchedStream } from './stream.ts';

export interface StreamScene {
  readonly nowMs: number;
  readonly seat: Seat;
  readonly host: HostState;
  readonly isIpsecOn: boolean;
  /** The policies of the SVM as if all were in force. */
  readonly dormantSpd: Spd;
  /** What stands of the last negotiation between the two addresses. */
  readonly failure: FailureRecord | undefined;
}

export function factsOf(stream: WatchedStream, scene: StreamScene): StreamFacts {
  const { nowMs, seat, host, failure } = scene;
  const { place } = stream;
  const [atCluster, atHost] = flowsOf(place);
  const clusterVerdict = seat.end.boundary.spd.lookUp(atCluster);
  const hostVerdict = host.end.boundary.spd.lookUp(atHost);
  const hostConnection =
    hostVerdict.action === 'protect' ? host.connections.find(({ name }) => name === hostVerdict.connection) : undefined;
  const pair = newest(seat.end.boundary.ipsecSas().filter((each) => carries(each, atCluster)));
  return {
    nowMs,
    hostName: host.name,
    lifName: place.lifName,
    ...(clusterVerdict.name !== undefined && { policy: { name: clusterVerdict.name, action: clusterVerdict.action } }),
    ...(clusterVerdict.name === undefined && dormantPolicyOf(atCluster, scene)),
    ...(hostConnection && { hostConnection: { name: hostConnection.name, policyName: hostConnection.policy.name } }),
    hasHostConnectionOfPolicy: host.connections.some(({ policy }) => policy.name === clusterVerdict.name),
    ...(pair && { sa: { installedAtMs: pair.installedAtMs } }),
    isNegotiating: isNegotiating(seat.end, atCluster) || isNegotiating(host.end, atHost),
    ...(failure && { failure: { sentence: failure.sentence } }),
    ...(stream.in.lastAtMs !== undefined && { lastInAtMs: stream.in.lastAtMs }),
    ...(stream.out.lastAtMs !== undefined && { lastOutAtMs: stream.out.lastAtMs }),
    ...(stream.lastSentAtMs !== undefined && { lastSentAtMs: stream.lastSentAtMs }),
  };
}

function dormantPolicyOf(flow: Flow, { dormantSpd, isIpsecOn }: StreamScene): Pick<StreamFacts, 'dormantPolicy'> {
  const { name, action } = dormantSpd.lookUp(flow);
  if (name === undefined || action === 'bypass') return {};
  return { dormantPolicy: { name, because: isIpsecOn ? 'disabled' : 'ipsecOff' } };
}

/** The stream's flow as each end sees it. */
function flowsOf(place: StreamPlace): readonly [atCluster: Flow, atHost: Flow] {
  const lif = { address: address(place.lifAddress), port: place.port };
  const host = { address: address(place.hostAddress), port: place.clientPort };
  const seenFrom = (own: typeof lif, peer: typeof lif): Flow => ({
    local: own.address,
    remote: peer.address,
    protocol: protocols.tcp,
    localPort: own.port,
    remotePort: peer.port,
  });
  return [seenFrom(lif, host), seenFrom(host, lif)];
}

function isNegotiating({ boundary }: End, flow: Flow): boolean {
  const remote = printAddress(flow.remote);
  return (
    boundary.waiting().some(({ trigger }) => printAddress(trigger.remote) === remote) ||
    boundary.ike.ikeSas().some((each) => each.phase === 'connecting' && printAddress(each.remote.address) === remote)
  );
}

const newest = (pairs: readonly ChildPair[]): ChildPair | undefined =>
  pairs.reduce<ChildPair | undefined>(
    (best, each) => (best && best.installedAtMs > each.installedAtMs ? best : each),
    undefined,
  );
