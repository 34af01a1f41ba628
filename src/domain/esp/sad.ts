/**
 * The security association database of one end (RFC 4301 4.4.2): inbound packets find their SA by SPI, outbound flows the newest
 * SA of their policy's connection whose selectors fit. During a rekey both generations receive; the end that answered the rekey
 * sends on the new one only after it heard something there, since its answer may still be on its way (RFC 7296 2.8).
 */
import type { Flow } from '../spd/flow.ts';
import { carries, type TrafficSelector } from '../spd/selector.ts';
import type { InboundSa } from './inbound-sa.ts';
import type { OutboundSa } from './outbound-sa.ts';
import { PairList } from './pair-list.ts';

export interface SaPair {
  readonly inbound: InboundSa;
  readonly outbound: OutboundSa;
  readonly localSelectors: readonly TrafficSelector[];
  readonly remoteSelectors: readonly TrafficSelector[];
  /** What the pair was negotiated for. */
  readonly connection: string;
  readonly child: string;
  readonly installedAtMs: number;
  /** The peer has not shown yet that it can receive on this pair: an older one is preferred for sending. */
  readonly waitsForPeer: boolean;
  /** Who the peer is, where a NAT hides it in transport mode: others there may have its address and its selectors. */
  readonly hiddenPeer?: string | undefined;
}

export class Sad<Pair extends SaPair = SaPair> {
  readonly #bySpi = new Map<number, Pair>();
  readonly #byConnection = new Map<string, PairList<Pair>>();

  get size(): number {
    return this.#bySpi.size;
  }

  /** Takes the place of a pair with the same inbound SPI. */
  install(pair: Pair): void {
    this.remove(pair.inbound.parameters.spi);
    this.#bySpi.set(pair.inbound.parameters.spi, pair);
    const pairs = this.#byConnection.get(pair.connection) ?? new PairList();
    pairs.add(pair);
    this.#byConnection.set(pair.connection, pairs);
  }

  remove(inSpi: number): Pair | undefined {
    const pair = this.#bySpi.get(inSpi);
    if (!pair) return undefined;
    this.#bySpi.delete(inSpi);
    const pairs = this.#byConnection.get(pair.connection);
    pairs?.remove(pair);
    if (pairs?.isEmpty) this.#byConnection.delete(pair.connection);
    return pair;
  }

  /** It is sent on only where no other fits. */
  retire(inSpi: number): void {
    const pair = this.#bySpi.get(inSpi);
    if (pair) this.#byConnection.get(pair.connection)?.putLast(pair);
  }

  bySpi(inSpi: number): Pair | undefined {
    return this.#bySpi.get(inSpi);
  }

  /** The pair to send on; `child` limits it to one child of the connection, `isMeant` to some of its pairs. */
  outboundFor(
    connection: string,
    child: string | undefined,
    flow: Flow,
    isMeant?: (pair: Pair) => boolean,
  ): Pair | undefined {
    let waiting: Pair | undefined;
    const found = this.#byConnection.get(connection)?.find(flow.remote, (pair) => {
      if (child !== undefined && pair.child !== child) return false;
      if (!carries(pair, flow) || pair.outbound.state === 'expired') return false;
      if (isMeant && !isMeant(pair)) return false;
      if (!pair.waitsForPeer || pair.inbound.counters.packets > 0) return true;
      waiting ??= pair;
      return false;
    });
    return found ?? waiting;
  }

  all(): readonly Pair[] {
    return [...this.#bySpi.values()];
  }
}
