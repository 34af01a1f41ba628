/**
 * The peer is met elsewhere: the same SAs on another outer path. A NAT that forgot its mapping makes one (RFC 7296 2.23), and a
 * peer that moves says so (RFC 4555 3.5, mobike.ts).
 *
 * Without MOBIKE only the end behind no NAT follows, and only an authenticated packet leads it: whoever can copy packets could
 * otherwise turn an SA on any third party.
 */
import { compareAddresses } from '../../net/address.ts';
import type { Child } from '../child/child.ts';
import type { ChildSa } from '../child/child-sa.ts';
import type { UdpEnd } from '../datagram.ts';
import type { Env } from '../env.ts';
import type { Fact } from '../facts.ts';
import type { Live } from '../sa/state.ts';
import { viewOf } from '../sa/view.ts';
import { type HasNat, isBehindNat, type Path } from './nat.ts';

export interface Moved {
  readonly session: Live;
  readonly facts: readonly Fact[];
}

/** An authenticated packet came from `remote`. The very same session where there is nothing to follow. */
export function followNat(env: Pick<Env, 'nowMs'>, live: Live, remote: UdpEnd): Moved {
  const follows = live.hasNat.remote && !live.hasNat.local && !live.mobike;
  if (!follows || isSameEnd(remote, live.path.remote)) return { session: live, facts: [] };
  return moveTo(env, live, { ...live.path, remote }, live.hasNat);
}

export function moveTo(env: Pick<Env, 'nowMs'>, live: Live, path: Path, hasNat: HasNat): Moved {
  const children = live.children.map((child): Child => ({ ...child, sa: movedSa(child.sa, path, hasNat) }));
  const session = { ...live, path, hasNat, children };
  const { nowMs: atMs } = env;
  return {
    session,
    facts: [
      { type: 'ikeMoved', atMs, ikeSa: viewOf(session) },
      ...children.map(({ sa }): Fact => ({ type: 'childMoved', atMs, child: sa })),
    ],
  };
}

function movedSa({ encapsulation: _, ...sa }: ChildSa, { local, remote }: Path, hasNat: HasNat): ChildSa {
  return {
    ...sa,
    ...{ local: local.address, remote: remote.address },
    ...(isBehindNat(hasNat) ? { encapsulation: { localPort: local.port, remotePort: remote.port } } : {}),
  };
}

export const isSameEnd = (a: UdpEnd, b: UdpEnd): boolean =>
  a.port === b.port && compareAddresses(a.address, b.address) === 0;
