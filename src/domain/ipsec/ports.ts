/** What a boundary is given by its owner, and how it calls it: what a callback throws is told, and holds up no packet. */
import { attempt, earOf } from '../bytes/exceptions.ts';
import type { Gathered } from '../bytes/gathered.ts';
import type { EndpointPorts } from '../ike/endpoint/ports.ts';
import type { Fact } from '../ike/facts.ts';
import type { Delivery, Drop } from './fate.ts';

export interface BoundaryPorts extends Pick<EndpointPorts, 'means' | 'transcript'> {
  /** An IP packet for the wire: clear, ESP, or IKE in UDP. */
  transmit(packet: Gathered): void;
  /** An IP packet for the applications of this end. */
  deliver(packet: Gathered, delivery: Delivery): void;
  /** What became true of negotiations and SAs, after the boundary has acted on it. */
  onFact?(fact: Fact): void;
  onDrop?(drop: Drop): void;
  /** The earliest deadline may have moved: look at `nextWakeAtMs`. */
  onWakeChange?(): void;
  /**
   * An exception: a bug of ours or of one of these callbacks, never a peer's doing. The packet that met it is lost, and of IKE what
   * ike/endpoint/ports.ts says. Absent: it becomes a rejection that nobody handles.
   */
  onError?(error: unknown): void;
}

export type GuardedPorts = Required<Omit<BoundaryPorts, 'transcript'>> & Pick<BoundaryPorts, 'transcript'>;

export function guarded(ports: BoundaryPorts): GuardedPorts {
  const onError = earOf(ports);
  return {
    means: ports.means,
    transmit: (packet) => attempt(() => ports.transmit(packet), onError),
    deliver: (packet, delivery) => attempt(() => ports.deliver(packet, delivery), onError),
    onFact: (fact) => attempt(() => ports.onFact?.(fact), onError),
    onDrop: (drop) => attempt(() => ports.onDrop?.(drop), onError),
    onWakeChange: () => attempt(() => ports.onWakeChange?.(), onError),
    onError,
    ...(ports.transcript && { transcript: ports.transcript }),
  };
}
