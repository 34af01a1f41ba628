/**
 * One stream of the lab as it is watched: its conversation, what of it arrived, how fast, and the first packets that crossed the
 * wire since its form last changed, as proof.
 */
import type { Octets } from '../bytes/octets.ts';
import type { TrafficKind } from './application-payload.ts';
import { summarize } from './proof.ts';
import { SlidingRate } from './rate.ts';
import type { TrafficStream } from './traffic.ts';

export interface StreamPlace {
  readonly id: string;
  readonly hostId: string;
  readonly kind: TrafficKind;
  readonly hostAddress: string;
  readonly clientPort: number;
  readonly lifName: string;
  readonly lifAddress: string;
  readonly svmName: string;
  readonly nodeName: string;
  readonly port: number;
}

export interface ProofPacket {
  readonly atMs: number;
  readonly isFromHost: boolean;
  readonly form: 'clear' | 'esp';
  readonly summary: string;
  readonly hex: string;
}

const proofPackets = 3;

/** Counted at the application that a packet reached. Octets are of whole IP packets, without what ESP adds. */
class Arrivals {
  octets = 0;
  packets = 0;
  lastAtMs: number | undefined;
  readonly rate = new SlidingRate();

  count(packet: Octets, nowMs: number): void {
    this.octets += packet.length;
    this.packets += 1;
    this.lastAtMs = nowMs;
    this.rate.add(packet.length, nowMs);
  }
}

export class WatchedStream {
  /** Seen from the cluster: in is from the host. */
  readonly in = new Arrivals();
  readonly out = new Arrivals();
  droppedPackets = 0;
  lastSentAtMs: number | undefined;
  #proof: { readonly clear: ProofPacket[]; readonly esp: ProofPacket[] } = { clear: [], esp: [] };
  #form: 'clear' | 'esp' | undefined;

  constructor(
    readonly place: StreamPlace,
    readonly traffic: TrafficStream,
  ) {}

  /** A packet between the stream's two addresses, as it leaves its sender. */
  seeOnWire(packet: Octets, isFromHost: boolean, nowMs: number): void {
    const form = this.#form;
    if (form !== undefined && this.#proof[form].length >= proofPackets && isOf(form, packet)) return; // most packets
    const summary = summarize(packet);
    if (summary === undefined || summary.form === 'ike') return;
    if (summary.form !== form) {
      this.#form = summary.form;
      this.#proof = { ...this.#proof, [summary.form]: [] };
    }
    const kept = this.#proof[summary.form];
    if (kept.length >= proofPackets) return;
    const isLast = kept.length === proofPackets - 1;
    if (isLast && kept.every((each) => each.isFromHost === isFromHost)) return; // a burst of one end leaves room for the other
    kept.push({ atMs: nowMs, isFromHost, form: summary.form, summary: summary.text, hex: summary.hex });
  }

  /** The clear ones, then those as ESP. */
  get proof(): readonly ProofPacket[] {
    return [...this.#proof.clear, ...this.#proof.esp];
  }
}

/** A quick look, right for every packet of this lab's streams: TCP in clear, ESP plain. */
function isOf(form: 'clear' | 'esp', packet: Octets): boolean {
  const protocol = (packet[0] ?? 0) >> 4 === 4 ? packet[9] : packet[6];
  return form === 'esp' ? protocol === 50 : protocol === 6;
}
