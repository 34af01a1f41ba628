/**
 * Fragments put together (RFC 791 3.2, RFC 8200 4.5). Bounded in packets and octets; fragments that overlap end their packet, as
 * RFC 5722 wants for IPv6, since no honest sender makes them, but one that merely comes twice is one. A packet that is not whole in
 * time is forgotten. Congestion that any fragment met is told in the whole, or the packet is lost where that cannot say it (RFC 3168 5.3).
 */
import { toHex } from '../bytes/hex.ts';
import { compareOctets, type Octets } from '../bytes/octets.ts';
import { fitHeader, maxIpv4Octets, maxIpv6Octets, setU16 } from './ip.ts';
import type { Fragment, IpLayout } from './ip-layout.ts';
import { protocols } from './protocol.ts';
import { ecn, ecnOf, setEcn } from './traffic-class.ts';

export interface ReassemblyLimits {
  /** Packets in the making at the same time; the oldest makes room. */
  readonly packets: number;
  /** Fragments of one packet: more are an attack. */
  readonly fragments: number;
  readonly holdMs: number;
}

interface Unfinished {
  readonly family: 4 | 6;
  /** The headers of the first fragment; absent: not here yet. */
  head?: Octets;
  readonly parts: Part[];
  /** Octets of the whole payload, known from the last fragment. */
  total?: number;
  /** Codepoints of ECN that its fragments bear, a bit each. */
  marks: number;
  readonly untilMs: number;
}

/** Late, overlapping, too many or too long: `fragment`. */
export interface ReassemblyFault {
  readonly why: 'fragment' | 'congested';
  readonly family: 4 | 6;
}

/** A packet has a minute to become whole (RFC 8200 4.5; RFC 1122 3.3.2 wants as much, and two minutes at most). */
const defaultReassembly: ReassemblyLimits = { packets: 256, fragments: 64, holdMs: 60_000 };

export class Reassembly {
  /** Oldest first. */
  readonly #unfinished = new Map<string, Unfinished>();

  /** @param onDrop called for each packet that is given up, not for each of its fragments. */
  constructor(
    private readonly onDrop: (fault: ReassemblyFault, nowMs: number) => void,
    private readonly limits: ReassemblyLimits = defaultReassembly,
  ) {}

  /** The whole packet, when this fragment was its last missing piece. `layout` has a fragment. */
  add(packet: Octets, layout: IpLayout, nowMs: number): Octets | undefined {
    const { fragment } = layout;
    if (!fragment) return packet;
    const key = keyOf(packet, layout, fragment);
    const unfinished = this.#unfinished.get(key) ?? this.#begin(key, layout.family, nowMs);
    const part = { offset: fragment.offset, octets: packet.slice(fragment.partAt, layout.length) };
    unfinished.marks |= 1 << ecnOf(packet);
    if (isKnown(unfinished, part, fragment)) return undefined;
    if (!fits(unfinished, fragment, part.octets.length, this.limits.fragments)) {
      this.#giveUp(key, unfinished, 'fragment', nowMs);
      return undefined;
    }
    if (fragment.offset === 0) unfinished.head = headOf(packet, fragment);
    if (!fragment.hasMore) unfinished.total = fragment.offset + part.octets.length;
    unfinished.parts.push(part);

    const { head, total, parts, marks } = unfinished;
    const got = parts.reduce((sum, { octets }) => sum + octets.length, 0);
    if (!head || total === undefined || got < total) return undefined;
    const whole = join(head, parts, total);
    const fault = whole ? congestionIn(whole, marks) : 'fragment';
    if (fault) {
      this.#giveUp(key, unfinished, fault, nowMs);
      return undefined;
    }
    this.#unfinished.delete(key);
    return whole;
  }

  wake(nowMs: number): void {
    for (const [key, unfinished] of this.#unfinished) {
      if (unfinished.untilMs > nowMs) return; // oldest first
      this.#giveUp(key, unfinished, 'fragment', nowMs);
    }
  }

