/**
 * What traffic tells about an SA (RFC 4301 4.4.2.1, RFC 7296 2.4, 2.8): its volume is nearly used up, so a successor is wanted;
 * it is used up, so the SA ends; we send and hear nothing, so the peer is asked whether it lives. Each is asked once and, where nothing
 * came of it, again after a while; not with every packet.
 */
import type { IkeEndpoint } from '../ike/endpoint/endpoint.ts';
import type { HeardAt } from '../ike/endpoint/orders.ts';
import type { ChildPair } from './child-pair.ts';

/** Traffic asks for a successor again: the last rekey came to nothing, or the SA would have gone. */
const rekeyAgainMs = 30_000;

interface Asked {
  rekeyAtMs: number;
  end: boolean;
  silenceAtMs: number;
  isConfirmed: boolean;
}

export type Asks = Pick<IkeEndpoint, 'rekeyChild' | 'deleteChild' | 'suspectSilence' | 'confirm'>;

export class SaWatch {
  readonly #asked = new Map<number, Asked>();
  /** By connection. */
  #livenessAfterMs: ReadonlyMap<string, number> = new Map();

  constructor(
    private readonly ike: Asks,
    private readonly heardAt: HeardAt,
  ) {}

  setLiveness(livenessAfterMs: ReadonlyMap<string, number>): void {
    this.#livenessAfterMs = livenessAfterMs;
  }

  removed(inSpi: number): void {
    this.#asked.delete(inSpi);
  }

  /** A packet has just passed on this pair. */
  passed(pair: ChildPair, direction: 'outbound' | 'inbound', nowMs: number): void {
    const state = direction === 'outbound' ? pair.outbound.state : pair.inbound.state;
    if (state !== 'fresh') this.#usedUp(pair, state, nowMs);
    if (direction === 'outbound') this.#listen(pair, nowMs);
    else this.#confirm(pair, nowMs);
  }

  /** The first packet that passes tells that the peer has the SA; those before it were counted too, and dropped. */
  #confirm({ sa: { inSpi } }: ChildPair, nowMs: number): void {
    const asked = this.#askedOf(inSpi);
    if (asked.isConfirmed) return;
    asked.isConfirmed = true;
    void this.ike.confirm(inSpi, nowMs);
  }

  #usedUp({ sa: { inSpi } }: ChildPair, state: 'rekeyDue' | 'expired', nowMs: number): void {
    const asked = this.#askedOf(inSpi);
    if (nowMs - asked.rekeyAtMs >= rekeyAgainMs) {
      asked.rekeyAtMs = nowMs;
      void this.ike.rekeyChild(inSpi, nowMs);
    }
    if (state !== 'expired' || asked.end) return;
    void this.ike.deleteChild(inSpi, nowMs);
    asked.end = true;
  }

  #listen({ sa: { inSpi }, connection, inbound, installedAtMs }: ChildPair, nowMs: number): void {
    const livenessAfterMs = this.#livenessAfterMs.get(connection);
    if (livenessAfterMs === undefined) return;
    const heardAtMs = inbound.counters.lastAtMs ?? installedAtMs;
    if (nowMs - heardAtMs < livenessAfterMs) return;
    const asked = this.#askedOf(inSpi);
    if (nowMs - asked.silenceAtMs < livenessAfterMs) return;
    asked.silenceAtMs = nowMs;
    void this.ike.suspectSilence(inSpi, nowMs, this.heardAt);
  }

  #askedOf(inSpi: number): Asked {
    let asked = this.#asked.get(inSpi);
    if (!asked) {
      asked = { rekeyAtMs: -Infinity, end: false, silenceAtMs: -Infinity, isConfirmed: false };
      this.#asked.set(inSpi, asked);
    }
    return asked;
  }
}
