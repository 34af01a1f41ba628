/** A cipher with its integrity under the keys of one direction. */
import type { Gathered } from '../bytes/gathered.ts';
import type { Octets } from '../bytes/octets.ts';
import type { Awaitable } from './awaitable.ts';
import type { WithPlain } from './provider.ts';

export interface Mode {
  /** A combined mode: `associated` is the AAD, and the ICV comes with the cipher. */
  readonly isAead: boolean;
  readonly ivOctets: number;
  /** Plaintext comes in multiples of this: 16 for CBC, else 1. ESP pads to 4 at least on its own account (RFC 4303 2.4). */
  readonly blockOctets: number;
  readonly icvOctets: number;
  /**
   * `head` as it is, then ciphertext and ICV as they came, in further pieces. `associated` is what the ICV covers before the IV;
   * `tail` what it covers behind the ciphertext without its being sent: the high half of an extended sequence number, AEADs apart
   * (RFC 4303 2.2.1). `iv`, `associated` and `plain` are read before the call returns, so that their memory can serve the next one.
   */
  seal(iv: Octets, associated: Octets, plain: Octets, head: Octets, tail?: Octets): Awaitable<Gathered>;
  /**
   * What `next` makes of the plaintext, which is undefined when the ICV does not fit or the length cannot be right. Never throws at
   * a peer's octets. IV, ciphertext and ICV stand in `packet` from `ivAt` to its end, which is to stay as it is until `next` is called;
   * `associated` is read before the call returns.
   */
  open<T>(packet: Octets, ivAt: number, associated: Octets, next: WithPlain<T>, tail?: Octets): Awaitable<T>;
}
