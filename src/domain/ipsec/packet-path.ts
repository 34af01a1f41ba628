/**
 * How packets pass the IPsec boundary of one end (RFC 4301 5): outbound, here, by the SPD to clear, to an SA, to the hold queue or to
 * nothing; inbound by inbound-path.ts. It knows no IKE: it asks for an SA by `acquire`, and SAs are installed and removed from
 * outside, whether negotiated or keyed by hand.
 */
import { earOf } from '../bytes/exceptions.ts';
import type { Gathered } from '../bytes/gathered.ts';
import type { Octets } from '../bytes/octets.ts';
import { Sad, type SaPair } from '../esp/sad.ts';
import { equalAddresses, type IpAddress } from '../net/address.ts';
import { type IpLayout, layOut } from '../net/ip-layout.ts';
import { equalFlows, type Flow, flowOf, keepFlow } from '../spd/flow.ts';
import type { FromPacket } from '../spd/from-packet.ts';
import { makeSpd, type Spd } from '../spd/lookup.ts';
import type { ProtectPolicy } from '../spd/policy.ts';
import { carries } from '../spd/selector.ts';
import { type Drop, type DropCounts, type Fate, malformed, reasonOfSeal, whose } from './fate.ts';
import { type HeldPacket, type HoldLimits, HoldQueue, type Waiting } from './hold-queue.ts';
import { InOrder } from './in-order.ts';
import { InboundPath, type InboundPorts } from './inbound-path.ts';
import { isHidden, SharedAddresses } from './shared-address.ts';
import { type PolicyCounters, Tally } from './tally.ts';

export interface PathPorts<Pair extends SaPair> extends InboundPorts<Pair> {
  /** An IP packet for the wire. */
  transmit(packet: Gathered): void;
  /** A flow needs an SA. Asked once for what an SA is made for, and again when SAs came that others asked for. */
  acquire(policy: ProtectPolicy, flow: Flow, nowMs: number): void;
  /** What each SA of a policy takes from the packet that asks for it; a pair of addresses is asked for once in any case. */
  fromPacket?(policy: ProtectPolicy): FromPacket;
  onDrop?(drop: Drop): void;
}

export class PacketPath<Pair extends SaPair> {
  readonly sad = new Sad<Pair>();
  readonly inbound: InboundPath<Pair>;
  #spd: Spd = makeSpd([], 'bypass');
  readonly #hold: HoldQueue;
  readonly #tally: Tally;
  readonly #outbound: InOrder;
  readonly #shared = new SharedAddresses(this.sad);
  #isAsking = false;

  constructor(
    private readonly ports: PathPorts<Pair>,
    limits: HoldLimits,
  ) {
    this.#hold = new HoldQueue(limits, (policy) => ports.fromPacket?.(policy) ?? []);
    this.#tally = new Tally((drop) => ports.onDrop?.(drop));
    this.#outbound = new InOrder(earOf(ports));
    this.inbound = new InboundPath(ports, {
      sad: this.sad,
      shared: this.#shared,
      tally: this.#tally,
      spd: () => this.#spd,
    });
  }

  get spd(): Spd {
    return this.#spd;
  }

