/**
 * How packets pass the IPsec boundary of one end (RFC 4301 5): outbound by the SPD to clear, to an SA, to the hold queue or to
 * nothing; inbound by SPI through the SAD, or in clear if the SPD wants it so. It knows no IKE: it asks for an SA by `acquire`,
 * and SAs are installed and removed from outside, whether negotiated or keyed by hand.
 */
import { earOf } from '../bytes/exceptions.ts';
import { type Gathered, octetsIn } from '../bytes/gathered.ts';
import type { Octets } from '../bytes/octets.ts';
import { espHeaderOctets, spiOf } from '../esp/packet.ts';
import { Sad, type SaPair } from '../esp/sad.ts';
import { hasGoodHeaderChecksum } from '../net/ip.ts';
import { type IpLayout, layOut } from '../net/ip-layout.ts';
import type { ReassemblyFault } from '../net/reassembly.ts';
import { equalFlows, type Flow, flowOf, keepFlow } from '../spd/flow.ts';
import { makeSpd, type Spd, type Verdict } from '../spd/lookup.ts';
import type { ProtectPolicy } from '../spd/policy.ts';
import { carries } from '../spd/selector.ts';
import { type Delivery, type Drop, type DropCounts, type Fate, reasonOfOpen, reasonOfSeal } from './fate.ts';
import { type HeldPacket, type HoldLimits, HoldQueue, type Waiting } from './hold-queue.ts';
import { InOrder } from './in-order.ts';
import { elsewhereOf, isNewest, type UdpSource } from './met-elsewhere.ts';
import { isHidden, SharedAddresses } from './shared-address.ts';
import { type PolicyCounters, Tally } from './tally.ts';

export interface PathPorts<Pair extends SaPair> {
  /** An IP packet for the wire. */
  transmit(packet: Gathered): void;
  /** An IP packet for the applications of this end. */
  deliver(packet: Gathered, delivery: Delivery): void;
  /** A flow needs an SA. Asked once for a policy and a pair of addresses, and again when SAs came that others asked for. */
  acquire(policy: ProtectPolicy, flow: Flow, nowMs: number): void;
  onDrop?(drop: Drop): void;
  /** A bug that met a packet after the call that brought it; absent: it becomes a rejection that nobody handles. */
  onError?(error: unknown): void;
  /** An authentic packet, newer than any before, came in UDP from another end than the one we send to (RFC 7296 2.23). */
  onMetElsewhere?(pair: Pair, end: UdpSource, nowMs: number): void;
  /** ESP of an SA that is not here: the sender may hold what this end has lost (RFC 7296 1.5). */
  onUnknownSpi?(packet: Octets, layout: IpLayout, espAt: number, nowMs: number): void;
  /** A packet has just passed on this pair: its volume, or the peer's silence, may ask for something. */
  onPassed?(pair: Pair, direction: 'outbound' | 'inbound', nowMs: number): void;
}

export class PacketPath<Pair extends SaPair> {
  readonly sad = new Sad<Pair>();
  #spd: Spd = makeSpd([], 'bypass');
  readonly #hold: HoldQueue;
  readonly #tally: Tally;
  readonly #outbound: InOrder;
  readonly #inbound: InOrder;
  readonly #shared = new SharedAddresses(this.sad);
  #isAsking = false;

  constructor(
    private readonly ports: PathPorts<Pair>,
    limits: HoldLimits,
  ) {
    this.#hold = new HoldQueue(limits);
    this.#tally = new Tally((drop) => ports.onDrop?.(drop));
    this.#outbound = new InOrder(earOf(ports));
    this.#inbound = new InOrder(earOf(ports));
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
    if (!laidOut.ok) return this.#dropOut({ why: 'malformed', atMs: nowMs });
    const layout = laidOut.value;
    if (layout.isRoutedOn) return this.#dropOut({ why: 'routedOn', atMs: nowMs });
    return this.#send(packet, layout, flowOf([packet], layout, 'outbound'), nowMs);
  }

  /** An inbound packet that is neither ESP nor IKE. */
  receiveClear(packet: Octets, layout: IpLayout, nowMs: number): void {
    const flow = flowOf([packet], layout, 'inbound');
    const verdict = this.#spd.lookUp(flow);
    if (verdict.action === 'protect') {
      this.#dropIn({ why: 'clearButProtected', ...whose(flow, verdict) }, nowMs);
      return;
    }
    if (verdict.action === 'discard') {
      this.#dropIn({ why: 'discarded', ...whose(flow, verdict) }, nowMs);
      return;
    }
    this.#tally.cameIn(verdict.name, layout.length);
    const delivery: Delivery = verdict.name === undefined ? { via: 'clear' } : { via: 'clear', policy: verdict.name };
    this.#inbound.add(packet, (whole) => this.ports.deliver([whole], delivery));
  }

  /** An SA for this ESP packet stands. */
  knowsSpi(packet: Octets, layout: IpLayout, espAt: number): boolean {
    return layout.length >= espAt + espHeaderOctets && this.sad.bySpi(spiOf(packet, espAt) ?? 0) !== undefined;
  }

