/**
 * The lab: a cluster and its hosts joined by a wire. Each host, and each SVM on each node, is an end with an IPsec boundary of
 * its own; packets between them are real IP packets, and what the screens show is read from what happened to them.
 *
 * Nothing here reads a clock or draws a number by itself. `runUntil` lets time pass; commands act at the instant where it stopped.
 * With a given seed the same calls give the same packets, octet for octet.
 */
import { toHex } from '../bytes/hex.ts';
import type { Octets } from '../bytes/octets.ts';
import { invariant, type Result } from '../bytes/result.ts';
import type { SecurityAssociationView } from '../cluster/associations.ts';
import type { ClusterState } from '../cluster/cluster.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import { seededRandom } from '../crypto/random.ts';
import { seededProvider } from '../crypto/seeded-provider.ts';
import { type StreamVerdict, streamState } from '../explain/wire-state.ts';
import { type ConfigurationFault, type HostSecurity, hostSecurityOf } from '../host/connections.ts';
import type { HostConnection } from '../host/host.ts';
import type { Fact, Failure } from '../ike/facts.ts';
import { meansOf } from '../ike/means.ts';
import type { EspSpi, IkeSpi } from '../ike/message/message.ts';
import { address, type IpAddress, printAddress } from '../net/address.ts';
import { destinationOf, sourceOf } from '../net/ip-layout.ts';
import { protocols } from '../net/protocol.ts';
import { servicePortOf } from './application-payload.ts';
import { clusterAssociations, hexSpi, type IkeSaRecord, ikeSaRecords, type Seat } from './associations.ts';
import { Agenda, type Booking } from './clock.ts';
import { clusterSecurityOf } from './cluster-security.ts';
import { End, type EndPorts } from './end.ts';
import { FailureLog, type FailureRecord } from './failures.ts';
import { type Faults, type HostPlan, noFaults, type StreamPlan } from './initial-lab.ts';
import { WatchedStream } from './stream.ts';
import { factsOf, type HostState } from './stream-facts.ts';
import { TrafficStream } from './traffic.ts';
import { carrying, type Draw, delaying, doubling, type Flight, losing, overtaking, tapped, type Wire } from './wire.ts';

export interface LabSetup {
  readonly provider: CryptoProvider;
  readonly startAtMs: number;
  /** What traffic and faults are drawn from. */
  readonly seed: string;
  /** `seed`: keys, nonces and SPIs come from the seed too. `provider`: nobody can foresee them. */
  readonly randomness: 'seed' | 'provider';
  readonly cluster: ClusterState;
  readonly hosts: readonly HostPlan[];
  readonly streams: readonly StreamPlan[];
  /** Every packet as its sender sent it, before any fault. */
  readonly onFlight?: (flight: Flight) => void;
}

/** What one wire does to every packet, were it perfect. */
const wireMs = 1;
const duplicateGapMs = 1;
/** Long enough that several packets behind it overtake. */
const heldBackMs = 40;

export class Lab {
  readonly #agenda: Agenda;
  readonly #wire: Wire;
  readonly #seats: readonly Seat[];
  readonly #streams: ReadonlyMap<string, WatchedStream>;
  readonly #bookings = new Map<WatchedStream, Booking>();
  readonly #failures = new FailureLog();
  #hosts: readonly HostState[];
  #cluster: ClusterState;
  #faults: Faults = noFaults;

