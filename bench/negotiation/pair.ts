/**
 * Two endpoints joined in memory, which negotiate IKE SAs and a CHILD SA in each. The responder answers for as many addresses as
 * are asked of it, so that one pair can hold ten thousand SAs.
 */
import { utf8 } from '../../src/domain/bytes/octets.ts';
import { Secret } from '../../src/domain/bytes/secret.ts';
import type { CryptoProvider } from '../../src/domain/crypto/provider.ts';
import { parseProposalList } from '../../src/domain/host/proposal-keywords.ts';
import { addressIdentity, anyIdentity, type Identity } from '../../src/domain/ike/auth/identity.ts';
import type { Authentication, Connection } from '../../src/domain/ike/connection.ts';
import type { Datagram } from '../../src/domain/ike/datagram.ts';
import { IkeEndpoint } from '../../src/domain/ike/endpoint/endpoint.ts';
import type { Fact } from '../../src/domain/ike/facts.ts';
import { meansOf } from '../../src/domain/ike/means.ts';
import type { Proposal } from '../../src/domain/ike/message/message.ts';
import { address } from '../../src/domain/net/address.ts';
import { anyPort } from '../../src/domain/net/ports.ts';
import { hostPrefix, type Prefix } from '../../src/domain/net/prefix.ts';
import { anyProtocol } from '../../src/domain/net/protocol.ts';

export interface NegotiatingPair {
  /** With so many new addresses of the responder, all at once. Resolves when both ends have installed every CHILD SA. */
  negotiate(count?: number): Promise<void>;
  readonly endpoints: readonly IkeEndpoint[];
}

/** How an end proves itself, and as whom. */
export interface Proof {
  readonly identity: Identity;
  readonly authentication: Authentication;
}

export interface Proofs {
  readonly initiator: Proof;
  readonly responder: Proof;
}

export interface PairWish {
  /** As strongSwan's keywords. */
  readonly ike: string;
  /** Absent: by a pre-shared key. */
  readonly proofs?: Proofs;
}

/** Until an SA is rekeyed. */
export const lifetimeMs = 3_600_000;

const one = address('192.0.2.1');
const other = (number: number) => address(`10.${number >>> 16}.${(number >>> 8) & 255}.${number & 255}`);
const anyOther = { address: address('10.0.0.0'), length: 8 };
const ownAddress = { isDynamic: true, protocol: anyProtocol, ports: anyPort } as const;
const unlimited = { cookieThreshold: 1e6, cookieThresholdPerAddress: 1e6, halfOpenPerAddress: 1e6, halfOpenTotal: 1e6 };

const sharedKey: Authentication = {
  method: 'psk',
  secrets: [{ secret: new Secret(utf8('a long enough shared secret')), peers: [] }],
};
const bySharedKey: Proofs = {
  initiator: { identity: addressIdentity(one), authentication: sharedKey },
  responder: { identity: addressIdentity(other(1)), authentication: sharedKey },
};

export async function makePair(
  provider: CryptoProvider,
  { ike, proofs = bySharedKey }: PairWish,
): Promise<NegotiatingPair> {
  const waiting = { installed: 0, wanted: 0, done: () => {}, failed: (_why: Error) => {} };
  const onFact = (fact: Fact): void => {
    if (fact.type === 'failed') waiting.failed(new Error(JSON.stringify(fact.failure)));
    if (fact.type === 'childInstalled' && ++waiting.installed === waiting.wanted) waiting.done();
  };
  const means = meansOf(provider);
  const carry = (to: () => IkeEndpoint) => (datagram: Datagram) => {
    const { local, remote, octets } = datagram;
    void to().receive({ local: remote, remote: local, octets }, 0);
  };
  const initiator: IkeEndpoint = new IkeEndpoint({ means, onFact, send: carry(() => responder) }, unlimited);
  const responder: IkeEndpoint = new IkeEndpoint({ means, onFact, send: carry(() => initiator) }, unlimited);
  await initiator.setConnections([aConnection(hostPrefix(one), anyOther, ike, proofs.initiator)], 0);
  await responder.setConnections([aConnection(anyOther, hostPrefix(one), ike, proofs.responder)], 0);
  let peers = 0;
  return {
    endpoints: [initiator, responder],
    negotiate: (count = 1) =>
      new Promise((done, failed) => {
        Object.assign(waiting, { done, failed, wanted: waiting.installed + 2 * count });
        for (let i = 0; i < count; i++) void initiator.initiate('bench', { local: one, remote: other(++peers) }, 0);
      }),
  };
}

function aConnection(local: Prefix, remote: Prefix, ike: string, proof: Proof): Connection {
  const lifetime = { rekeyAfterMs: lifetimeMs, expireAfterMs: 2 * lifetimeMs, jitter: 0 };
  return {
    name: 'bench',
    local: [local],
    remote: [remote],
    ikeProposals: proposals('IKE', ike),
    peerIdentity: anyIdentity,
    ...proof,
    children: [
      {
        name: 'bench',
        espProposals: proposals('ESP', 'aes256gcm16'),
        mode: { want: 'transport', strictness: 'require' },
        localSelectors: [ownAddress],
        remoteSelectors: [ownAddress],
        lifetime,
        volume: {},
        replayWindow: 64,
      },
    ],
    ikeLifetime: lifetime,
    uniqueness: 'ignore', // one identity for all addresses
  };
}

/** Fresh ends, but of one configuration: an end reads its own once, and what it finds out about it serves every negotiation. */
const configured = new Map<string, readonly Proposal[]>();

function proposals(protocol: 'IKE' | 'ESP', keywords: string): readonly Proposal[] {
  const known = configured.get(keywords);
  if (known) return known;
  const parsed = parseProposalList(protocol, keywords);
  if (!parsed.ok) throw new Error(`${keywords}: ${JSON.stringify(parsed.error)}`);
  configured.set(keywords, parsed.value);
  return parsed.value;
}
