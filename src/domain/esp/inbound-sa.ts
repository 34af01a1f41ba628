/**
 * The receiving half of an IPsec SA (RFC 4303 3.4): replay check, ICV, padding, window, in this order; then the packet as its
 * sender had it. It comes in two steps, since several packets may be under way at once and a cipher answers in an order of its own: `decrypt`
 * asks the window, `admit` moves it, and packets are admitted in the order in which they came.
 */
import type { Gathered } from '../bytes/gathered.ts';
import { joined, type Octets } from '../bytes/octets.ts';
import { err, ok, type Result } from '../bytes/result.ts';
import type { Awaitable } from '../crypto/awaitable.ts';
import type { Protection } from '../crypto/protection.ts';
import { type IpLayout, isExtension } from '../net/ip-layout.ts';
import { protocols } from '../net/protocol.ts';
import { ecn, ecnOf, setEcn } from '../net/traffic-class.ts';
import { restoredHead } from './head.ts';
import { fixUpperChecksum } from './nat-checksum.ts';
import { type EspRefusal, type Opened, openEsp, sequenceOf } from './packet.ts';
import { type Freshness, ReplayWindow } from './replay-window.ts';
import { countPacket, type EspCounters, type EspParameters, noTraffic, type VolumeState, volumeState } from './sa.ts';

export type OpenRefusal =
  | EspRefusal
  | { readonly code: 'replay'; readonly sequence: number; readonly why: Exclude<Freshness, 'fresh'> }
  /** Next header 59: sent to hide when nothing is sent (RFC 4303 2.6). No fault, nothing to deliver. */
  | { readonly code: 'dummy' }
  /** A tunnel: congestion was marked on the way, and the packet inside cannot say it (RFC 6040 4.2). */
  | { readonly code: 'congested' }
  /** A tunnel carries whole packets, each under its own number (RFC 4303 2.6): this is none, or of the other family. */
  | { readonly code: 'notOfMode'; readonly nextHeader: number }
  | { readonly code: 'volumeEnd' };

export type OpenResult = Result<Gathered, OpenRefusal>;

/** Whole and from the peer; whether it came before is for `admit` to say. */
export interface Decrypted {
  readonly sequence: number;
  readonly packet: Octets;
  readonly layout: IpLayout;
  readonly opened: Opened;
}

export type DecryptResult = Result<Decrypted, OpenRefusal>;

export interface InboundDrops {
  replay: number;
  icv: number;
  /** Truncated, padding, not of the SA's mode. */
  malformed: number;
  selectors: number;
}

const two32 = 0x1_0000_0000;

export class InboundSa {
  readonly counters: EspCounters = noTraffic();
  readonly drops: InboundDrops = { replay: 0, icv: 0, malformed: 0, selectors: 0 };
  readonly window: ReplayWindow;
  #protection: Awaitable<Protection>;

  /** @param replayWindow packets; 0: no replay check. */
  constructor(
    readonly parameters: EspParameters,
    replayWindow: number,
  ) {
    this.window = new ReplayWindow(replayWindow);
    this.#protection = parameters.protection;
    if (this.#protection instanceof Promise) {
      this.#protection = this.#protection.then((protection) => {
        this.#protection = protection;
        return protection;
      });
    }
  }

  get state(): VolumeState {
    return volumeState(this.counters, this.parameters.limits);
  }

  /** ESP stands at `espAt`: where the packet's upper layer begins, or eight octets later, behind UDP. */
  decrypt(packet: Octets, layout: IpLayout, espAt: number): Awaitable<DecryptResult> {
    const protection = this.#protection;
    if (protection instanceof Promise) return protection.then(() => this.decrypt(packet, layout, espAt));
    const whole = packet.length === layout.length ? packet : packet.subarray(0, layout.length);
    const low = sequenceOf(whole, espAt);
    const sequence = this.parameters.hasEsn ? this.window.extend(low) : low;
    const freshness = this.window.check(sequence);
    if (freshness !== 'fresh') return this.#refuse({ code: 'replay', sequence, why: freshness });
    if (this.state === 'expired') return err({ code: 'volumeEnd' });

    const sequenceHigh = this.parameters.hasEsn ? Math.floor(sequence / two32) : undefined;
    return openEsp(protection, whole, espAt, sequenceHigh, (opened) =>
      opened.ok ? ok({ sequence, packet: whole, layout, opened: opened.value }) : this.#refuse(opened.error),
    );
  }

  /**
   * The IP packet that was protected: in tunnel mode as the cipher gave it, in transport mode the headers before ESP made whole
   * again, then what the cipher gave.
   */
  admit({ sequence, packet, layout, opened }: Decrypted, nowMs: number): OpenResult {
    const noted = this.window.note(sequence);
    if (noted !== 'fresh') return this.#refuse({ code: 'replay', sequence, why: noted });
    return this.#restore(packet, layout, opened, nowMs);
  }

  #restore(packet: Octets, layout: IpLayout, opened: Opened, nowMs: number): OpenResult {
    const { mode, original } = this.parameters;
    const { nextHeader, payload } = opened;
    if (nextHeader === protocols.noNext) return err({ code: 'dummy' });
    if (mode === 'tunnel') {
      if (nextHeader !== numberOf(payload)) return this.#refuse({ code: 'notOfMode', nextHeader });
      const told = withCongestion(payload, ecnOf(packet));
      if (!told) return err({ code: 'congested' });
      countPacket(this.counters, payload.length, nowMs);
      return ok([told]);
    }
    const head = restoredHead(packet, layout, nextHeader, payload.length);
    const hasMoreHeaders = layout.family === 6 && isExtension(nextHeader); // all IP headers stand in the first piece
    const restored: Gathered = hasMoreHeaders ? [joined(head, payload)] : [head, payload];
    if (original) fixUpperChecksum(restored, original);
    countPacket(this.counters, head.length + payload.length, nowMs);
    return ok(restored);
  }

  #refuse(refusal: OpenRefusal): Result<never, OpenRefusal> {
    if (refusal.code === 'replay') this.drops.replay += 1;
    else if (refusal.code === 'icv') this.drops.icv += 1;
    else this.drops.malformed += 1;
    return err(refusal);
  }
}

/** What a tunnel calls this packet (RFC 4303 2.6); undefined: it is none. */
function numberOf(packet: Octets): number | undefined {
  const version = (packet[0] ?? 0) >> 4;
  if (version === 4) return protocols.ipv4;
  return version === 6 ? protocols.ipv6 : undefined;
}

/** What was marked on the way is told the inner packet (RFC 6040 4.2); undefined where that cannot say it. */
function withCongestion(inner: Octets, outer: number): Octets | undefined {
  if (inner.length < 20) return inner; // no packet, as will be found
  const own = ecnOf(inner);
  if (own === ecn.notCapable) return outer === ecn.congested ? undefined : inner;
  const isMarked = outer === ecn.congested || (own === ecn.ect0 && outer === ecn.ect1);
  if (!isMarked || own === ecn.congested) return inner;
  const marked = inner.slice();
  setEcn(marked, outer);
  return marked;
}
