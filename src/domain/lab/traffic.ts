/**
 * Traffic between one host and one LIF: a client that asks and a server that answers, over TCP segments with sequence numbers
 * that add up. One request is under way at a time; what is not answered is sent again, as TCP would, but at a steady pace, so that
 * blocked traffic shows within seconds that it flows again. No handshake and no state machine: both ends stand in the middle of
 * a connection. The server sends a keepalive now and then, so that the cluster too has outbound packets of its own.
 */
import { emptyOctets, type Octets } from '../bytes/octets.ts';
import type { IpAddress } from '../net/address.ts';
import { layOut } from '../net/ip-layout.ts';
import { readTcp, type TcpSegment, tcpFlags, writeTcp } from '../net/tcp.ts';
import {
  type Operation,
  operationsOf,
  servicePortOf,
  type TrafficKind,
  writeRequest,
  writeResponse,
} from './application-payload.ts';
import type { Draw } from './wire.ts';

export interface TrafficSettings {
  readonly kind: TrafficKind;
  readonly client: IpAddress;
  readonly server: IpAddress;
  readonly clientPort: number;
  /** Between an answer and the next request, on average. */
  readonly thinkMs?: number;
}

/** Small enough for ESP with any of our ciphers over 1500 octets of IPv6, in UDP or not. */
const segmentOctets = 1_360;
const defaultThinkMs = 250;
const resendAfterMs = 1_000;
const keepaliveEveryMs = 5_000;

interface Exchange {
  readonly operation: Operation;
  readonly tag: number;
  /** Sequence numbers before it: the request's first octet, and the response's. */
  readonly askAt: number;
  readonly answerAt: number;
}

export class TrafficStream {
  readonly kind: TrafficKind;
  readonly #settings: TrafficSettings;
  readonly #draw: Draw;
  #isRunning = false;
  #exchange: Exchange;
  /** What has arrived of the exchange under way, at the server and at the client: octets by sequence number. */
  #asked = new Map<number, number>();
  #answered = new Map<number, number>();
  #clientAtMs = 0;
  #keepaliveAtMs = 0;

