/**
 * How packets from the wire pass the IPsec boundary of one end (RFC 4301 5.2): ESP by its SPI through the SAD, what came in clear if the SPD
 * wants it so. They are delivered in the order in which they came.
 */
import { earOf } from '../bytes/exceptions.ts';
import { type Gathered, octetsIn } from '../bytes/gathered.ts';
import type { Octets } from '../bytes/octets.ts';
import { espHeaderOctets, spiOf } from '../esp/packet.ts';
import type { Sad, SaPair } from '../esp/sad.ts';
import { hasGoodHeaderChecksum } from '../net/ip.ts';
import { type IpLayout, layOut } from '../net/ip-layout.ts';
import { flowOf, hidesPorts, keepFlow } from '../spd/flow.ts';
import type { Spd } from '../spd/lookup.ts';
import { carries } from '../spd/selector.ts';
import { type Delivery, type Drop, malformed, reasonOfOpen, whose } from './fate.ts';
import { InOrder } from './in-order.ts';
import { elsewhereOf, isNewest, type UdpSource } from './met-elsewhere.ts';
import { isHidden, type SharedAddresses } from './shared-address.ts';
import type { Tally } from './tally.ts';

export interface InboundPorts<Pair extends SaPair> {
  /** An IP packet for the applications of this end. */
  deliver(packet: Gathered, delivery: Delivery): void;
  /** A bug that met a packet after the call that brought it; absent: it becomes a rejection that nobody handles. */
  onError?(error: unknown): void;
  /** An authentic packet, newer than any before, came in UDP from another end than the one we send to (RFC 7296 2.23). */
  onMetElsewhere?(pair: Pair, end: UdpSource, nowMs: number): void;
  /** ESP of an SA that is not here: the sender may hold what this end has lost (RFC 7296 1.5). */
  onUnknownSpi?(packet: Octets, layout: IpLayout, espAt: number, nowMs: number): void;
  /** A packet has just passed on this pair: its volume, or the peer's silence, may ask for something. */
  onPassed?(pair: Pair, direction: 'outbound' | 'inbound', nowMs: number): void;
}

/** What both directions look at. */
export interface PathState<Pair extends SaPair> {
  readonly sad: Sad<Pair>;
  readonly shared: SharedAddresses<Pair>;
  readonly tally: Tally;
  /** As it is now. */
  spd(): Spd;
}

export class InboundPath<Pair extends SaPair> {
  readonly #inOrder: InOrder;

  constructor(
    private readonly ports: InboundPorts<Pair>,
    private readonly state: PathState<Pair>,
  ) {
    this.#inOrder = new InOrder(earOf(ports));
  }

  /** An inbound packet that is neither ESP nor IKE. */
  receiveClear(packet: Octets, layout: IpLayout, nowMs: number): void {
    const flow = flowOf([packet], layout, 'inbound');
    const verdict = this.state.spd().lookUp(flow);
    if (verdict.action === 'protect') {
      this.#dropIn({ why: 'clearButProtected', ...whose(flow, verdict) }, nowMs);
      return;
    }
    if (verdict.action === 'discard') {
      this.#dropIn({ why: 'discarded', ...whose(flow, verdict) }, nowMs);
      return;
    }
    this.state.tally.cameIn(verdict.name, layout.length);
    const delivery: Delivery = verdict.name === undefined ? { via: 'clear' } : { via: 'clear', policy: verdict.name };
    this.#inOrder.add(packet, (whole) => this.ports.deliver([whole], delivery));
  }

  /** An SA for this ESP packet stands. */
  knowsSpi(packet: Octets, layout: IpLayout, espAt: number): boolean {
    return layout.length >= espAt + espHeaderOctets && this.state.sad.bySpi(spiOf(packet, espAt) ?? 0) !== undefined;
  }

