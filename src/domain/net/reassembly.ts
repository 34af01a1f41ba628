/**
 * Fragments put together (RFC 791 3.2, RFC 8200 4.5). Bounded in packets and octets; fragments that overlap end their packet, as
 * RFC 5722 wants for IPv6, since no honest sender makes them. A packet that is not whole in time is forgotten.
 */

import { toHex } from '../bytes/hex.ts';
import type { Octets } from '../bytes/octets.ts';
import { fitHeader, maxIpv4Octets, setU16 } from './ip.ts';
import type { Fragment, IpLayout } from './ip-layout.ts';
import { protocols } from './protocol.ts';

export interface ReassemblyLimits {
  /** Packets in the making at the same time; the oldest makes room. */
  readonly packets: number;
  /** Fragments of one packet: more are an attack. */
  readonly fragments: number;
  readonly holdMs: number;
}

interface Unfinished {
  /** The headers of the first fragment; absent: not here yet. */
  head?: Octets;
  readonly parts: { readonly offset: number; readonly octets: Octets }[];
  /** Octets of the whole payload, known from the last fragment. */
  total?: number;
  readonly untilMs: number;
}

export const defaultReassembly: ReassemblyLimits = { packets: 256, fragments: 64, holdMs: 30_000 };

export class Reassembly {
  /** Oldest first. */
  readonly #unfinished = new Map<string, Unfinished>();
  /** Packets given up: late, overlapping, too many, too long. */
  dropped = 0;

  constructor(private readonly limits: ReassemblyLimits = defaultReassembly) {}

  /** The whole packet, when this fragment was its last missing piece. `layout` has a fragment. */
  add(packet: Octets, layout: IpLayout, nowMs: number): Octets | undefined {
    const { fragment } = layout;
    if (!fragment) return packet;
    const key = keyOf(packet, layout, fragment);
    const unfinished = this.#unfinished.get(key) ?? this.#begin(key, nowMs);
    const octets = packet.slice(fragment.partAt, layout.length);
    if (!fits(unfinished, fragment, octets.length, this.limits.fragments)) {
      this.#unfinished.delete(key);
      this.dropped += 1;
      return undefined;
    }
    if (fragment.offset === 0) unfinished.head = headOf(packet, fragment);
    if (!fragment.hasMore) unfinished.total = fragment.offset + octets.length;
    unfinished.parts.push({ offset: fragment.offset, octets });

    const { head, total, parts } = unfinished;
    const got = parts.reduce((sum, part) => sum + part.octets.length, 0);
    if (!head || total === undefined || got < total) return undefined;
    this.#unfinished.delete(key);
    return join(head, parts, total);
  }

  wake(nowMs: number): void {
    for (const [key, { untilMs }] of this.#unfinished) {
      if (untilMs > nowMs) return; // oldest first
      this.#unfinished.delete(key);
      this.dropped += 1;
    }
  }

  get nextWakeAtMs(): number | undefined {
    for (const { untilMs } of this.#unfinished.values()) return untilMs;
    return undefined;
  }

  #begin(key: string, nowMs: number): Unfinished {
    if (this.#unfinished.size >= this.limits.packets) {
      for (const oldest of this.#unfinished.keys()) {
        this.#unfinished.delete(oldest);
        this.dropped += 1;
        break;
      }
    }
    const unfinished: Unfinished = { parts: [], untilMs: nowMs + this.limits.holdMs };
    this.#unfinished.set(key, unfinished);
    return unfinished;
  }
}

/** Not too many, not too long, a multiple of eight unless last, within the total, and over no other fragment. */
function fits({ parts, total }: Unfinished, fragment: Fragment, octets: number, atMost: number): boolean {
  const { offset, hasMore } = fragment;
  const end = offset + octets;
  if (parts.length >= atMost || octets === 0 || end > maxIpv4Octets - 60 || (hasMore && octets % 8 !== 0)) return false;
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

function join(head: Octets, parts: Unfinished['parts'], total: number): Octets {
  const whole = new Uint8Array(head.length + total);
  whole.set(head);
  for (const part of parts) whole.set(part.octets, head.length + part.offset);
  fitHeader(whole, whole.length);
  return whole;
}

/** Fragments of one packet share addresses, identification, and in IPv4 the protocol. */
function keyOf(packet: Octets, layout: IpLayout, { identification }: Fragment): string {
  const addresses = layout.family === 4 ? packet.subarray(12, 20) : packet.subarray(8, 40);
  const protocol = layout.family === 4 ? layout.protocol : protocols.fragment;
  return `${toHex(addresses)} ${identification} ${protocol}`;
}
