/**
 * The failures of the lab's negotiations, explained. Both ends report one negotiation: what the deciding end knows stands, what the
 * other only heard is left out. The same failure again moves to the front instead of filling the list.
 */
import { explain, isHearsay } from '../explain/refusal.ts';
import type { Explanation, Party } from '../explain/words.ts';
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
  /** SAs came, or a configuration changed: the failure no longer stands. */
  readonly settledAtMs?: number;
}

type Addresses = Pick<FailureRecord, 'localAddress' | 'remoteAddress'>;

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
  /** Newest first. */
  #entries: readonly Entry[] = [];
  #count = 0;

  /** Newest first. */
  get records(): readonly FailureRecord[] {
    return this.#entries.map(({ record }) => record);
  }

  add(report: Report): void {
    if (report.failure.refusal.code === 'asked' || report.failure.scope === 'request') return;
    const heard = isHearsay(report.failure.refusal);
    const record = this.#recordOf(report);
    const ofOneNegotiation = this.#entries.find(
      (each) => areBetweenTheSame(each.record, record) && report.atMs - each.record.atMs < oneNegotiationMs,
    );
    if (heard && ofOneNegotiation !== undefined && !ofOneNegotiation.isHearsay) {
      this.#complete(ofOneNegotiation, record);
      return;
    }
    const known = this.#entries.find(
      (each) => areBetweenTheSame(each.record, record) && each.record.sentence === record.sentence,
    );
    const superseded = ofOneNegotiation?.isHearsay === true ? ofOneNegotiation : undefined;
    const id = (known ?? superseded)?.record.id ?? record.id;
    const others = this.#entries.filter((each) => each !== known && each !== superseded);
    this.#entries = [{ record: { ...record, id }, isHearsay: heard }, ...others].slice(0, keptCount);
  }

  /** The failure that stands between these two addresses; absent: none, or what followed was well. */
  standing(localAddress: string, remoteAddress: string): FailureRecord | undefined {
    return this.records.find(
      (record) => areBetweenTheSame(record, { localAddress, remoteAddress }) && record.settledAtMs === undefined,
    );
  }

  /** SAs came between these two, or a configuration changed: what failed before says nothing of now. */
  settle(atMs: number, concerns: (addresses: Addresses) => boolean): void {
    this.#entries = this.#entries.map((entry) =>
      entry.record.settledAtMs === undefined && concerns(entry.record)
        ? { ...entry, record: { ...entry.record, settledAtMs: atMs } }
        : entry,
    );
  }

  /** The initiator, which only heard of the failure, knows when it tries again. */
  #complete(entry: Entry, heard: FailureRecord): void {
    const { retryAtMs } = heard;
    if (retryAtMs === undefined || entry.record.settledAtMs !== undefined) return;
    const completed = { ...entry, record: { ...entry.record, retryAtMs } };
    this.#entries = this.#entries.map((each) => (each === entry ? completed : each));
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

const areBetweenTheSame = (a: Addresses, b: Addresses): boolean =>
  a.localAddress === b.localAddress && a.remoteAddress === b.remoteAddress;