  /** An inbound ESP packet, plain or out of UDP. */
  receiveEsp(packet: Octets, layout: IpLayout, espAt: number, nowMs: number): void {
    const inSpi = layout.length < espAt + espHeaderOctets ? undefined : spiOf(packet, espAt);
    if (inSpi === undefined) {
      this.#dropIn({ why: 'malformed' }, nowMs);
      return;
    }
    const pair = this.state.sad.bySpi(inSpi);
    if (!pair) {
      this.#dropIn({ why: 'unknownSpi', inSpi }, nowMs);
      this.ports.onUnknownSpi?.(packet, layout, espAt, nowMs);
      return;
    }
    const elsewhere = this.ports.onMetElsewhere && elsewhereOf(pair, packet, layout, espAt);
    this.#inOrder.add(pair.inbound.decrypt(packet, layout, espAt), (decrypted) => {
      const opened = decrypted.ok ? pair.inbound.admit(decrypted.value, nowMs) : decrypted;
      if (opened.ok && elsewhere && isNewest(pair, elsewhere)) this.ports.onMetElsewhere?.(pair, elsewhere.end, nowMs);
      if (opened.ok) this.#accept(opened.value, pair, inSpi, nowMs);
      else if (opened.error.code !== 'dummy') this.#dropIn({ why: reasonOfOpen(opened.error), inSpi }, nowMs);
    });
  }

  /** Of a packet from the wire nothing can be told but this. */
  dropUnread(drop: Pick<Drop, 'why' | 'family'>, nowMs: number): void {
    this.#dropIn(drop, nowMs);
  }

  /** Whether ciphers are still at work; resolves when what was given so far has passed. */
  get pending(): Promise<void> | undefined {
    return this.#inOrder.pending;
  }

  /**
   * What came out of an SA must be what the SA was negotiated for (RFC 4301 5.2 step 4), which decides while the SA stands. But what the SPD
   * discards, perhaps since a change that left the SA, passes in no way (4.4.1, docs/decisions/0019).
   */
  #accept(packet: Gathered, pair: Pair, inSpi: number, nowMs: number): void {
    const [head, ...rest] = packet;
    const laidOut = layOut(head, octetsIn(packet));
    if (!laidOut.ok || !hasGoodHeaderChecksum(head)) {
      this.#dropIn({ ...malformed(head), inSpi }, nowMs);
      return;
    }
    const layout = laidOut.value;
    if (layout.isRoutedOn) {
      this.#dropIn({ why: 'routedOn', family: layout.family, inSpi }, nowMs);
      return;
    }
    const flow = flowOf(packet, layout, 'inbound');
    if (!carries(pair, flow)) {
      pair.inbound.drops.selectors += 1;
      this.#dropIn({ why: 'wrongSelectors', inSpi, flow: keepFlow(flow) }, nowMs);
      return;
    }
    if (hidesPorts(flow, layout)) {
      this.#dropIn({ why: layout.fragment ? 'fragment' : 'malformed', family: layout.family, inSpi }, nowMs);
      return;
    }
    const verdict = this.state.spd().lookUp(flow);
    if (verdict.action === 'discard') {
      this.#dropIn({ why: 'discarded', inSpi, ...whose(flow, verdict) }, nowMs);
      return;
    }
    if (isHidden(pair) && !this.state.shared.admit(pair, packet, layout, flow, nowMs)) {
      this.#dropIn({ why: 'conversationOfAnother', inSpi, flow: keepFlow(flow) }, nowMs);
      return;
    }
    this.state.tally.cameIn(verdict.name, layout.length);
    this.ports.onPassed?.(pair, 'inbound', nowMs);
    const hasTfcPadding = rest.length === 0 && head.length > layout.length;
    const whole: Gathered = hasTfcPadding ? [head.subarray(0, layout.length)] : packet;
    this.ports.deliver(whole, { via: 'esp', connection: pair.connection, inSpi });
  }

  #dropIn(drop: Omit<Drop, 'direction' | 'atMs' | 'rfcSection'>, nowMs: number): void {
    this.state.tally.dropped({ ...drop, direction: 'inbound', atMs: nowMs });
  }
}
