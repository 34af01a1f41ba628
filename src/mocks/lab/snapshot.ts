/**
 * What the page sees of the lab: its own views put together, as plain data.
 */
import type { LabHost, LabSnapshot, LabStream } from '../../contract/lab-port.ts';
import { printSwanctl } from '../../domain/host/swanctl.ts';
import type { HostState } from '../../domain/lab/ends.ts';
import type { Lab } from '../../domain/lab/lab.ts';
import type { WatchedStream } from '../../domain/lab/stream.ts';

export function snapshotOf(lab: Lab, given: Pick<LabSnapshot, 'sequence' | 'clock' | 'seed'>): LabSnapshot {
  return {
    ...given,
    faults: lab.faults,
    hosts: lab.hosts.map(hostView),
    streams: lab.streams.map((stream) => streamView(lab, stream)),
    ikeSas: lab.ikeSas(),
    failures: lab.failures,
  };
}

function hostView({ id, name, addresses, connections }: HostState): LabHost {
  const [first] = connections;
  if (first === undefined) return { id, name, addresses };
  const parts = connections.map(({ policy, local, remote }) => ({
    policyName: policy.name,
    localSubnet: local.subnet,
    remoteSubnet: remote.subnet,
  }));
  return {
    ...{ id, name, addresses },
    configuration: {
      policyName: first.policy.name,
      localSubnet: first.local.subnet,
      remoteSubnet: first.remote.subnet,
      swanctl: printSwanctl({ name, connections }),
      connections: parts,
    },
  };
}

function streamView(lab: Lab, stream: WatchedStream): LabStream {
  const { clientPort: _, ...place } = stream.place;
  const { in: arrived, out: sent } = stream;
  return {
    ...place,
    ...lab.stateOf(stream),
    isRunning: stream.traffic.isRunning,
    inOctets: arrived.octets,
    outOctets: sent.octets,
    inPackets: arrived.packets,
    outPackets: sent.packets,
    droppedPackets: stream.droppedPackets,
    inRate: arrived.rate.perSecond(lab.nowMs),
    outRate: sent.rate.perSecond(lab.nowMs),
    proof: stream.proof,
  };
}