  constructor(setup: LabSetup) {
    this.#agenda = new Agenda(setup.startAtMs);
    this.#cluster = setup.cluster;
    this.#wire = this.#layWire(setup);
    const portsOf = (endName: string) => this.#portsOf(setup, endName);
    this.#seats = seatsOf(setup.cluster, portsOf);
    this.#hosts = setup.hosts.map((plan) => ({
      ...plan,
      connections: [],
      end: new End(plan.name, 'host', portsOf(plan.name)),
    }));
    this.#streams = new Map(
      setup.streams.map((plan) => {
        const stream = this.#watch(plan, drawOf(setup.seed, `traffic ${plan.id}`));
        return [pairKey(address(stream.place.hostAddress), address(stream.place.lifAddress)), stream];
      }),
    );
    for (const plan of setup.streams) if (plan.isRunning) this.setTraffic(plan.id, true);
  }

  get nowMs(): number {
    return this.#agenda.nowMs;
  }

  get nextAtMs(): number | undefined {
    return this.#agenda.nextAtMs;
  }

  /** Lets lab time pass. Not to be called again before it has resolved. */
  runUntil(untilMs: number): Promise<void> {
    return this.#agenda.runUntil(untilMs);
  }

  /** Lets time pass where nothing happens, so that a command acts at the right instant. */
  skipTo(untilMs: number): void {
    this.#agenda.skipTo(untilMs);
  }

  get faults(): Faults {
    return this.#faults;
  }

  setFaults(faults: Faults): void {
    this.#faults = faults;
  }

  get hosts(): readonly HostState[] {
    return this.#hosts;
  }

  /** The cluster's configuration changed: its policies decide from this call on; resolves when the SAs that had to go are gone. */
  async loadCluster(state: ClusterState): Promise<void> {
    this.#cluster = state;
    this.#failures.settle(this.nowMs, () => true);
    await Promise.all(
      this.#seats.map(({ svmName, end }) => {
        const { spd, connections } = clusterSecurityOf(state, svmName);
        return end.configure(spd, connections);
      }),
    );
  }

  /** Loads a host's configuration. Its IPsec service starts anew, so its SAs are deleted, also where nothing changed. */
  async configureHost(
    hostId: string,
    connections: readonly HostConnection[],
  ): Promise<Result<void, ConfigurationFault>> {
    const host = this.#hosts.find(({ id }) => id === hostId);
    invariant(host !== undefined, 'a host that the lab has');
    const security = hostSecurityOf(connections);
    if (!security.ok) return security;
    this.#hosts = this.#hosts.map((each) => (each === host ? { ...host, connections } : each));
    this.#failures.settle(this.nowMs, ({ remoteAddress }) => host.addresses.includes(remoteAddress));
    await this.#reload(host.end, security.value);
    return { ok: true, value: undefined };
  }

  setTraffic(streamId: string, isRunning: boolean): boolean {
    const stream = [...this.#streams.values()].find(({ place }) => place.id === streamId);
    if (stream === undefined) return false;
    if (stream.traffic.isRunning === isRunning) return true;
    if (isRunning) stream.traffic.start(this.nowMs);
    else stream.traffic.stop();
    this.#bookTraffic(stream);
    return true;
  }

  /** Asks for a successor of an IPsec SA of the cluster; false: there is none of this inbound SPI. */
  async rekeyChild(inSpi: string): Promise<boolean> {
    for (const { end } of this.#seats) {
      const pair = end.boundary.ipsecSas().find(({ sa }) => hexSpi(sa.inSpi) === inSpi);
      if (pair === undefined) continue;
      await end.boundary.ike.rekeyChild(pair.sa.inSpi satisfies EspSpi, this.nowMs);
      await end.settle();
      return true;
    }
    return false;
  }

  /** Deletes an IKE SA of the cluster with its IPsec SAs; false: there is none. */
  async deleteIkeSa(initiatorSpi: string): Promise<boolean> {
    for (const { end } of this.#seats) {
      const ikeSa = end.boundary.ike.ikeSas().find((each) => each.initiatorSpi === initiatorSpi);
      if (ikeSa === undefined) continue;
      await end.boundary.ike.deleteIkeSa(ikeSa.initiatorSpi satisfies IkeSpi, this.nowMs);
      await end.settle();
      return true;
    }
    return false;
  }

  get failures(): readonly FailureRecord[] {
    return this.#failures.records;
  }

  /** In ONTAP's view. */
  associations(): readonly SecurityAssociationView[] {
    return clusterAssociations(this.#seats, this.#cluster.policies);
  }

  ikeSas(): readonly IkeSaRecord[] {
    return ikeSaRecords(this.#seats, (hostAddress) => this.#hostAt(hostAddress)?.id);
  }

  get streams(): readonly WatchedStream[] {
    return [...this.#streams.values()];
  }

  /** The state of a stream, why, and the cluster's policy that its traffic meets. */
  stateOf(stream: WatchedStream): StreamVerdict & { readonly policyName?: string } {
    const { place } = stream;
    const facts = factsOf(stream, {
      nowMs: this.nowMs,
      seat: this.#seatOf(place.nodeName, place.svmName),
      host: this.#hostOf(place.hostId),
      failure: this.#failures.standing(place.lifAddress, place.hostAddress),
    });
    const verdict = streamState(facts);
    return facts.policy === undefined ? verdict : { ...verdict, policyName: facts.policy.name };
  }

  async #reload(end: End, { spd, connections }: HostSecurity): Promise<void> {
    await end.configure(spd, []); // the service stops: every SA is deleted
    await end.configure(spd, connections);
  }

  #layWire({ seed, onFlight }: LabSetup): Wire {
    const arrive = ({ packet }: Flight) => this.#arrive(packet);
    const lost = ({ packet }: Flight) => this.#countLoss(packet);
    const carried = delaying(carrying(this.#agenda, arrive), () => wireMs + this.#faults.delayMs);
    const reordered = overtaking(carried, drawOf(seed, 'reorder'), () => this.#faults.reorder, heldBackMs);
    const doubled = doubling(reordered, drawOf(seed, 'duplicate'), () => this.#faults.duplicate, duplicateGapMs);
    const lossy = losing(doubled, drawOf(seed, 'loss'), () => this.#faults.loss, lost);
    return tapped(lossy, (flight) => {
      onFlight?.(flight);
      this.#seeOnWire(flight.packet);
    });
  }

  #portsOf({ provider, seed, randomness }: LabSetup, endName: string): EndPorts {
    const ownProvider = randomness === 'seed' ? seededProvider(provider, `${seed} ${endName}`) : provider;
    return {
      agenda: this.#agenda,
      means: meansOf(ownProvider),
      transmit: (packet, from) => {
        const nowMs = this.nowMs;
        this.#wire.send({ from: from.name, sentAtMs: nowMs, arrivesAtMs: nowMs, packet });
      },
      deliver: (packet, _, at) => this.#deliver(packet, at),
      onFact: (fact, at) => this.#note(fact, at),
      onDrop: ({ flow }) => {
        const stream = flow && this.#streamBetween(flow.local, flow.remote);
        if (stream !== undefined) stream.droppedPackets += 1;
      },
    };
  }

  #watch(plan: StreamPlan, draw: Draw): WatchedStream {
    const lif = this.#cluster.lifs.find(({ name }) => name === plan.lifName);
    invariant(lif !== undefined, 'a stream goes to a LIF of the cluster');
    const { kind, clientPort, hostAddress } = plan;
    const traffic = new TrafficStream(
      { kind, clientPort, client: address(hostAddress), server: address(lif.address) },
      draw,
    );
    const { id, hostId, lifName } = plan;
    return new WatchedStream(
      {
        ...{ id, hostId, kind, hostAddress, clientPort, lifName },
        ...{ lifAddress: lif.address, svmName: lif.svmName, nodeName: lif.nodeName, port: servicePortOf[kind] },
      },
      traffic,
    );
  }

  /** Keeps the stream's next instant on the agenda: an answer makes it earlier, the switch takes it off. */
  #bookTraffic(stream: WatchedStream): void {
    const atMs = stream.traffic.nextAtMs;
    const booked = this.#bookings.get(stream);
    if (booked?.atMs === atMs) return;
    if (booked !== undefined) this.#agenda.cancel(booked);
    if (atMs === undefined) this.#bookings.delete(stream);
    else
      this.#bookings.set(
        stream,
        this.#agenda.at(atMs, stream.place.id, () => this.#sendTraffic(stream)),
      );
  }

  async #sendTraffic(stream: WatchedStream): Promise<void> {
    const { traffic, place } = stream;
    this.#bookings.delete(stream);
    const asked = traffic.clientPackets(this.nowMs);
    const kept = traffic.serverPackets(this.nowMs);
    if (asked.length + kept.length > 0) stream.lastSentAtMs = this.nowMs;
    this.#bookTraffic(stream);
    await this.#hostOf(place.hostId).end.send(asked);
    await this.#seatOf(place.nodeName, place.svmName).end.send(kept);
  }

  async #arrive(packet: Octets): Promise<void> {
    const end = this.#endAt(destinationOf(packet, familyOf(packet)));
    await end?.receive(packet);
  }

  /** A packet for an application: the server answers, the client takes note. */
  #deliver(packet: Octets, at: End): void {
    const stream = this.#streamOf(packet);
    if (stream === undefined) return;
    if (at.kind === 'host') {
      stream.out.count(packet, this.nowMs);
      stream.traffic.atClient(packet, this.nowMs);
      this.#bookTraffic(stream);
      return;
    }
    stream.in.count(packet, this.nowMs);
    for (const answer of stream.traffic.atServer(packet)) {
      stream.lastSentAtMs = this.nowMs;
      at.boundary.sendIp(answer, this.nowMs);
    }
  }

  #note(fact: Fact, at: End): void {
    if (fact.type === 'childInstalled') {
      const { local, remote } = fact.child;
      const [clusterSide, hostSide] = at.kind === 'cluster' ? [local, remote] : [remote, local];
      const [localAddress, remoteAddress] = [printAddress(clusterSide), printAddress(hostSide)];
      this.#failures.settle(
        fact.atMs,
        (each) => each.localAddress === localAddress && each.remoteAddress === remoteAddress,
      );
    }
    if (fact.type === 'failed') this.#report(fact.failure, fact.atMs, at);
  }

  #report(failure: Failure, atMs: number, at: End): void {
    const host = this.#hostAt(printAddress(at.kind === 'host' ? failure.local : failure.remote));
    const clusterParty = { kind: 'cluster', name: 'ONTAP' } as const;
    const hostParty = { kind: 'host', name: host?.name ?? printAddress(failure.remote) } as const;
    const connection =
      at.kind === 'host' ? host?.connections.find(({ name }) => name === failure.connection) : undefined;
    const stream = this.#streamBetween(failure.local, failure.remote);
    const policyName =
      (at.kind === 'cluster' ? failure.connection : connection?.policy.name) ??
      (stream && this.stateOf(stream).policyName); // before a connection is found, the traffic tells
    const retryAtMs = failure.isInitiator ? this.#retryAtMs(failure, at) : undefined;
    this.#failures.add({
      atMs,
      failure,
      own: at.kind === 'cluster' ? clusterParty : hostParty,
      peer: at.kind === 'cluster' ? hostParty : clusterParty,
      ...(policyName !== undefined && { policyName }),
      ...(host !== undefined && { hostId: host.id }),
      ...(retryAtMs !== undefined && { retryAtMs }),
    });
  }

  #retryAtMs({ connection, trigger }: Failure, at: End): number | undefined {
    const policy = at.boundary.spd.policies.find((each) => each.action === 'protect' && each.connection === connection);
    if (policy?.action !== 'protect' || trigger === undefined) return undefined;
    return at.boundary.closedUntilMs(policy, trigger);
  }

  #seeOnWire(packet: Octets): void {
    const stream = this.#streamOf(packet);
    if (stream === undefined) return;
    const isFromHost = printAddress(sourceOf(packet, familyOf(packet))) === stream.place.hostAddress;
    stream.seeOnWire(packet, isFromHost, this.nowMs);
  }

  /** Lost IKE is no packet of a stream. */
  #countLoss(packet: Octets): void {
    const stream = this.#streamOf(packet);
    const protocol = familyOf(packet) === 4 ? packet[9] : packet[6];
    if (stream !== undefined && protocol !== protocols.udp) stream.droppedPackets += 1;
  }

  #streamOf(packet: Octets): WatchedStream | undefined {
    const family = familyOf(packet);
    return this.#streamBetween(sourceOf(packet, family), destinationOf(packet, family));
  }

  #streamBetween(one: IpAddress, other: IpAddress): WatchedStream | undefined {
    return this.#streams.get(pairKey(one, other)) ?? this.#streams.get(pairKey(other, one));
  }

  #endAt(at: IpAddress): End | undefined {
    const text = printAddress(at);
    const lif = this.#cluster.lifs.find((each) => each.address === text);
    if (lif !== undefined) return this.#seatOf(lif.nodeName, lif.svmName).end;
    return this.#hostAt(text)?.end;
  }

  #hostAt(text: string): HostState | undefined {
    return this.#hosts.find(({ addresses }) => addresses.includes(text));
  }

  #hostOf(hostId: string): HostState {
    const host = this.#hosts.find(({ id }) => id === hostId);
    invariant(host !== undefined, 'a stream begins at a host of the lab');
    return host;
  }

  #seatOf(nodeName: string, svmName: string): Seat {
    const seat = this.#seats.find((each) => each.nodeName === nodeName && each.svmName === svmName);
    invariant(seat !== undefined, 'every LIF has its SVM and its node');
    return seat;
  }
}

function seatsOf({ lifs }: ClusterState, portsOf: (endName: string) => EndPorts): readonly Seat[] {
  const seats = new Map<string, Seat>();
  for (const { nodeName, svmName } of lifs) {
    const name = `${nodeName} ${svmName}`;
    if (!seats.has(name)) seats.set(name, { nodeName, svmName, end: new End(name, 'cluster', portsOf(name)) });
  }
  return [...seats.values()];
}

/** Numbers from 0 up to 1 of a stream of their own. */
function drawOf(seed: string, label: string): Draw {
  const random = seededRandom(seed, label);
  return () => random(4).reduce((sum, octet) => (sum + octet) / 256, 0);
}

const pairKey = (host: IpAddress, lif: IpAddress): string => `${toHex(host.octets)} ${toHex(lif.octets)}`;

const familyOf = (packet: Octets): 4 | 6 => ((packet[0] ?? 0) >> 4 === 4 ? 4 : 6);
