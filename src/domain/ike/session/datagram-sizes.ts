/** How long a message's datagrams may be (RFC 7383 2.5.1). */
import { datagramOctetsFor } from '../channel/fragmentation.ts';
import type { Env } from '../env.ts';
import { peerFeaturesOf, type Session } from '../sa/state.ts';

/** Longest datagrams of a message, in octets: now, and on a path that takes no more. */
export interface Sizes {
  readonly now: number;
  readonly narrow: number;
}

/** Undefined where we send no fragments, since the peer cannot take them or we are not to. */
export function sizesOf({ settings }: Env, session: Session): Sizes | undefined {
  if (!peerFeaturesOf(session)?.takesFragments) return undefined;
  const { address } = session.path.remote;
  const narrow = datagramOctetsFor(address, Math.min(settings.narrowIpOctets, settings.fragmentIpOctets));
  return { now: session.window.isNarrow ? narrow : datagramOctetsFor(address, settings.fragmentIpOctets), narrow };
}