  get nextWakeAtMs(): number | undefined {
    for (const { untilMs } of this.#unfinished.values()) return untilMs;
    return undefined;
  }

  #begin(key: string, family: 4 | 6, nowMs: number): Unfinished {
    if (this.#unfinished.size >= this.limits.packets) {
      const [oldest] = this.#unfinished;
      if (oldest) this.#giveUp(...oldest, 'fragment', nowMs);
    }
    const unfinished: Unfinished = { family, parts: [], marks: 0, untilMs: nowMs + this.limits.holdMs };
    this.#unfinished.set(key, unfinished);
    return unfinished;
  }

  #giveUp(key: string, { family }: Unfinished, why: ReassemblyFault['why'], nowMs: number): void {
    this.#unfinished.delete(key);
    this.onDrop({ why, family }, nowMs);
  }
}

interface Part {
  readonly offset: number;
  readonly octets: Octets;
}

/** This very fragment is here already: the network has doubled it. */
function isKnown({ parts, total }: Unfinished, { offset, octets }: Part, { hasMore }: Fragment): boolean {
  const wasLast = total === offset + octets.length;
  return (
    wasLast !== hasMore && parts.some((each) => each.offset === offset && compareOctets(each.octets, octets) === 0)
  );
}

/** Not too many, not too long, a multiple of eight unless last, within the total, and over no other fragment. */
function fits({ parts, total }: Unfinished, fragment: Fragment, octets: number, atMost: number): boolean {
  const { offset, hasMore } = fragment;
  const end = offset + octets;
  if (parts.length >= atMost || octets === 0 || end > maxIpv4Octets || (hasMore && octets % 8 !== 0)) return false;
  if (total !== undefined && (hasMore ? end >= total : true)) return false;
  if (!hasMore && parts.some((part) => part.offset + part.octets.length > offset)) return false;
  return parts.every((part) => end <= part.offset || offset >= part.offset + part.octets.length);
}

/** The headers as they were before the packet was cut up: IPv6 without the fragment header. */
function headOf(packet: Octets, { partAt, announcedAt }: Fragment): Octets {
  if (announcedAt === undefined) {
    const head = packet.slice(0, partAt);
    setU16(head, 6, 0);
    return head;
  }
  const fragmentHeaderAt = partAt - 8;
  const head = packet.slice(0, fragmentHeaderAt);
  head[announcedAt] = packet[fragmentHeaderAt] as number; // the fragment header says what follows it
  return head;
}

/** Undefined: longer than a packet can be, since the first fragment had more headers than the others. */
function join(head: Octets, parts: readonly Part[], total: number): Octets | undefined {
  const isIpv4 = (head[0] as number) >> 4 === 4; // a head has its first octet
  if (head.length + total > (isIpv4 ? maxIpv4Octets : maxIpv6Octets)) return undefined;
  const whole = new Uint8Array(head.length + total);
  whole.set(head);
  for (const part of parts) whole.set(part.octets, head.length + part.offset);
  fitHeader(whole, whole.length);
  return whole;
}

/** Marks the whole, or says that it cannot be marked: its sender knows no ECN, or somebody on the way took that from it. */
function congestionIn(whole: Octets, marks: number): 'congested' | undefined {
  if ((marks & (1 << ecn.congested)) === 0) return undefined;
  if ((marks & (1 << ecn.notCapable)) !== 0) return 'congested';
  setEcn(whole, ecn.congested);
  return undefined;
}

/** Fragments of one packet share addresses, identification, and in IPv4 the protocol. */
function keyOf(packet: Octets, layout: IpLayout, { identification }: Fragment): string {
  const addresses = layout.family === 4 ? packet.subarray(12, 20) : packet.subarray(8, 40);
  const protocol = layout.family === 4 ? layout.protocol : protocols.fragment;
  return `${toHex(addresses)} ${identification} ${protocol}`;
}