  /** `draw` decides which operation comes when, and nothing else does. */
  constructor(settings: TrafficSettings, draw: Draw) {
    this.kind = settings.kind;
    this.#settings = settings;
    this.#draw = draw;
    this.#exchange = this.#next(1, 1, 1);
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** When something wants to be sent; absent: the stream is off. */
  get nextAtMs(): number | undefined {
    return this.#isRunning ? Math.min(this.#clientAtMs, this.#keepaliveAtMs) : undefined;
  }

  start(nowMs: number): void {
    this.#isRunning = true;
    this.#clientAtMs = nowMs + this.#thinkMs();
    this.#keepaliveAtMs = nowMs + keepaliveEveryMs;
  }

  stop(): void {
    this.#isRunning = false;
  }

  /** What the host sends at this instant: a request, or the same request again. */
  clientPackets(nowMs: number): readonly Octets[] {
    if (!this.#isRunning || this.#clientAtMs > nowMs) return [];
    this.#clientAtMs = nowMs + resendAfterMs;
    const { askAt, answerAt, operation, tag } = this.#exchange;
    return this.#segments('client', askAt, answerAt, writeRequest({ kind: this.kind, operation, tag }));
  }

  /** What the LIF sends at this instant of its own accord. */
  serverPackets(nowMs: number): readonly Octets[] {
    if (!this.#isRunning || this.#keepaliveAtMs > nowMs) return [];
    this.#keepaliveAtMs = nowMs + keepaliveEveryMs;
    const { askAt, answerAt } = this.#exchange;
    return [this.#segment('server', answerAt - 1, askAt, emptyOctets)]; // one octet before what is due: the client need not answer
  }

  /** A packet that reached the server's application; gives what it sends back. */
  atServer(packet: Octets): readonly Octets[] {
    const segment = this.#mine(packet, 'client');
    if (segment === undefined || segment.payload.length === 0) return [];
    const { askAt, answerAt, operation, tag } = this.#exchange;
    if (!isWithin(segment, askAt, operation.requestOctets)) return [];
    this.#asked.set(segment.sequence, segment.payload.length);
    if (octetsOf(this.#asked) < operation.requestOctets) return [];
    const answer = writeResponse({ kind: this.kind, operation, tag });
    return this.#segments('server', answerAt, askAt + operation.requestOctets, answer);
  }

  /** A packet that reached the client's application. */
  atClient(packet: Octets, nowMs: number): void {
    const segment = this.#mine(packet, 'server');
    if (segment === undefined || segment.payload.length === 0) return;
    const { askAt, answerAt, operation, tag } = this.#exchange;
    if (!isWithin(segment, answerAt, operation.responseOctets)) return;
    this.#answered.set(segment.sequence, segment.payload.length);
    if (octetsOf(this.#answered) < operation.responseOctets) return;
    this.#exchange = this.#next(tag + 1, add(askAt, operation.requestOctets), add(answerAt, operation.responseOctets));
    this.#clientAtMs = nowMs + this.#thinkMs();
  }

  #next(tag: number, askAt: number, answerAt: number): Exchange {
    this.#asked = new Map();
    this.#answered = new Map();
    return { operation: this.#chooseOperation(), tag, askAt, answerAt };
  }

  #chooseOperation(): Operation {
    const operations = operationsOf[this.kind];
    let left = this.#draw() * operations.reduce((sum, { weight }) => sum + weight, 0);
    const chosen = operations.find(({ weight }) => {
      left -= weight;
      return left < 0;
    });
    return chosen ?? (operations[0] as Operation); // each kind has operations
  }

  #thinkMs(): number {
    return Math.round((this.#settings.thinkMs ?? defaultThinkMs) * (0.5 + this.#draw()));
  }

  #segments(from: 'client' | 'server', sequence: number, acknowledgement: number, octets: Octets): readonly Octets[] {
    const packets: Octets[] = [];
    for (let at = 0; at < octets.length; at += segmentOctets) {
      const payload = octets.subarray(at, at + segmentOctets);
      packets.push(this.#segment(from, add(sequence, at), acknowledgement, payload));
    }
    return packets;
  }

  #segment(from: 'client' | 'server', sequence: number, acknowledgement: number, payload: Octets): Octets {
    const { client, server, clientPort } = this.#settings;
    const serverPort = servicePortOf[this.kind];
    const isClient = from === 'client';
    return writeTcp({
      source: isClient ? client : server,
      destination: isClient ? server : client,
      sourcePort: isClient ? clientPort : serverPort,
      destinationPort: isClient ? serverPort : clientPort,
      sequence,
      acknowledgement,
      flags: payload.length > 0 ? tcpFlags.ack + tcpFlags.psh : tcpFlags.ack,
      window: 64_240,
      payload,
    });
  }

  /** The segment, if it is of this connection and from that end, and whole. */
  #mine(packet: Octets, from: 'client' | 'server'): TcpSegment | undefined {
    const layout = layOut(packet);
    const segment = layout.ok ? readTcp(packet, layout.value) : undefined;
    const [source, destination] = [this.#settings.clientPort, servicePortOf[this.kind]];
    if (segment === undefined) return undefined;
    const isFrom =
      from === 'client'
        ? segment.sourcePort === source && segment.destinationPort === destination
        : segment.sourcePort === destination && segment.destinationPort === source;
    return isFrom ? segment : undefined;
  }
}

/** Sequence numbers are of 32 bits. */
const add = (sequence: number, octets: number): number => (sequence + octets) >>> 0;

const isWithin = ({ sequence, payload }: TcpSegment, at: number, octets: number): boolean =>
  ((sequence - at) >>> 0) + payload.length <= octets;

const octetsOf = (segments: ReadonlyMap<number, number>): number =>
  [...segments.values()].reduce((sum, each) => sum + each, 0);
