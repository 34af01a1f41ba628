/**
 * The lab: a cluster and its hosts joined by a wire. Each host, and each SVM on each node, is an end with an IPsec boundary of
 * its own; packets between them are real IP packets, and what the screens show is read from what happened to them.
 *
 * Nothing here reads a clock or draws a number by itself. `runUntil` lets time pass; commands act at the instant where it stopped.
 * With a given seed the same calls give the same packets, octet for octet.
 */
import type { Octets } from '../bytes/octets.ts';
import { ok, type Result } from '../bytes/result.ts';
import type { SecurityAssociationView } from '../cluster/associations.ts';
import type { ClusterState } from '../cluster/cluster.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import { seededRandom } from '../crypto/random.ts';
import { seededProvider } from '../crypto/seeded-provider.ts';
import { type StreamVerdict, streamState } from '../explain/wire-state.ts';
import { type ConfigurationFault, hostSecurityOf } from '../host/connections.ts';
import type { HostConnection } from '../host/host.ts';
import type { Fact } from '../ike/facts.ts';
import { meansOf } from '../ike/means.ts';
import { printAddress } from '../net/address.ts';
import { destinationOf } from '../net/ip-layout.ts';
import type { Spd } from '../spd/lookup.ts';
import { clusterAssociations, hexSpi, type IkeSaRecord, ikeSaRecords } from './associations.ts';
import { Agenda } from './clock.ts';
import { clusterSecurityOf, dormantSpdOf } from './cluster-security.ts';
import type { End, EndPorts } from './end.ts';
import { Ends, type HostState } from './ends.ts';
import { reportOf } from './failure-report.ts';
import { FailureLog, type FailureRecord } from './failures.ts';
import { type Faults, type HostPlan, noFaults, type StreamPlan } from './initial-lab.ts';
import type { WatchedStream } from './stream.ts';
import { factsOf } from './stream-facts.ts';
import { familyOf, Streams } from './streams.ts';
import { type Draw, type Flight, faultyWire, tapped, type Wire } from './wire.ts';

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
  /** A bug that one of the ends met (bytes/exceptions.ts): somebody has to see it, and the lab goes on. */
  readonly onError: (error: unknown, endName: string) => void;
}

export class Lab {
  readonly #agenda: Agenda;
  readonly #wire: Wire;
  readonly #ends: Ends;
  readonly #streams: Streams;
  readonly #failures = new FailureLog();
  /** By SVM, made when first asked for: a cluster may have ten thousand policies. */
  readonly #dormantSpds = new Map<string, Spd>();
  #cluster: ClusterState;
  #faults: Faults = noFaults;

  constructor(setup: LabSetup) {
    const { cluster, hosts, streams, seed } = setup;
    this.#agenda = new Agenda(setup.startAtMs);
    this.#cluster = cluster;
    this.#wire = this.#layWire(setup);
    this.#ends = new Ends(cluster, hosts, (endName) => this.#portsOf(setup, endName));
    const drawOfStream = (id: string) => drawOf(seed, `traffic ${id}`);
    this.#streams = new Streams(streams, cluster.lifs, drawOfStream, this.#ends, this.#agenda);
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
    return this.#ends.hosts;
  }

