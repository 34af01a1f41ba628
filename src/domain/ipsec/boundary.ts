/**
 * The IPsec boundary of one end (RFC 4301 5): security policies, IPsec SAs and IKE joined. Applications' packets go in by
 * `sendIp`, the wire's by `receiveIp`; what comes out goes by the ports. It owns no clock: call `wake` at `nextWakeAtMs`.
 *
 * `sendIp` and `receiveIp` answer at once. Ciphers and negotiations may take longer: `settle` resolves when all that was begun
 * is done, and packets keep their order meanwhile.
 */
import type { Octets } from '../bytes/octets.ts';
import type { Connection } from '../ike/connection.ts';
import { type Datagram, ikePort, natPort, needsMarker } from '../ike/datagram.ts';
import { type EndpointPorts, IkeEndpoint } from '../ike/endpoint.ts';
import type { Fact, Failure } from '../ike/facts.ts';
import type { EndpointSettings } from '../ike/settings.ts';
import { equalAddresses } from '../net/address.ts';
import { hasGoodHeaderChecksum } from '../net/ip.ts';
import { type IpLayout, layOut, u16At } from '../net/ip-layout.ts';
import { protocols } from '../net/protocol.ts';
import { Reassembly } from '../net/reassembly.ts';
import { readUdp, type UdpDatagram, udpHeaderOctets, writeUdp } from '../net/udp.ts';
import { equalFlows, type Flow } from '../spd/flow.ts';
import type { Spd } from '../spd/lookup.ts';
import type { ProtectPolicy } from '../spd/policy.ts';
import { type ChildPair, outboundPathOf, pairOf } from './child-pair.ts';
import type { Delivery, Drop, DropCounts, Fate, PolicyCounters } from './fate.ts';
import { defaultHold, type HoldLimits, type Waiting } from './hold-queue.ts';
import { PacketPath } from './packet-path.ts';

export interface BoundaryPorts extends Pick<EndpointPorts, 'means' | 'transcript' | 'keyLog'> {
  /** An IP packet for the wire: clear, ESP, or IKE in UDP. */
  transmit(packet: Octets): void;
  /** An IP packet for the applications of this end. */
  deliver(packet: Octets, delivery: Delivery): void;
  /** What became true of negotiations and SAs, after the boundary has acted on it. */
  onFact?(fact: Fact): void;
  onDrop?(drop: Drop): void;
  /** The earliest deadline may have moved: look at `nextWakeAtMs`. */
  onWakeChange?(): void;
}

export interface BoundarySettings {
  readonly hold: HoldLimits;
  readonly ike: Partial<EndpointSettings>;
}

const keepalive = 0xff;
const markerOctets = 4;
const earlyPacketsAtMost = 64;

export class Boundary {
  readonly ike: IkeEndpoint;
  readonly #path: PacketPath<ChildPair>;
  readonly #reassembly = new Reassembly();
  readonly #livenessAfterMs = new Map<string, number>();
  /** Inbound SPIs for which a successor, an end or a sign of life has been asked for. */
  readonly #asked = new Map<number, { rekey: boolean; end: boolean; silenceAtMs: number }>();
  /** Datagrams of IKE under way; undefined: none. */
  #ikeWork: Promise<void> | undefined;
  /** ESP packets that wait for them. */
  #early = 0;

