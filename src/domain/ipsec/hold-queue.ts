/**
 * Packets that wait for their first SA (RFC 4301 4.4.1, "trap, on demand"): one negotiation for a policy and a pair of
 * addresses, and what else the policy takes from the packet; a few packets meanwhile, an end to the waiting. After a failure the
 * pair is closed for a while, so that traffic which keeps coming does not become a storm of negotiations.
 */
import { toHex } from '../bytes/hex.ts';
import type { Octets } from '../bytes/octets.ts';
import type { IpLayout } from '../net/ip-layout.ts';
import type { Flow } from '../spd/flow.ts';
import type { FromPacket } from '../spd/from-packet.ts';
import type { ProtectPolicy } from '../spd/policy.ts';

export interface HeldPacket {
  readonly packet: Octets;
  readonly layout: IpLayout;
  readonly flow: Flow;
}

export interface Waiting {
  readonly policy: ProtectPolicy;
  /** The flow that asked first. */
  readonly trigger: Flow;
  /** Newest last. */
  readonly held: HeldPacket[];
  readonly untilMs: number;
}

export interface HoldLimits {
  /** Packets that wait for one negotiation; the oldest makes room. */
  readonly packets: number;
  /** Pairs that wait at the same time. */
  readonly pairs: number;
  /** How long a packet waits at most. */
  readonly holdMs: number;
  /** How long after a failure no new negotiation begins for the same pair. */
  readonly retryAfterMs: number;
}

export const defaultHold: HoldLimits = { packets: 16, pairs: 1024, holdMs: 120_000, retryAfterMs: 5_000 };

/** `first`: the caller begins a negotiation. `held`: one is under way. */
export type Held =
  | { readonly outcome: 'first' }
  | { readonly outcome: 'held'; readonly pushedOut: HeldPacket | undefined }
  | { readonly outcome: 'refused'; readonly why: 'holdFull' | 'noSa' };

export class HoldQueue {
  readonly #waiting = new Map<string, Waiting>();
  readonly #closedUntilMs = new Map<string, number>();

  constructor(
    private readonly limits: HoldLimits,
    private readonly fromPacket: (policy: ProtectPolicy) => FromPacket = () => [],
  ) {}

  hold(policy: ProtectPolicy, packet: HeldPacket, nowMs: number): Held {
    const key = this.#keyOf(policy, packet.flow);
    const waiting = this.#waiting.get(key);
    if (waiting) {
      const pushedOut = waiting.held.length < this.limits.packets ? undefined : waiting.held.shift();
      waiting.held.push(packet);
      return { outcome: 'held', pushedOut };
    }
    if ((this.#closedUntilMs.get(key) ?? 0) > nowMs) return { outcome: 'refused', why: 'noSa' };
    if (this.#waiting.size >= this.limits.pairs) return { outcome: 'refused', why: 'holdFull' };
    this.#closedUntilMs.delete(key);
    this.#waiting.set(key, { policy, trigger: packet.flow, held: [packet], untilMs: nowMs + this.limits.holdMs });
    return { outcome: 'first' };
  }

  /** Takes out every negotiation's packets for which `isOver` holds. */
  take(isOver: (waiting: Waiting) => boolean): readonly Waiting[] {
    const over: Waiting[] = [];
    for (const [key, waiting] of this.#waiting) {
      if (!isOver(waiting)) continue;
      this.#waiting.delete(key);
      over.push(waiting);
    }
    return over;
  }

  /** As `take`, for negotiations that came to nothing: their pairs stay closed for a while. */
  fail(hasFailed: (waiting: Waiting) => boolean, nowMs: number): readonly Waiting[] {
    const failed = this.take(hasFailed);
    for (const [key, untilMs] of this.#closedUntilMs) if (untilMs <= nowMs) this.#closedUntilMs.delete(key);
    for (const { policy, trigger } of failed) {
      this.#closedUntilMs.set(this.#keyOf(policy, trigger), nowMs + this.limits.retryAfterMs);
    }
    return failed;
  }

  /** The configuration changed: what failed before may work now. */
  reopen(): void {
    this.#closedUntilMs.clear();
  }

  /** When the pair of this flow may ask again after a failure; undefined: now. */
  closedUntilMs(policy: ProtectPolicy, flow: Flow): number | undefined {
    return this.#closedUntilMs.get(this.#keyOf(policy, flow));
  }

  get nextExpiryAtMs(): number | undefined {
    let next: number | undefined;
    for (const { untilMs } of this.#waiting.values()) if (next === undefined || untilMs < next) next = untilMs;
    return next;
  }

  has(waiting: Waiting): boolean {
    return this.#waiting.get(this.#keyOf(waiting.policy, waiting.trigger)) === waiting;
  }

  all(): readonly Waiting[] {
    return [...this.#waiting.values()];
  }

  #keyOf(policy: ProtectPolicy, flow: Flow): string {
    const more = this.fromPacket(policy).map((field) => (field === 'local' || field === 'remote' ? '' : flow[field]));
    return [toHex(flow.local.octets), toHex(flow.remote.octets), ...more, policy.name].join(' ');
  }
}
