/**
 * The sending half of an IPsec SA (RFC 4303 3.3): numbers packets, seals them, and stops before a sequence number or an IV could
 * repeat. The IV of counter modes and AEADs is the sequence number, which no key ever sees twice (RFC 4106 3.1); CBC's must not
 * be foreseen (RFC 3602 3), so it is random, drawn for many packets at once.
 */
import type { Gathered } from '../bytes/gathered.ts';
import { emptyOctets, type Octets } from '../bytes/octets.ts';
import { err, ok, type Result } from '../bytes/result.ts';
import { type Awaitable, andThen } from '../crypto/awaitable.ts';
import type { Protection } from '../crypto/protection.ts';
import type { Random } from '../crypto/random.ts';
import { maxIpv4Octets } from '../net/ip.ts';
import type { IpLayout } from '../net/ip-layout.ts';
import { protocols } from '../net/protocol.ts';
import { udpHeaderOctets } from '../net/udp.ts';
import { fillUdpChecksum, transportHead, tunnelHead } from './head.ts';
import { espHeadOctets, espOctets, sealEsp } from './packet.ts';
import {
  countPacket,
  type EspCounters,
  type EspParameters,
  type EspPath,
  noTraffic,
  type VolumeState,
  volumeState,
} from './sa.ts';

const two32 = 0x1_0000_0000;
/** Extended numbers stay where a number is exact: 2^53 packets outlast every key. */
const lastSequence = { short: two32 - 1, extended: Number.MAX_SAFE_INTEGER };
/** A successor is wanted when this share of the numbers is used. */
const rekeyShare = 15 / 16;
const ivsAtOnce = 64;

export type SealRefusal =
  /** Transport mode protects whole packets alone (RFC 4303 3.3.4). */
  | { readonly code: 'fragment' }
  | { readonly code: 'sequenceEnd' }
  | { readonly code: 'volumeEnd' }
  | { readonly code: 'tooLong'; readonly octets: number };

export class OutboundSa {
  readonly counters: EspCounters = noTraffic();
  #protection: Awaitable<Protection>;
  #sequence: number;
  #ivs: Octets = emptyOctets;
  #ivAt = 0;

  #path: EspPath;

  /** @param sequence the last number that was used under these keys; 0: none. */
  constructor(
    readonly parameters: EspParameters,
    private readonly random: Random,
    sequence = 0,
  ) {
    this.#sequence = sequence;
    this.#path = parameters;
    this.#protection = parameters.protection;
    if (this.#protection instanceof Promise) {
      this.#protection = this.#protection.then((protection) => {
        this.#protection = protection;
        return protection;
      });
    }
  }

  /** The peer is met elsewhere now: a NAT changed its mind (RFC 7296 2.23). Numbers and keys go on. */
  moveTo(path: EspPath): void {
    this.#path = path;
  }

  get path(): EspPath {
    return this.#path;
  }

  /** The last sequence number sent. */
  get sequence(): number {
    return this.#sequence;
  }

  get state(): VolumeState {
    const last = this.parameters.hasEsn ? lastSequence.extended : lastSequence.short;
    if (this.#sequence >= last) return 'expired';
    const state = volumeState(this.counters, this.parameters.limits);
    return state === 'fresh' && this.#sequence > last * rekeyShare ? 'rekeyDue' : state;
  }

  /** The packet on the wire. What is refused is refused at once; what is accepted may take the cipher a while. */
  seal(packet: Octets, layout: IpLayout, nowMs: number): Result<Awaitable<Gathered>, SealRefusal> {
    const { mode, hasEsn } = this.parameters;
    if (mode === 'transport' && layout.fragment) return err({ code: 'fragment' });
    if (this.#sequence >= (hasEsn ? lastSequence.extended : lastSequence.short)) return err({ code: 'sequenceEnd' });
    if (volumeState(this.counters, this.parameters.limits) === 'expired') return err({ code: 'volumeEnd' });
    if (layout.length > maxIpv4Octets - 160) return err({ code: 'tooLong', octets: layout.length }); // room for ESP and heads

    this.#sequence += 1;
    const sequence = this.#sequence;
    countPacket(this.counters, layout.length, nowMs);
    const protection = this.#protection;
    if (protection instanceof Promise) return ok(this.#sealLater(packet, layout, sequence));
    return ok(this.#sealWith(protection, packet, layout, sequence));
  }

  /** The keys are still being made. */
  async #sealLater(packet: Octets, layout: IpLayout, sequence: number): Promise<Gathered> {
    return await this.#sealWith(await this.#protection, packet, layout, sequence);
  }

  #sealWith(protection: Protection, packet: Octets, layout: IpLayout, sequence: number): Awaitable<Gathered> {
    const { spi, mode, hasEsn } = this.parameters;
    const { udp } = this.#path;
    const isTransport = mode === 'transport';
    const payload = packet.subarray(isTransport ? layout.splitAt : 0, layout.length);
    const esp = { headOctets: espHeadOctets(protection), octets: espOctets(protection, payload.length) };
    const head = isTransport
      ? transportHead(packet, layout, udp, esp)
      : tunnelHead(packet, this.#path, (spi + sequence) % 0x1_0000, esp);
    const nextHeader = isTransport ? layout.splitProtocol : layout.family === 4 ? protocols.ipv4 : protocols.ipv6;
    const sequenceHigh = hasEsn ? Math.floor(sequence / two32) : undefined;
    const frame = { spi, sequenceLow: sequence >>> 0, sequenceHigh, iv: this.#iv(protection.ivOctets, sequence) };
    const sealed = sealEsp(protection, frame, head, payload, nextHeader);
    if (!udp || this.#path.source.family === 4) return sealed;
    return andThen(sealed, (ready) => {
      fillUdpChecksum(ready, head.length - esp.headOctets - udpHeaderOctets);
      return ready;
    });
  }

  #iv(octets: number, sequence: number): Octets {
    if (octets === 8) return counterIv(sequence);
    if (this.#ivAt === this.#ivs.length) {
      this.#ivs = this.random(octets * ivsAtOnce);
      this.#ivAt = 0;
    }
    this.#ivAt += octets;
    return this.#ivs.subarray(this.#ivAt - octets, this.#ivAt);
  }
}

/** In memory that serves every packet: it has been copied when the next one is numbered. */
function counterIv(sequence: number): Octets {
  const high = Math.floor(sequence / two32);
  for (let i = 0; i < 4; i++) {
    counter[i] = high >>> (24 - 8 * i);
    counter[i + 4] = sequence >>> (24 - 8 * i);
  }
  return counter;
}

const counter: Octets = new Uint8Array(8);