  /** Takes another database. What waits under policies that are gone is decided anew. */
  setSpd(spd: Spd, nowMs: number): void {
    this.#spd = spd;
    this.#hold.reopen();
    this.#tally.keep(spd.policies);
    for (const { held } of this.#hold.take(() => true)) for (const each of held) this.#sendHeld(each, nowMs);
  }

  sendIp(packet: Octets, nowMs: number): Fate {
    const laidOut = layOut(packet);
    if (!laidOut.ok) return this.#dropOut({ ...malformed(packet), atMs: nowMs });
    const layout = laidOut.value;
    if (layout.isRoutedOn) return this.#dropOut({ why: 'routedOn', family: layout.family, atMs: nowMs });
    return this.#send(packet, layout, flowOf([packet], layout, 'outbound'), nowMs);
  }

  /** SAs came: what they carry goes out, others ask again. The flow that asked has its answer, be it left out: its pair is closed then. */
  install(pair: Pair, nowMs: number, askedBy?: Flow): void {
    this.sad.install(pair);
    if (isHidden(pair)) this.#shared.installed(pair);
    const isOf = ({ policy }: Waiting): boolean =>
      policy.connection === pair.connection && (policy.child === undefined || policy.child === pair.child);
    const served = this.#hold.take((waiting) => isOf(waiting) && carries(pair, waiting.trigger));
    const hasAsked = ({ trigger }: Waiting): boolean => askedBy !== undefined && equalFlows(trigger, askedBy);
    const leftOut = this.#hold.fail((waiting) => isOf(waiting) && hasAsked(waiting), nowMs);
    const { parameters, path } = pair.outbound;
    const peers = [path.destination, ...(askedBy ? [askedBy.remote] : [])]; // two, where the one sent us to the other
    this.askAgain(pair.connection, parameters.mode === 'transport' ? peers : undefined, nowMs);
    for (const { held } of [...served, ...leftOut]) for (const each of held) this.#sendHeld(each, nowMs); // may ask by itself
  }

  /**
   * Who still waits for SAs of this connection asks again: the negotiation that it had joined was for another.
   * @param peers with one of which it was; undefined: with whoever this connection is for.
   */
  askAgain(connection: string, peers: readonly IpAddress[] | undefined, nowMs: number): void {
    if (this.#isAsking) return; // a refusal at once: the loop that met it goes on
    this.#isAsking = true;
    try {
      for (const waiting of this.#hold.all()) {
        const { policy, trigger } = waiting;
        const mayHaveJoined = !peers || peers.some((peer) => equalAddresses(peer, trigger.remote));
        if (policy.connection !== connection || !mayHaveJoined || !this.#hold.has(waiting)) continue;
        this.ports.acquire(policy, trigger, nowMs);
      }
    } finally {
      this.#isAsking = false;
    }
  }

  remove(inSpi: number): Pair | undefined {
    const pair = this.sad.remove(inSpi);
    if (pair && isHidden(pair)) this.#shared.removed(pair);
    return pair;
  }

  /** A negotiation came to nothing: what waited for it is dropped. */
  giveUp(hasFailed: (waiting: Waiting) => boolean, nowMs: number): void {
    for (const { policy, held } of this.#hold.fail(hasFailed, nowMs)) {
      for (const { flow } of held) this.#dropOut({ why: 'noSa', atMs: nowMs, flow, policy: policy.name });
    }
  }

  /** Lets go of what has waited too long. */
  wake(nowMs: number): void {
    this.giveUp(({ untilMs }) => untilMs <= nowMs, nowMs);
  }

  get nextWakeAtMs(): number | undefined {
    return this.#hold.nextExpiryAtMs;
  }

  waiting(): readonly Waiting[] {
    return this.#hold.all();
  }

  /** Until when this flow's pair stays closed after a failed negotiation. */
  closedUntilMs(policy: ProtectPolicy, flow: Flow): number | undefined {
    return this.#hold.closedUntilMs(policy, flow);
  }

  /** The counters of a policy, which begin when its first packet meets it. */
  countersOf(policy: string): PolicyCounters {
    return this.#tally.of(policy);
  }

  /** Everything dropped since the start, by reason. */
  get drops(): DropCounts {
    return this.#tally.drops;
  }

  /** Whether ciphers are still at work; resolves when what was given so far has passed. */
  get pending(): Promise<unknown> | undefined {
    const pending = [this.#outbound.pending, this.inbound.pending].filter((each) => each !== undefined);
    return pending.length === 0 ? undefined : Promise.all(pending);
  }

  #send(packet: Octets, layout: IpLayout, flow: Flow, nowMs: number): Fate {
    const verdict = this.#spd.lookUp(flow);
    switch (verdict.action) {
      case 'bypass': {
        const meant = layout.fragment && this.#spd.inDoubt(flow);
        if (meant) return this.#dropOut({ why: 'fragment', atMs: nowMs, ...whose(flow, meant) });
        this.#tally.wentOut(verdict.name, layout.length);
        this.#outbound.add(packet, (whole) => this.ports.transmit([whole]));
        return verdict.name === undefined ? { fate: 'clear' } : { fate: 'clear', policy: verdict.name };
      }
      case 'discard':
        return this.#dropOut({ why: 'discarded', atMs: nowMs, ...whose(flow, verdict) });
      case 'protect':
        return this.#protect(packet, layout, flow, verdict, nowMs);
    }
  }

  #protect(packet: Octets, layout: IpLayout, flow: Flow, policy: ProtectPolicy, nowMs: number): Fate {
    const newest = this.sad.outboundFor(policy.connection, policy.child, flow);
    const isShared = newest ? isHidden(newest) : !this.#shared.isEmpty;
    const pair = isShared ? this.#shared.outboundFor(newest, policy, [packet], layout, flow, nowMs) : newest;
    if (pair === 'another') return this.#dropOut({ why: 'severalPeers', atMs: nowMs, ...whose(flow, policy) });
    if (!pair) return this.#holdBack({ packet, layout, flow: keepFlow(flow) }, policy, nowMs);
    const sealed = pair.outbound.seal(packet, layout, nowMs);
    if (!sealed.ok) return this.#dropOut({ why: reasonOfSeal(sealed.error), atMs: nowMs, ...whose(flow, policy) });
    this.#tally.wentOut(policy.name, layout.length);
    this.#outbound.add(sealed.value, (protectedPacket) => this.ports.transmit(protectedPacket));
    this.ports.onPassed?.(pair, 'outbound', nowMs);
    const { inbound, outbound } = pair;
    const spis = { inSpi: inbound.parameters.spi, outSpi: outbound.parameters.spi };
    return { fate: 'protected', policy: policy.name, ...spis };
  }

  #holdBack(held: HeldPacket, policy: ProtectPolicy, nowMs: number): Fate {
    const { flow, layout } = held;
    const isLater = layout.fragment !== undefined && layout.fragment.offset > 0; // the first one asks: a tunnel carries it
    if (isLater) return this.#dropOut({ why: 'fragment', atMs: nowMs, ...whose(flow, policy) });
    const outcome = this.#hold.hold(policy, held, nowMs);
    if (outcome.outcome === 'refused') return this.#dropOut({ why: outcome.why, atMs: nowMs, ...whose(flow, policy) });
    if (outcome.outcome === 'first') this.ports.acquire(policy, flow, nowMs);
    else if (outcome.pushedOut) {
      this.#dropOut({ why: 'holdFull', atMs: nowMs, ...whose(outcome.pushedOut.flow, policy) });
    }
    return { fate: 'held', policy: policy.name };
  }

  #sendHeld({ packet, layout, flow }: HeldPacket, nowMs: number): void {
    this.#send(packet, layout, flow, nowMs);
  }

  #dropOut(drop: Omit<Drop, 'direction' | 'rfcSection'>): Fate {
    return { fate: 'dropped', drop: this.#tally.dropped({ ...drop, direction: 'outbound' }) };
  }
}
