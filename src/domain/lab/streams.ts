/**
 * The lab's streams at work: each sends when its time has come, and each packet that crosses the wire or reaches an application is
 * counted where it belongs. A packet belongs to the stream between its two addresses, since ESP shows no more.
 */
import { toHex } from '../bytes/hex.ts';
import type { Octets } from '../bytes/octets.ts';
import { invariant } from '../bytes/result.ts';
import type { Lif } from '../cluster/cluster.ts';
import { address, equalAddresses, type IpAddress } from '../net/address.ts';
import { destinationOf, sourceOf } from '../net/ip-layout.ts';
import { protocols } from '../net/protocol.ts';
import { servicePortOf } from './application-payload.ts';
import type { Agenda, Booking } from './clock.ts';
import type { End } from './end.ts';
import type { Ends } from './ends.ts';
import type { StreamPlan } from './initial-lab.ts';
import { WatchedStream } from './stream.ts';
import { TrafficStream } from './traffic.ts';
import type { Draw } from './wire.ts';

export class Streams {
  readonly #byPair: ReadonlyMap<string, WatchedStream>;
  readonly #bookings = new Map<WatchedStream, Booking>();

  constructor(
    plans: readonly StreamPlan[],
    lifs: readonly Lif[],
    drawOf: (streamId: string) => Draw,
    private readonly ends: Ends,
    private readonly agenda: Agenda,
  ) {
    const streams = plans.map((plan) => watched(plan, lifs, drawOf(plan.id)));
    this.#byPair = new Map(
      streams.map((stream) => [pairKey(address(stream.place.hostAddress), address(stream.place.lifAddress)), stream]),
    );
    for (const { id, isRunning } of plans) if (isRunning) this.switch(id, true);
  }

  get all(): readonly WatchedStream[] {
    return [...this.#byPair.values()];
  }

  between(one: IpAddress, other: IpAddress): WatchedStream | undefined {
    return this.#byPair.get(pairKey(one, other)) ?? this.#byPair.get(pairKey(other, one));
  }

  switch(streamId: string, isRunning: boolean): void {
    const stream = this.all.find(({ place }) => place.id === streamId);
    invariant(stream !== undefined, 'a stream of the lab');
    if (stream.traffic.isRunning === isRunning) return;
    if (isRunning) stream.traffic.start(this.agenda.nowMs);
    else stream.traffic.stop();
    this.#book(stream);
  }

  /** A packet for an application: the server answers, the client takes note. */
  deliver(packet: Octets, at: End): void {
    const stream = this.#of(packet);
    const { nowMs } = this.agenda;
    if (stream === undefined) return;
    if (at.kind === 'host') {
      stream.out.count(packet, nowMs);
      stream.traffic.atClient(packet, nowMs);
      this.#book(stream);
      return;
    }
    stream.in.count(packet, nowMs);
    for (const answer of stream.traffic.atServer(packet)) {
      stream.lastSentAtMs = nowMs;
      at.boundary.sendIp(answer, nowMs);
    }
  }

  /** Any packet, as its sender sent it. */
  seeOnWire(packet: Octets): void {
    const stream = this.#of(packet);
    if (stream === undefined) return;
    const isFromHost = equalAddresses(sourceOf(packet, familyOf(packet)), address(stream.place.hostAddress));
    stream.seeOnWire(packet, isFromHost, this.agenda.nowMs);
  }

  /** A packet that the wire lost. Lost IKE is no packet of a stream. */
  countLoss(packet: Octets): void {
    const stream = this.#of(packet);
    const protocol = familyOf(packet) === 4 ? packet[9] : packet[6];
    if (stream !== undefined && protocol !== protocols.udp) stream.droppedPackets += 1;
  }

  /** Keeps the stream's next instant on the agenda: an answer makes it earlier, the switch takes it off. */
  #book(stream: WatchedStream): void {
    const atMs = stream.traffic.nextAtMs;
    const booked = this.#bookings.get(stream);
    if (booked?.atMs === atMs) return;
    if (booked !== undefined) this.agenda.cancel(booked);
    this.#bookings.delete(stream);
    if (atMs === undefined) return;
    const booking = this.agenda.at(atMs, stream.place.id, () => this.#send(stream));
    this.#bookings.set(stream, booking);
  }

  async #send(stream: WatchedStream): Promise<void> {
    const { traffic, place } = stream;
    const { nowMs } = this.agenda;
    this.#bookings.delete(stream);
    const asked = traffic.clientPackets(nowMs);
    const kept = traffic.serverPackets(nowMs);
    if (asked.length + kept.length > 0) stream.lastSentAtMs = nowMs;
    this.#book(stream);
    await this.ends.hostOf(place).end.send(asked);
    await this.ends.seatOf(place).end.send(kept);
  }

  #of(packet: Octets): WatchedStream | undefined {
    const family = familyOf(packet);
    return this.between(sourceOf(packet, family), destinationOf(packet, family));
  }
}

export const familyOf = (packet: Octets): 4 | 6 => ((packet[0] ?? 0) >> 4 === 4 ? 4 : 6);

function watched(plan: StreamPlan, lifs: readonly Lif[], draw: Draw): WatchedStream {
  const lif = lifs.find(({ name }) => name === plan.lifName);
  invariant(lif !== undefined, 'a stream goes to a LIF of the cluster');
  const { id, hostId, kind, clientPort, hostAddress, lifName } = plan;
  const { address: lifAddress, svmName, nodeName } = lif;
  return new WatchedStream(
    { id, hostId, kind, hostAddress, clientPort, lifName, lifAddress, svmName, nodeName, port: servicePortOf[kind] },
    new TrafficStream({ kind, clientPort, client: address(hostAddress), server: address(lifAddress) }, draw),
  );
}

const pairKey = (one: IpAddress, other: IpAddress): string => `${toHex(one.octets)} ${toHex(other.octets)}`;
