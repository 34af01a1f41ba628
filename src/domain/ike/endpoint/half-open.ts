/**
 * Requests for a first IKE_SA_INIT, and how many of them are half-open (RFC 7296 2.4, 2.6): bounded for one address and in all, so that a
 * flood takes no memory; from a threshold on, an address must show by a COOKIE that it hears us before anything is kept of it. What
 * has come in part, of who is not authenticated yet, is bounded over all of them.
 */
import { compareOctets, type Octets } from '../../bytes/octets.ts';
import { printAddress } from '../../net/address.ts';
import { octetsOfSets } from '../channel/fragmentation.ts';
import type { UdpEnd } from '../datagram.ts';
import { type CookieSecrets, freshSecrets, turnSecrets } from '../exchanges/cookie.ts';
import type { Means } from '../means.ts';
import type { Header } from '../message/message.ts';
import type { EndpointSettings } from '../settings.ts';
import type { Slot } from './slots.ts';

/** Where a request is known by, and the address that it counts for. */
export interface InitKey {
  readonly text: string;
  readonly address: string;
}

/** `answered` has a slot where a session came of it. */
export type Admission =
  | { readonly type: 'new' }
  | { readonly type: 'refused' }
  | { readonly type: 'repeated'; readonly slot?: Slot };

export class HalfOpen {
  readonly #requests = new Map<string, { readonly octets: Octets; readonly slot?: Slot }>();
  readonly #keyOf = new Map<Slot, InitKey>();
  readonly #countOf = new Map<string, number>();
  /** Who has what of a message in part, oldest first. */
  readonly #octetsOf = new Map<Slot, number>();
  #octets = 0;
  #count = 0;
  #secrets: CookieSecrets | undefined;

  constructor(
    private readonly settings: EndpointSettings,
    private readonly means: Means,
  ) {}

  get count(): number {
    return this.#count;
  }

  /**
   * A new request counts from now on, until `dropped` or `ended` says what became of it. One that comes again when its session has ended is
   * new: the old answer would lead its sender to where nobody is any more.
   */
  admit(key: InitKey, octets: Octets): Admission {
    const known = this.#requests.get(key.text);
    const isAlive = known?.slot?.session.phase !== 'closed';
    if (known && isAlive && compareOctets(known.octets, octets) === 0) return { type: 'repeated', ...known };
    const { halfOpenTotal, halfOpenPerAddress } = this.settings;
    if (this.#count >= halfOpenTotal || this.#countFor(key) >= halfOpenPerAddress) return { type: 'refused' };
    this.#requests.set(key.text, { octets });
    this.#add(key.address, 1);
    return { type: 'new' };
  }

  /** A session stands behind the answer: a repeated request is its affair. */
  answered(key: InitKey, octets: Octets, slot: Slot): void {
    this.#requests.set(key.text, { octets, slot });
    this.#keyOf.set(slot, key);
  }

  /** Nothing was kept of it. */
  dropped(key: InitKey): void {
    this.#requests.delete(key.text);
    this.#add(key.address, -1);
  }

  /** It has authenticated itself, or has come to nothing: it is half-open no more. */
  ended(slot: Slot): void {
    const key = this.#keyOf.get(slot); // the peer may be met elsewhere now, and it was counted where it began
    if (key) this.#add(key.address, -1);
  }

  /** Who has to forget what has come in part, now that this one has changed. */
  crowdedOut(slot: Slot): readonly Slot[] {
    const { session } = slot;
    this.#keep(slot, session.phase === 'awaitingAuth' ? octetsOfSets(session.fragments) : 0);
    const out: Slot[] = [];
    for (const [each] of this.#octetsOf) {
      if (this.#octets <= this.settings.halfOpenFragmentOctets) break;
      this.#keep(each, 0);
      out.push(each);
    }
    return out;
  }

  forget(slot: Slot): void {
    this.#keep(slot, 0);
    const key = this.#keyOf.get(slot);
    this.#keyOf.delete(slot);
    if (key && this.#requests.get(key.text)?.slot === slot) this.#requests.delete(key.text);
  }

  /** So many of all or of this address that the address must prove itself. */
  mustProve(key: InitKey): boolean {
    const { cookieThreshold, cookieThresholdPerAddress } = this.settings;
    return this.#count > cookieThreshold || this.#countFor(key) > cookieThresholdPerAddress;
  }

  cookieSecrets(nowMs: number): CookieSecrets {
    this.#secrets = turnSecrets(this.#secrets ?? freshSecrets(this.means, nowMs), this.means, nowMs);
    return this.#secrets;
  }

  #keep(slot: Slot, octets: number): void {
    this.#octets += octets - (this.#octetsOf.get(slot) ?? 0);
    if (octets > 0) this.#octetsOf.set(slot, octets);
    else this.#octetsOf.delete(slot);
  }

  #countFor({ address }: InitKey): number {
    return this.#countOf.get(address) ?? 0;
  }

  #add(address: string, by: 1 | -1): void {
    this.#count += by;
    const count = (this.#countOf.get(address) ?? 0) + by;
    if (count > 0) this.#countOf.set(address, count);
    else this.#countOf.delete(address);
  }
}

export function initKeyOf({ initiatorSpi }: Header, { address, port }: UdpEnd): InitKey {
  const printed = printAddress(address);
  return { text: `${initiatorSpi} ${printed} ${port}`, address: printed };
}
