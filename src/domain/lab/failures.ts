/**
 * The failures of the lab's negotiations, explained. Both ends report one negotiation: what the deciding end knows stands, what the
 * other only heard is left out. The same failure again moves to the front instead of filling the list.
 */
import { type Explanation, explain, isHearsay, type Party } from '../explain/refusal.ts';
import type { Failure } from '../ike/facts.ts';
import { exchangeTypes, nameOf, notifyTypes } from '../ike/message/names.ts';
import { printAddress } from '../net/address.ts';

export interface FailureRecord extends Explanation {
  readonly id: string;
  readonly atMs: number;
  readonly policyName?: string;
  readonly hostId?: string;
  readonly localAddress: string;
  readonly remoteAddress: string;
  readonly end: 'cluster' | 'host';
  readonly decidedAt: string;
  readonly notify?: string;
  readonly retryAtMs?: number;
}

/** A failure as one end reports it, and who that is. */
export interface Report {
  readonly atMs: number;
  readonly failure: Failure;
  readonly own: Party;
  readonly peer: Party;
  readonly policyName?: string;
  readonly hostId?: string;
  readonly retryAtMs?: number;
}

interface Entry {
  readonly record: FailureRecord;
  readonly isHearsay: boolean;
}

const keptCount = 50;
/** So long two reports between the same addresses may be of one negotiation. */
const oneNegotiationMs = 10_000;

export class FailureLog {
  #entries: readonly Entry[] = [];
  /** The last failure between two addresses, until `settle`. */
  #standing = new Map<string, Entry>();
  #count = 0;

  /** Newest first. */
  get records(): readonly FailureRecord[] {
    return this.#entries.map(({ record }) => record);
  }

  add(report: Report): void {
    if (report.failure.refusal.code === 'asked' || report.failure.scope === 'request') return;
    const record = this.#recordOf(report);
    const key = keyOf(record);
    const heard = isHearsay(report.failure.refusal);
    const before = this.#standing.get(key);
    const isSameNegotiation = before !== undefined && report.atMs - before.record.atMs < oneNegotiationMs;
    if (heard && isSameNegotiation && !before.isHearsay) {
      if (record.retryAtMs !== undefined) this.#replace(before, { ...before.record, retryAtMs: record.retryAtMs });
      return;
    }
    const isReplaced = before !== undefined && (before.record.sentence === record.sentence || before.isHearsay);
    const entry = { record: isReplaced ? { ...record, id: before.record.id } : record, isHearsay: heard };
    const others = isReplaced ? this.#entries.filter((each) => each !== before) : this.#entries;
    this.#entries = [entry, ...others].slice(0, keptCount);
    this.#standing.set(key, entry);
  }

  /** The failure that stands between these two addresses; absent: none, or what followed was well. */
  standing(clusterAddress: string, hostAddress: string): FailureRecord | undefined {
    return this.#standing.get(`${clusterAddress} ${hostAddress}`)?.record;
  }

  /** SAs came between these two, or a configuration changed: what failed before says nothing of now. */
  settle(concerns: (addresses: Pick<FailureRecord, 'localAddress' | 'remoteAddress'>) => boolean): void {
    for (const [key, { record }] of this.#standing) if (concerns(record)) this.#standing.delete(key);
  }

  clear(): void {
    this.#entries = [];
    this.#standing.clear();
  }

  #replace(before: Entry, record: FailureRecord): void {
    const after = { ...before, record };
    this.#entries = this.#entries.map((each) => (each === before ? after : each));
    this.#standing.set(keyOf(record), after);
  }

  /** Addresses as the cluster sees them, whichever end reports. */
  #recordOf({ failure, own, peer, atMs, policyName, hostId, retryAtMs }: Report): FailureRecord {
    const [clusterSide, hostSide] =
      own.kind === 'cluster' ? [failure.local, failure.remote] : [failure.remote, failure.local];
    const scene = { own, peer, ...(policyName !== undefined && { policyName }) };
    const decider = failure.by === 'local' ? own : peer;
    const { exchange, message } = failure.decidedAt;
    return {
      ...explain(failure.refusal, scene),
      id: `failure-${++this.#count}`,
      atMs,
      ...(policyName !== undefined && { policyName }),
      ...(hostId !== undefined && { hostId }),
      localAddress: printAddress(clusterSide),
      remoteAddress: printAddress(hostSide),
      end: decider.kind,
      decidedAt: `${nameOf(exchangeTypes, exchange)} ${message}`,
      ...(failure.notify !== undefined && { notify: nameOf(notifyTypes, failure.notify) }),
      ...(retryAtMs !== undefined && { retryAtMs }),
    };
  }
}

const keyOf = ({ localAddress, remoteAddress }: FailureRecord): string => `${localAddress} ${remoteAddress}`;
