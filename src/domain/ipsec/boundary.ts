/**
 * The IPsec boundary of one end (RFC 4301 5): security policies, IPsec SAs and IKE joined. Applications' packets go in by
 * `sendIp`, the wire's by `receiveIp`; what comes out goes by the ports. It owns no clock: call `wake` at `nextWakeAtMs`.
 *
 * `sendIp` and `receiveIp` answer at once. Ciphers and negotiations may take longer: `settle` resolves when all that was begun
 * is done, and packets keep their order meanwhile; until then the memory of a packet is the boundary's. Neither it nor `receiveIp`
 * nor `wake` throws: exceptions go to `onError`.
 */
import { attempt } from '../bytes/exceptions.ts';
import type { Octets } from '../bytes/octets.ts';
import { type ChildSa, wipeChildKeys } from '../ike/child/child-sa.ts';
import { type Connection, templateOf } from '../ike/connection.ts';
import type { Datagram } from '../ike/datagram.ts';
import { IkeEndpoint } from '../ike/endpoint/endpoint.ts';
import type { Fact, Failure } from '../ike/facts.ts';
import { espSpiOf } from '../ike/message/spi.ts';
import type { EndpointSettings } from '../ike/settings.ts';
import { hasGoodHeaderChecksum } from '../net/ip.ts';
import { destinationOf, type IpLayout, layOut, sourceOf, u16At } from '../net/ip-layout.ts';
import { protocols } from '../net/protocol.ts';
import { Reassembly } from '../net/reassembly.ts';
import type { Flow } from '../spd/flow.ts';
import type { Spd } from '../spd/lookup.ts';
import type { ProtectPolicy } from '../spd/policy.ts';
import { carries } from '../spd/selector.ts';
import { type ChildPair, isSuperfluous, outboundPathOf, pairOf } from './child-pair.ts';
import { type DropCounts, type Fate, malformed } from './fate.ts';
import { waitedFor } from './given-up.ts';
import { defaultHold, type HoldLimits, type Waiting } from './hold-queue.ts';
import { NatKeepalives } from './nat-keepalive.ts';
import { PacketPath } from './packet-path.ts';
import { type BoundaryPorts, type GuardedPorts, guarded } from './ports.ts';
import { SaWatch } from './sa-watch.ts';
import type { PolicyCounters } from './tally.ts';
import { isForIke, readContent, writeIke, writeKeepalive } from './udp-ports.ts';

export interface BoundarySettings {
  readonly hold: HoldLimits;
  readonly ike: Partial<EndpointSettings>;
}

const earlyPacketsAtMost = 64;

export class Boundary {
  readonly ike: IkeEndpoint;
  readonly #ports: GuardedPorts;
  readonly #path: PacketPath<ChildPair>;
  readonly #reassembly = new Reassembly((fault, nowMs) => this.#path.inbound.dropUnread(fault, nowMs));
  readonly #keepalives = new NatKeepalives();
  readonly #watch: SaWatch;
  /** Datagrams of IKE under way; undefined: none. */
  #ikeWork: Promise<void> | undefined;
  /** ESP packets that wait for them. */
  #early = 0;