  /** The cluster's configuration changed: its policies decide from this call on; resolves when the SAs that had to go are gone. */
  async loadCluster(state: ClusterState): Promise<void> {
    this.#cluster = state;
    this.#dormantSpds.clear();
    this.#failures.settle(this.nowMs, () => true);
    await Promise.all(
      this.#ends.seats.map(({ svmName, end }) => {
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
    const host = this.#ends.hostOf({ hostId });
    const security = hostSecurityOf(connections);
    if (!security.ok) return security;
    this.#ends.setConnections(host, connections);
    this.#failures.settle(this.nowMs, ({ remoteAddress }) => host.addresses.includes(remoteAddress));
    await host.end.configure(security.value.spd, []); // the service stops: every SA is deleted
    await host.end.configure(security.value.spd, security.value.connections);
    return ok(undefined);
  }

  setTraffic(streamId: string, isRunning: boolean): void {
    this.#streams.switch(streamId, isRunning);
  }

  /** Asks for a successor of an IPsec SA of the cluster; false: there is none of this inbound SPI. */
  async rekeyChild(inSpi: string): Promise<boolean> {
    for (const { end } of this.#ends.seats) {
      const pair = end.boundary.ipsecSas().find(({ sa }) => hexSpi(sa.inSpi) === inSpi);
      if (pair === undefined) continue;
      await end.boundary.ike.rekeyChild(pair.sa.inSpi, this.nowMs);
      await end.settle();
      return true;
    }
    return false;
  }

  /** Deletes an IKE SA of the cluster with its IPsec SAs; false: there is none. */
  async deleteIkeSa(initiatorSpi: string): Promise<boolean> {
    for (const { end } of this.#ends.seats) {
      const ikeSa = end.boundary.ike.ikeSas().find((each) => each.initiatorSpi === initiatorSpi);
      if (ikeSa === undefined) continue;
      await end.boundary.ike.deleteIkeSa(ikeSa.initiatorSpi, this.nowMs);
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
    return clusterAssociations(this.#ends.seats, this.#cluster.policies);
  }

  ikeSas(): readonly IkeSaRecord[] {
    return ikeSaRecords(this.#ends.seats, (hostAddress) => this.#ends.hostAt(hostAddress));
  }

  get streams(): readonly WatchedStream[] {
    return this.#streams.all;
  }

  /** The state of a stream, why, and the cluster's policy that its traffic meets. */
  stateOf(stream: WatchedStream): StreamVerdict & { readonly policyName?: string } {
    const { place } = stream;
    const facts = factsOf(stream, {
      nowMs: this.nowMs,
      seat: this.#ends.seatOf(place),
      host: this.#ends.hostOf(place),
      isIpsecOn: this.#cluster.ipsec.isEnabled,
      dormantSpd: this.#dormantSpdOf(place.svmName),
      failure: this.#failures.standing(place.lifAddress, place.hostAddress),
    });
    const verdict = streamState(facts);
    return facts.policy === undefined ? verdict : { ...verdict, policyName: facts.policy.name };
  }

  #dormantSpdOf(svmName: string): Spd {
    const made = this.#dormantSpds.get(svmName) ?? dormantSpdOf(this.#cluster, svmName);
    this.#dormantSpds.set(svmName, made);
    return made;
  }

  #layWire({ seed, onFlight }: LabSetup): Wire {
    const faulty = faultyWire({
      agenda: this.#agenda,
      faults: () => this.#faults,
      drawOf: (fault) => drawOf(seed, fault),
      arrive: ({ packet }) => this.#ends.endAt(destinationOf(packet, familyOf(packet)))?.receive(packet),
      lost: ({ packet }) => this.#streams.countLoss(packet),
    });
    return tapped(faulty, (flight) => {
      onFlight?.(flight);
      this.#streams.seeOnWire(flight.packet);
    });
  }

  #portsOf({ provider, seed, randomness, onError }: LabSetup, endName: string): EndPorts {
    const ownProvider = randomness === 'seed' ? seededProvider(provider, `${seed} ${endName}`) : provider;
    return {
      agenda: this.#agenda,
      means: meansOf(ownProvider),
      transmit: (packet, from) => this.#transmit(packet, from),
      deliver: (packet, _, at) => this.#streams.deliver(packet, at),
      onFact: (fact, at) => this.#note(fact, at),
      onDrop: ({ flow }) => {
        const stream = flow && this.#streams.between(flow.local, flow.remote);
        if (stream !== undefined) stream.droppedPackets += 1;
      },
      onError: (error, { name }) => onError(error, name),
    };
  }

  #transmit(packet: Octets, from: End): void {
    const { nowMs } = this.#agenda;
    this.#wire.send({ from: from.name, sentAtMs: nowMs, arrivesAtMs: nowMs, packet });
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
    if (fact.type === 'failed') {
      const { failure, atMs } = fact;
      const stream = this.#streams.between(failure.local, failure.remote);
      this.#failures.add(reportOf(failure, atMs, at, this.#ends, stream && this.stateOf(stream).policyName));
    }
  }
}

/** Numbers from 0 up to 1 of a stream of their own. */
function drawOf(seed: string, label: string): Draw {
  const random = seededRandom(seed, label);
  return () => random(4).reduce((sum, octet) => (sum + octet) / 256, 0);
}
