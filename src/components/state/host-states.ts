/** How many hosts are in which state: a host's is the worst of its running streams, and Idle without any. */
import type { LabHost, LabStream, WireState } from '../../contract/lab-port.ts';
import { worstFirst, worstState } from './wire-states.ts';

export interface HostState {
  readonly host: LabHost;
  readonly state: WireState;
}

export const hostStates = (hosts: readonly LabHost[], streams: readonly LabStream[]): readonly HostState[] =>
  hosts.map((host) => ({
    host,
    state: worstState(
      streams.filter((stream) => stream.hostId === host.id && stream.isRunning).map((stream) => stream.state),
    ),
  }));

export type StateCounts = Readonly<Record<WireState, number>>;

export function countStates(states: readonly WireState[]): StateCounts {
  const counts = Object.fromEntries(worstFirst.map((state) => [state, 0])) as Record<WireState, number>;
  for (const state of states) {
    counts[state] += 1;
  }
  return counts;
}
