/** What an endpoint is given by its owner, and how it calls it: what a callback throws is told, and interrupts no session. */
import { attempt, earOf } from '../../bytes/exceptions.ts';
import type { Datagram } from '../datagram.ts';
import type { Fact } from '../facts.ts';
import type { Means } from '../means.ts';
import type { TranscriptSink } from '../transcript.ts';

export interface EndpointPorts {
  readonly means: Means;
  /** Non-ESP marker: see datagram.ts. */
  send(datagram: Datagram): void;
  onFact(fact: Fact): void;
  /** The earliest deadline moved: `undefined` means that nothing waits. */
  onWakeChange?(nextWakeAtMs: number | undefined): void;
  /** Decoded messages, decrypted; never keys. */
  readonly transcript?: TranscriptSink;
  /**
   * An exception: a bug of ours or of one of these callbacks, never a peer's doing. The input that met it is lost, as on the wire; a
   * deadline that met it is tried again a second later. Absent: it becomes a rejection that nobody handles.
   */
  onError?(error: unknown): void;
}

export type GuardedPorts = Required<Omit<EndpointPorts, 'transcript'>> & Pick<EndpointPorts, 'transcript'>;

export function guarded(ports: EndpointPorts): GuardedPorts {
  const onError = earOf(ports);
  const { transcript } = ports;
  return {
    means: ports.means,
    send: (datagram) => attempt(() => ports.send(datagram), onError),
    onFact: (fact) => attempt(() => ports.onFact(fact), onError),
    onWakeChange: (nextWakeAtMs) => attempt(() => ports.onWakeChange?.(nextWakeAtMs), onError),
    ...(transcript && { transcript: (entry) => attempt(() => transcript(entry), onError) }),
    onError,
  };
}
