/** Two endpoints joined in memory, which negotiate one IKE SA with a pre-shared key, and a CHILD SA in it. */
import { utf8 } from '../src/domain/bytes/octets.ts';
import { Secret } from '../src/domain/bytes/secret.ts';
import type { CryptoProvider } from '../src/domain/crypto/provider.ts';
import { parseProposalList } from '../src/domain/host/proposal-keywords.ts';
import type { Connection } from '../src/domain/ike/connection.ts';
import type { Datagram } from '../src/domain/ike/datagram.ts';
import { IkeEndpoint } from '../src/domain/ike/endpoint.ts';
import type { Fact } from '../src/domain/ike/facts.ts';
import { addressIdentity, anyIdentity } from '../src/domain/ike/identity.ts';
import { meansOf } from '../src/domain/ike/means.ts';
import type { Proposal } from '../src/domain/ike/message/message.ts';
import { address, type IpAddress } from '../src/domain/net/address.ts';
import { hostPrefix } from '../src/domain/net/prefix.ts';
import { hostSelector } from '../src/domain/spd/selector.ts';

export interface NegotiatingPair {
  /** Resolves when both ends have installed the CHILD SA. */
  negotiate(): Promise<void>;
}

export async function makePair(provider: CryptoProvider, ike: string, esp: string): Promise<NegotiatingPair> {
  const [one, other] = [address('192.0.2.1'), address('192.0.2.2')];
  const waiting = { installed: 0, done: () => {}, failed: (_why: Error) => {} };
  const onFact = (fact: Fact): void => {
    if (fact.type === 'failed') waiting.failed(new Error(JSON.stringify(fact.failure)));
    if (fact.type === 'childInstalled' && ++waiting.installed % 2 === 0) waiting.done();
  };
  const means = meansOf(provider);
  const carry = (to: () => IkeEndpoint) => (datagram: Datagram) => {
    const { local, remote, octets } = datagram;
    void to().receive({ local: remote, remote: local, octets }, 0);
  };
  const initiator: IkeEndpoint = new IkeEndpoint({ means, onFact, send: carry(() => responder) });
  const responder: IkeEndpoint = new IkeEndpoint({ means, onFact, send: carry(() => initiator) });
  await initiator.setConnections([aConnection(one, other, ike, esp)], 0);
  await responder.setConnections([aConnection(other, one, ike, esp)], 0);
  return {
    negotiate: () =>
      new Promise((done, failed) => {
        Object.assign(waiting, { done, failed });
        void initiator.initiate('bench', { local: one, remote: other }, 0);
      }),
  };
}

function aConnection(local: IpAddress, remote: IpAddress, ike: string, esp: string): Connection {
  const lifetime = { rekeyAfterMs: 3_600_000, expireAfterMs: 7_200_000, jitter: 0 };
  return {
    name: 'bench',
    local: [hostPrefix(local)],
    remote: [hostPrefix(remote)],
    localAddress: local,
    remoteAddress: remote,
    ikeProposals: proposals('IKE', ike),
    identity: addressIdentity(local),
    peerIdentity: anyIdentity,
    authentication: {
      method: 'psk',
      secrets: [{ secret: new Secret(utf8('a long enough shared secret')), peers: [] }],
    },
    children: [
      {
        name: 'bench',
        espProposals: proposals('ESP', esp),
        mode: { want: 'transport', strictness: 'require' },
        localSelectors: [hostSelector(local)],
        remoteSelectors: [hostSelector(remote)],
        lifetime,
        volume: {},
        replayWindow: 64,
      },
    ],
    ikeLifetime: lifetime,
  };
}

function proposals(protocol: 'IKE' | 'ESP', keywords: string): readonly Proposal[] {
  const parsed = parseProposalList(protocol, keywords);
  if (!parsed.ok) throw new Error(`${keywords}: ${JSON.stringify(parsed.error)}`);
  return parsed.value;
}
