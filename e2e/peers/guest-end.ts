/** Our boundary and a guest's daemon, set up for each other: one connection between the two addresses of the cable. */
import { utf8 } from '../../src/domain/bytes/octets.ts';
import { Secret } from '../../src/domain/bytes/secret.ts';
import { exactly } from '../../src/domain/ike/auth/identity.ts';
import type { ChildTemplate, Connection } from '../../src/domain/ike/connection.ts';
import type { EndpointSettings } from '../../src/domain/ike/settings.ts';
import { address } from '../../src/domain/net/address.ts';
import { hostPrefix } from '../../src/domain/net/prefix.ts';
import { hostSelector } from '../../src/domain/spd/selector.ts';
import { BoundaryEnd } from './boundary-end.ts';
import { type Guest, guestAddress, ownAddress } from './guest.ts';
import { identity, proposals } from './own-end.ts';

export interface GuestEndWish {
  /** strongSwan keywords, best first. */
  readonly ike: string;
  readonly esp: string;
  readonly psk?: string;
  readonly child?: Partial<ChildTemplate>;
  readonly connection?: Partial<Connection>;
  /** Whom our policy and our child are for; absent: the guest's address. */
  readonly remote?: string;
  readonly settings?: Partial<EndpointSettings>;
}

/** As `a.test`; the guest is `b.test`. */
export async function meetGuest({ link }: Guest, wish: GuestEndWish): Promise<BoundaryEnd> {
  const end = new BoundaryEnd(link, ownAddress, wish.settings);
  const connection = connectionToGuest(wish);
  const remote = hostSelector(address(wish.remote ?? guestAddress));
  const selectors = { local: [hostSelector(address(ownAddress))], remote: [remote] };
  await end.configure([{ name: 'all', action: 'protect', connection: connection.name, ...selectors }], [connection]);
  return end;
}

/** One child between the two addresses, transport mode. */
export function connectionToGuest({
  ike,
  esp,
  psk = 'sekrit',
  child,
  connection,
  remote: to,
}: GuestEndWish): Connection {
  const [local, remote] = [address(ownAddress), address(guestAddress)];
  const hour = 3_600_000;
  const lifetime = { rekeyAfterMs: hour, expireAfterMs: 2 * hour, jitter: 0 };
  return {
    name: 't',
    ...{ local: [hostPrefix(local)], remote: [hostPrefix(remote)], localAddress: local, remoteAddress: remote },
    ...{ identity: identity('a.test'), peerIdentity: exactly(identity('b.test')) },
    ikeProposals: proposals('IKE', ike),
    authentication: { method: 'psk', secrets: [{ secret: new Secret(utf8(psk)), peers: [] }] },
    children: [
      {
        name: 't',
        espProposals: proposals('ESP', esp),
        mode: { want: 'transport', strictness: 'require' },
        ...{ localSelectors: [hostSelector(local)], remoteSelectors: [hostSelector(to ? address(to) : remote)] },
        ...{ lifetime, volume: {}, replayWindow: 64 },
        ...child,
      },
    ],
    ikeLifetime: lifetime,
    ...connection,
  };
}