  constructor(
    private readonly ports: BoundaryPorts,
    settings: Partial<BoundarySettings> = {},
  ) {
    const { means, transcript, keyLog } = ports;
    this.ike = new IkeEndpoint(
      {
        means,
        send: (datagram) => this.#sendDatagram(datagram),
        onFact: (fact) => this.#apply(fact),
        onWakeChange: () => ports.onWakeChange?.(),
        ...(transcript && { transcript }),
        ...(keyLog && { keyLog }),
      },
      settings.ike,
    );
    this.#path = new PacketPath<ChildPair>(
      {
        transmit: (packet) => ports.transmit(packet),
        deliver: (packet, delivery) => ports.deliver(packet, delivery),
        acquire: (policy, flow, nowMs) => this.#acquire(policy, flow, nowMs),
        onPassed: (pair, direction, nowMs) => this.#watch(pair, direction, nowMs),
        ...(ports.onDrop && { onDrop: (drop: Drop) => ports.onDrop?.(drop) }),
      },
      settings.hold ?? defaultHold,
    );
  }

  /**
   * Replaces policies and connections. SAs of connections that vanished or changed are deleted; packets that wait are decided
   * anew.
   */
  async configure(spd: Spd, connections: readonly Connection[], nowMs: number): Promise<void> {
    this.#livenessAfterMs.clear();
    for (const { name, livenessAfterMs } of connections) {
      if (livenessAfterMs !== undefined) this.#livenessAfterMs.set(name, livenessAfterMs);
    }
    const changed = this.ike.setConnections(connections, nowMs);
    this.#path.setSpd(spd, nowMs);
    await changed;
  }

  /** A packet of a local application. IKE's own datagrams do not come this way: they always bypass. */
  sendIp(packet: Octets, nowMs: number): Fate {
    return this.#path.sendIp(packet, nowMs);
  }

  /** A packet from the wire, addressed to this end. */
  receiveIp(packet: Octets, nowMs: number): void {
    const laidOut = layOut(packet);
    if (!laidOut.ok || !hasGoodHeaderChecksum(packet)) {
      this.#path.dropMalformed(nowMs);
      return;
    }
    if (laidOut.value.fragment === undefined) {
      this.#receiveWhole(packet, laidOut.value, nowMs);
      return;
    }
    const whole = this.#reassembly.add(packet, laidOut.value, nowMs);
    if (!whole) return;
    const wholeLayout = layOut(whole);
    if (wholeLayout.ok) this.#receiveWhole(whole, wholeLayout.value, nowMs);
  }

  async wake(nowMs: number): Promise<void> {
    this.#path.wake(nowMs);
    this.#reassembly.wake(nowMs);
    await this.ike.wake(nowMs);
  }

  get nextWakeAtMs(): number | undefined {
    return earliest(this.ike.nextWakeAtMs, this.#path.nextWakeAtMs, this.#reassembly.nextWakeAtMs);
  }

  /** Resolves when every cipher and every input of IKE given so far is done, and what came of it too. */
  async settle(): Promise<void> {
    do {
      await this.#ikeWork;
      await this.ike.settle();
      await this.#path.pending;
    } while (this.#path.pending !== undefined || this.#ikeWork !== undefined);
  }

  get spd(): Spd {
    return this.#path.spd;
  }

  /** Live objects: counters move under the reader's eyes. */
  ipsecSas(): readonly ChildPair[] {
    return this.#path.sad.all();
  }

  /** Counted since the policy came. */
  countersOf(policy: string): Readonly<PolicyCounters> {
    return this.#path.countersOf(policy);
  }

  /** Everything dropped since the start, by reason. */
  get drops(): Readonly<DropCounts> {
    return this.#path.drops;
  }

  /** Negotiations under way because packets wait for them. */
  waiting(): readonly Waiting[] {
    return this.#path.waiting();
  }

  /** Until when no new negotiation begins for this flow, after one that failed. */
  closedUntilMs(policy: ProtectPolicy, flow: Flow): number | undefined {
    return this.#path.closedUntilMs(policy, flow);
  }

  #receiveWhole(packet: Octets, layout: IpLayout, nowMs: number): void {
    if (layout.protocol === protocols.esp) {
      this.#receiveEsp(packet, layout, layout.upperAt, nowMs);
      return;
    }
    if (layout.protocol === protocols.udp) {
      const port = layout.upperAt + udpHeaderOctets <= layout.length && u16At(packet, layout.upperAt + 2);
      if (port === ikePort || port === natPort) {
        this.#receiveIkeOrEsp(packet, layout, nowMs);
        return;
      }
    }
    this.#path.receiveClear(packet, layout, nowMs);
  }

  /** UDP to 500 or 4500: IKE, or on a path without port 500 a keepalive, or ESP (RFC 3948 2). */
  #receiveIkeOrEsp(packet: Octets, layout: IpLayout, nowMs: number): void {
    const datagram = readUdp(packet, layout);
    if (!datagram) {
      this.#path.dropMalformed(nowMs);
      return;
    }
    const { payload } = datagram;
    if (!needsMarker(pathOf(datagram))) {
      this.#toIke(datagram, payload, nowMs);
      return;
    }
    if (payload.length === 1 && payload[0] === keepalive) return;
    if (payload.length >= markerOctets && payload.subarray(0, markerOctets).every((octet) => octet === 0)) {
      this.#toIke(datagram, payload.subarray(markerOctets), nowMs);
      return;
    }
    this.#receiveEsp(packet, layout, layout.upperAt + udpHeaderOctets, nowMs);
  }

  /** ESP often comes right behind the message that makes its SA: while IKE still works on that, a few packets wait for it. */
  #receiveEsp(packet: Octets, layout: IpLayout, espAt: number, nowMs: number): void {
    const work = this.#ikeWork;
    if (work === undefined || this.#early >= earlyPacketsAtMost || this.#path.knowsSpi(packet, layout, espAt)) {
      this.#path.receiveEsp(packet, layout, espAt, nowMs);
      return;
    }
    this.#early += 1;
    void work.then(() => {
      this.#early -= 1;
      this.#path.receiveEsp(packet, layout, espAt, nowMs);
    });
  }

  #toIke(datagram: UdpDatagram, octets: Octets, nowMs: number): void {
    const work: Promise<void> = Promise.all([
      this.ike.receive({ ...pathOf(datagram), octets }, nowMs),
      this.#ikeWork,
    ]).then(() => {
      if (this.#ikeWork === work) this.#ikeWork = undefined;
    });
    this.#ikeWork = work;
  }

  #sendDatagram({ local, remote, octets }: Datagram): void {
    const isKeepalive = octets.length === 1 && octets[0] === keepalive;
    const payload = needsMarker({ local, remote }) && !isKeepalive ? withMarker(octets) : octets;
    this.ports.transmit(
      writeUdp({
        source: local.address,
        destination: remote.address,
        sourcePort: local.port,
        destinationPort: remote.port,
        payload,
      }),
    );
  }

  #acquire({ connection, child }: ProtectPolicy, flow: Flow, nowMs: number): void {
    if (!this.ike.connections.some(({ name }) => name === connection)) return; // waits for one to be configured
    void this.ike.initiate(connection, child === undefined ? { flow } : { flow, child }, nowMs);
  }

  #apply(fact: Fact): void {
    switch (fact.type) {
      case 'childInstalled':
        this.#path.install(pairOf(fact.child, this.ports.means, fact.atMs), fact.atMs);
        break;
      case 'childRemoved':
        this.#path.remove(fact.child.inSpi);
        this.#asked.delete(fact.child.inSpi);
        break;
      case 'childMoved':
        this.#path.sad.bySpi(fact.child.inSpi)?.outbound.moveTo(outboundPathOf(fact.child));
        break;
      case 'failed':
        this.#giveUp(fact.failure, fact.atMs);
        break;
      case 'ikeEstablished':
      case 'ikeClosed':
        break;
    }
    this.ports.onFact?.(fact);
    this.ports.onWakeChange?.();
  }

  /** What waited for this negotiation waits for nothing: the flow that asked, and others to the same peer that joined it. */
  #giveUp({ connection, trigger, remote, isInitiator, scope }: Failure, nowMs: number): void {
    if (!isInitiator || scope === 'request') return;
    const isConcerned = ({ policy, trigger: flow }: Waiting) =>
      policy.connection === connection &&
      (!trigger || equalFlows(flow, trigger) || equalAddresses(flow.remote, remote));
    this.#path.giveUp(isConcerned, nowMs);
  }

  /** After each packet: volume that is used up asks for a successor or an end, silence for a sign of life. */
  #watch(pair: ChildPair, direction: 'outbound' | 'inbound', nowMs: number): void {
    const { inSpi } = pair.sa;
    const state = direction === 'outbound' ? pair.outbound.state : pair.inbound.state;
    if (state !== 'fresh') {
      const asked = this.#askedOf(inSpi);
      if (!asked.rekey) void this.ike.rekeyChild(inSpi, nowMs);
      if (state === 'expired' && !asked.end) void this.ike.deleteChild(inSpi, nowMs);
      asked.rekey = true;
      asked.end ||= state === 'expired';
    }
    if (direction === 'inbound') return;
    const livenessAfterMs = this.#livenessAfterMs.get(pair.connection);
    if (livenessAfterMs === undefined) return;
    const heardAtMs = pair.inbound.counters.lastAtMs ?? pair.installedAtMs;
    if (nowMs - heardAtMs < livenessAfterMs) return;
    const asked = this.#askedOf(inSpi);
    if (nowMs - asked.silenceAtMs < livenessAfterMs) return;
    asked.silenceAtMs = nowMs;
    void this.ike.suspectSilence(inSpi, nowMs);
  }

  #askedOf(inSpi: number): { rekey: boolean; end: boolean; silenceAtMs: number } {
    let asked = this.#asked.get(inSpi);
    if (!asked) {
      asked = { rekey: false, end: false, silenceAtMs: Number.NEGATIVE_INFINITY };
      this.#asked.set(inSpi, asked);
    }
    return asked;
  }
}

function pathOf({ source, destination, sourcePort, destinationPort }: UdpDatagram): Omit<Datagram, 'octets'> {
  return {
    local: { address: destination, port: destinationPort },
    remote: { address: source, port: sourcePort },
  };
}

function withMarker(octets: Octets): Octets {
  const marked = new Uint8Array(markerOctets + octets.length);
  marked.set(octets, markerOctets);
  return marked;
}

function earliest(...instants: readonly (number | undefined)[]): number | undefined {
  const known = instants.filter((instant) => instant !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