  constructor(ports: BoundaryPorts, settings: Partial<BoundarySettings> = {}) {
    this.#ports = guarded(ports);
    const { means, transmit, deliver, onDrop, onWakeChange, onError, transcript } = this.#ports;
    this.ike = new IkeEndpoint(
      {
        ...{ means, onWakeChange, onError },
        send: (datagram) => transmit([writeIke(datagram)]),
        onFact: (fact) => this.#apply(fact),
        ...(transcript && { transcript }),
      },
      settings.ike,
    );
    this.#watch = new SaWatch(this.ike, (inSpi) => this.#path.sad.bySpi(inSpi)?.inbound.counters.lastAtMs);
    this.#path = new PacketPath<ChildPair>(
      {
        ...{ transmit, deliver, onDrop, onError },
        acquire: (policy, flow, nowMs) => this.#acquire(policy, flow, nowMs),
        fromPacket: ({ connection, child }) =>
          templateOf(this.ike.connectionNamed(connection), child)?.fromPacket ?? [],
        onPassed: (pair, direction, nowMs) => this.#passed(pair, direction, nowMs),
        onUnknownSpi: (...esp) => this.#tellUnknown(...esp),
        onMetElsewhere: ({ sa }, end, nowMs) => void this.ike.met(sa.inSpi, end, nowMs),
      },
      settings.hold ?? defaultHold,
    );
  }

  /**
   * Replaces policies and connections. SAs of connections that vanished or changed are deleted; packets that wait are decided
   * anew.
   */
  async configure(spd: Spd, connections: readonly Connection[], nowMs: number): Promise<void> {
    this.#watch.setLiveness(
      new Map(
        connections.flatMap(({ name, livenessAfterMs: afterMs }) => (afterMs === undefined ? [] : [[name, afterMs]])),
      ),
    );
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
    attempt(() => this.#receive(packet, nowMs), this.#ports.onError);
  }

  async wake(nowMs: number): Promise<void> {
    this.#path.wake(nowMs);
    this.#reassembly.wake(nowMs);
    for (const path of this.#keepalives.takeDue(nowMs)) this.#ports.transmit([writeKeepalive(path)]);
    await this.ike.wake(nowMs);
  }

  get nextWakeAtMs(): number | undefined {
    return earliest(
      this.ike.nextWakeAtMs,
      this.#path.nextWakeAtMs,
      this.#reassembly.nextWakeAtMs,
      this.#keepalives.nextAtMs,
    );
  }

  /** Resolves when every cipher and every input of IKE given so far is done, and what came of it too. */
  async settle(): Promise<void> {
    do {
      await this.#ikeWork;
      await this.#path.pending;
      await this.ike.settle();
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

  #receive(packet: Octets, nowMs: number): void {
    const laidOut = layOut(packet);
    if (!laidOut.ok || !hasGoodHeaderChecksum(packet)) {
      this.#path.inbound.dropUnread(malformed(packet), nowMs);
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

  #receiveWhole(packet: Octets, layout: IpLayout, nowMs: number): void {
    if (layout.isRoutedOn) {
      this.#path.inbound.dropUnread({ why: 'routedOn', family: layout.family }, nowMs);
      return;
    }
    if (layout.protocol === protocols.esp) {
      this.#receiveEsp(packet, layout, layout.upperAt, nowMs);
      return;
    }
    if (!isForIke(packet, layout)) {
      this.#path.inbound.receiveClear(packet, layout, nowMs);
      return;
    }
    const content = readContent(packet, layout);
    if (content.type === 'ike') this.#toIke(content.datagram, nowMs);
    if (content.type === 'esp') this.#receiveEsp(packet, layout, content.espAt, nowMs);
    if (content.type === 'malformed') this.#path.inbound.dropUnread({ why: 'malformed' }, nowMs);
  }

  /** ESP often comes right behind the message that makes its SA: while IKE still works on that, a few packets wait for it. */
  #receiveEsp(packet: Octets, layout: IpLayout, espAt: number, nowMs: number): void {
    const work = this.#ikeWork;
    if (work === undefined || this.#early >= earlyPacketsAtMost || this.#path.inbound.knowsSpi(packet, layout, espAt)) {
      this.#path.inbound.receiveEsp(packet, layout, espAt, nowMs);
      return;
    }
    this.#early += 1;
    void work.then(() => {
      this.#early -= 1;
      attempt(() => this.#path.inbound.receiveEsp(packet, layout, espAt, nowMs), this.#ports.onError);
    });
  }

  #tellUnknown(packet: Octets, layout: IpLayout, espAt: number, nowMs: number): void {
    const spi = espSpiOf(packet.slice(espAt, espAt + 4));
    if (spi === undefined) return;
    const { family, upperAt } = layout;
    const udp = { localPort: u16At(packet, upperAt + 2), remotePort: u16At(packet, upperAt) };
    const ends = { local: destinationOf(packet, family), remote: sourceOf(packet, family) };
    void this.ike.unknownEspSpi(spi, espAt === upperAt ? ends : { ...ends, udp }, nowMs);
  }

  #toIke(datagram: Datagram, nowMs: number): void {
    const work: Promise<void> = Promise.all([this.ike.receive(datagram, nowMs), this.#ikeWork]).then(() => {
      if (this.#ikeWork === work) this.#ikeWork = undefined;
    });
    this.#ikeWork = work;
  }

  #acquire({ connection, child }: ProtectPolicy, flow: Flow, nowMs: number): void {
    if (!this.ike.connectionNamed(connection)) return; // waits for one to be configured
    void this.ike.initiate(connection, child === undefined ? { flow } : { flow, child }, nowMs);
  }

  #apply(fact: Fact): void {
    switch (fact.type) {
      case 'childInstalled':
        this.#install(fact.child, fact.trigger, fact.atMs);
        break;
      case 'childRemoved':
        this.#path.remove(fact.child.inSpi);
        this.#watch.removed(fact.child.inSpi);
        wipeChildKeys(fact.child);
        break;
      case 'childRetired':
        this.#path.sad.retire(fact.child.inSpi);
        break;
      case 'childMoved':
        this.#path.sad.bySpi(fact.child.inSpi)?.outbound.moveTo(outboundPathOf(fact.child));
        break;
      case 'failed':
        this.#giveUp(fact.failure, fact.atMs);
        break;
      case 'ikeEstablished':
      case 'ikeMoved':
        this.#keepalives.goes(fact.ikeSa, fact.atMs);
        break;
      case 'ikeClosed':
        this.#keepalives.closed(fact.ikeSa);
        break;
    }
    this.#ports.onFact(fact);
    this.#ports.onWakeChange();
  }

  /** Else each try for a packet that the peer leaves out would leave an SA behind. */
  #install(child: ChildSa, trigger: Flow | undefined, nowMs: number): void {
    const pair = pairOf(child, this.#ports.means, nowMs);
    this.#path.install(pair, nowMs, trigger);
    if (!trigger || carries(pair, trigger) || !isSuperfluous(pair, this.ipsecSas())) return;
    this.#path.sad.retire(child.inSpi);
    void this.ike.deleteChild(child.inSpi, nowMs, 'redundant');
  }

  /** What waited for this negotiation waits for nothing, and what had joined it for want of another asks again. */
  #giveUp(failure: Failure, nowMs: number): void {
    const { connection: name, isInitiator, trigger, scope, refusal } = failure;
    const connection = name === undefined ? undefined : this.ike.connectionNamed(name);
    const isOurWish = isInitiator || trigger !== undefined; // we want CHILD SAs of an IKE SA that the peer began, too
    if (!connection || !isOurWish || scope === 'request') return;
    if (refusal.code === 'selectors' && refusal.isWithoutPacket) return; // the SA came, and told who waited
    this.#path.giveUp((waiting) => waitedFor(waiting, failure, connection), nowMs);
    const peers = connection.remoteAddress === undefined ? [failure.remote] : undefined;
    this.#path.askAgain(connection.name, peers, nowMs);
  }

  #passed(pair: ChildPair, direction: 'outbound' | 'inbound', nowMs: number): void {
    this.#watch.passed(pair, direction, nowMs);
    if (direction === 'outbound') this.#keepalives.sent(pair.outbound.path, nowMs);
  }
}

function earliest(...instants: readonly (number | undefined)[]): number | undefined {
  const known = instants.filter((instant) => instant !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