  /** An inbound ESP packet, plain or out of UDP. */
  receiveEsp(packet: Octets, layout: IpLayout, espAt: number, nowMs: number): void {
    const inSpi = layout.length < espAt + espHeaderOctets ? undefined : spiOf(packet, espAt);
    if (inSpi === undefined) {
      this.#dropIn({ why: 'malformed' }, nowMs);
      return;
    }
    const pair = this.sad.bySpi(inSpi);
    if (!pair) {
      this.#dropIn({ why: 'unknownSpi', inSpi }, nowMs);
      this.ports.onUnknownSpi?.(packet, layout, espAt, nowMs);
      return;
    }
    const elsewhere = this.ports.onMetElsewhere && elsewhereOf(pair, packet, layout, espAt);
    this.#inbound.add(pair.inbound.decrypt(packet, layout, espAt), (decrypted) => {
      const opened = decrypted.ok ? pair.inbound.admit(decrypted.value, nowMs) : decrypted;
      if (opened.ok && elsewhere && isNewest(pair, elsewhere)) this.ports.onMetElsewhere?.(pair, elsewhere.end, nowMs);
      if (opened.ok) this.#accept(opened.value, pair, inSpi, nowMs);
      else if (opened.error.code !== 'dummy') this.#dropIn({ why: reasonOfOpen(opened.error), inSpi }, nowMs);
    });
  }

  /** Of a packet from the wire nothing can be told but this. */
  dropUnread(why: 'malformed' | 'routedOn' | ReassemblyFault, nowMs: number): void {
    this.#dropIn({ why }, nowMs);
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
    for (const { held } of [...served, ...leftOut]) for (const each of held) this.#sendHeld(each, nowMs);
    this.askAgain(pair.connection, nowMs);
  }

  /** Who still waits for SAs of this connection asks again: the negotiation that it had joined was for another. */
  askAgain(connection: string, nowMs: number): void {
    if (this.#isAsking) return; // a refusal at once: the loop that met it goes on
    this.#isAsking = true;
    try {
      for (const waiting of this.#hold.all()) {
        const { policy, trigger } = waiting;
        if (policy.connection === connection && this.#hold.has(waiting)) this.ports.acquire(policy, trigger, nowMs);
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
    const pending = [this.#outbound.pending, this.#inbound.pending].filter((each) => each !== undefined);
    return pending.length === 0 ? undefined : Promise.all(pending);
  }

  #send(packet: Octets, layout: IpLayout, flow: Flow, nowMs: number): Fate {
    const verdict = this.#spd.lookUp(flow);
    switch (verdict.action) {
      case 'bypass': {
        const meant = layout.fragment && this.#spd.mayProtect(flow, verdict);
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
    const { flow } = held;
    if (held.layout.fragment) return this.#dropOut({ why: 'fragment', atMs: nowMs, ...whose(flow, policy) });
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

  /** What came out of an SA must be what the SA was negotiated for (RFC 4301 5.2 step 4). */
  #accept(packet: Gathered, pair: Pair, inSpi: number, nowMs: number): void {
    const [head, ...rest] = packet;
    const laidOut = layOut(head, octetsIn(packet));
    if (!laidOut.ok || !hasGoodHeaderChecksum(head)) {
      this.#dropIn({ why: 'malformed', inSpi }, nowMs);
      return;
    }
    const layout = laidOut.value;
    if (layout.isRoutedOn) {
      this.#dropIn({ why: 'routedOn', inSpi }, nowMs);
      return;
    }
    const flow = flowOf(packet, layout, 'inbound');
    if (!carries(pair, flow)) {
      pair.inbound.drops.selectors += 1;
      this.#dropIn({ why: 'wrongSelectors', inSpi, flow: keepFlow(flow) }, nowMs);
      return;
    }
    if (isHidden(pair) && !this.#shared.admit(pair, packet, layout, flow, nowMs)) {
      this.#dropIn({ why: 'conversationOfAnother', inSpi, flow: keepFlow(flow) }, nowMs);
      return;
    }
    const verdict = this.#spd.lookUp(flow);
    this.#tally.cameIn(verdict.name, layout.length);
    this.ports.onPassed?.(pair, 'inbound', nowMs);
    const hasTfcPadding = rest.length === 0 && head.length > layout.length;
    const whole: Gathered = hasTfcPadding ? [head.subarray(0, layout.length)] : packet;
    this.ports.deliver(whole, { via: 'esp', connection: pair.connection, inSpi });
  }

  #dropOut(drop: Omit<Drop, 'direction' | 'rfcSection'>): Fate {
    return { fate: 'dropped', drop: this.#tally.dropped({ ...drop, direction: 'outbound' }) };
  }

  #dropIn(drop: Omit<Drop, 'direction' | 'atMs' | 'rfcSection'>, nowMs: number): void {
    this.#tally.dropped({ ...drop, direction: 'inbound', atMs: nowMs });
  }
}

function whose(flow: Flow, { name }: Verdict): Pick<Drop, 'flow' | 'policy'> {
  return name === undefined ? { flow: keepFlow(flow) } : { flow: keepFlow(flow), policy: name };
}
