/** Values for tests with sane defaults: a test names only what matters to it. */
import { utf8 } from '../../bytes/octets.ts';
import { invariant } from '../../bytes/result.ts';
import { Secret } from '../../bytes/secret.ts';
import { address } from '../../net/address.ts';
import { type Prefix, parsePrefix } from '../../net/prefix.ts';
import { selectorOf } from '../../spd/selector.ts';
import { type Identity, parseIdentity, parseIdentityPattern } from '../auth/identity.ts';
import type { ChildTemplate, Connection } from '../connection.ts';
import { proposalOf } from './proposals.ts';

export const hostAddress = '192.0.2.1';
export const clusterAddress = '192.0.2.2';

export function prefix(text: string): Prefix {
  const parsed = parsePrefix(text);
  invariant(parsed.ok, `${text} is a prefix`);
  return parsed.value;
}

export function identity(text: string): Identity {
  const parsed = parseIdentity(text);
  invariant(parsed, `${text} is an identity`);
  return parsed;
}

export interface ConnectionWish {
  readonly name?: string;
  readonly local: string;
  readonly remote: string;
  readonly id?: string;
  readonly peerId?: string;
  readonly psk?: string;
  readonly ike?: readonly string[];
  readonly esp?: readonly string[];
  readonly localSubnet?: string;
  readonly remoteSubnet?: string;
  readonly child?: Partial<ChildTemplate>;
  readonly more?: Partial<Connection>;
}

export function aConnection(wish: ConnectionWish): Connection {
  const name = wish.name ?? 'nfs';
  const peerIdentity = parseIdentityPattern(wish.peerId ?? wish.remote);
  invariant(peerIdentity, 'the peer has an identity');
  return {
    name,
    local: [prefix(wish.local)],
    remote: [prefix(wish.remote)],
    localAddress: address(wish.local),
    remoteAddress: address(wish.remote),
    ikeProposals: (wish.ike ?? ['aes256gcm16-prfsha256-x25519']).map((text) => proposalOf('IKE', text)),
    identity: identity(wish.id ?? wish.local),
    peerIdentity,
    authentication: {
      method: 'psk',
      secrets: [{ secret: new Secret(utf8(wish.psk ?? 'correct horse battery staple')), peers: [] }],
    },
    ikeLifetime: { jitter: 0 },
    livenessAfterMs: 30_000,
    children: [
      {
        name,
        espProposals: (wish.esp ?? ['aes256gcm16-noesn']).map((text) => proposalOf('ESP', text)),
        mode: { want: 'transport', strictness: 'require' },
        localSelectors: [selectorOf(prefix(wish.localSubnet ?? wish.local))],
        remoteSelectors: [selectorOf(prefix(wish.remoteSubnet ?? wish.remote))],
        lifetime: { jitter: 0 },
        volume: {},
        replayWindow: 64,
        ...wish.child,
      },
    ],
    ...wish.more,
  };
}
