/** A cipher with its integrity under one key: what a protection is but for the memory, which the provider gives. */
import type { Octets } from '../bytes/octets.ts';
import type { Awaitable } from './awaitable.ts';
import type { Finish } from './provider.ts';

export interface Mode {
  /** A combined mode: `associated` is the AAD, and the ICV comes with the cipher. */
  readonly isAead: boolean;
  readonly ivOctets: number;
  /** Plaintext comes in multiples of this: 16 for CBC, else 1. ESP pads to 4 at least on its own account (RFC 4303 2.4). */
  readonly blockOctets: number;
  readonly icvOctets: number;
  /**
   * What `finish` makes of ciphertext and ICV; without it both in new memory. `associated` is what stands before the IV; `tail` is
   * what the ICV covers behind the ciphertext without its being sent: the high half of an extended sequence number, AEADs apart
   * (RFC 4303 2.2.1). `associated` and `plain` are read before the call returns, so that their memory can serve the next one.
   */
  seal(iv: Octets, associated: Octets, plain: Octets, tail?: Octets, finish?: Finish): Awaitable<Octets>;
  /**
   * The plaintext; undefined when the ICV does not fit or the length cannot be right. Never throws at a peer's octets.
   * `associated` is read before the call returns.
   */
  open(iv: Octets, associated: Octets, cipherAndIcv: Octets, tail?: Octets): Awaitable<Octets | undefined>;
}
