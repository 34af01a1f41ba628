/**
 * Our end of a test against a real peer: one IkeEndpoint on UDP with one connection, its facts kept in order. `until` waits
 * for a fact, and fails with all facts when the time is over.
 */
import { utf8 } from '../../src/domain/bytes/octets.ts';
import { Secret } from '../../src/domain/bytes/secret.ts';
import type { Random } from '../../src/domain/crypto/random.ts';
import { parseProposalList } from '../../src/domain/host/proposal-keywords.ts';
import { exactly, type Identity, parseIdentity } from '../../src/domain/ike/auth/identity.ts';
import type { ChildSa } from '../../src/domain/ike/child/child-sa.ts';
import type { Connection } from '../../src/domain/ike/connection.ts';
import type { Fact } from '../../src/domain/ike/facts.ts';
import { meansOf } from '../../src/domain/ike/means.ts';
import type { Proposal } from '../../src/domain/ike/message/message.ts';
import type { EndpointSettings } from '../../src/domain/ike/settings.ts';
import { address } from '../../src/domain/net/address.ts';
import { hostPrefix } from '../../src/domain/net/prefix.ts';
import { hostSelector } from '../../src/domain/spd/selector.ts';
import { nodeProvider } from '../../src/server/node-provider.ts';
import { charonAddress, charonIdentity, ownAddress, ownIdentity, type PeerPorts } from './charon.ts';
import { type CarrierOptions, UdpCarrier } from './udp-carrier.ts';

export interface OwnOptions {
  readonly ports: PeerPorts;
  /** strongSwan keywords, best first. */
  readonly ike?: string;
  readonly esp?: string;
  readonly psk?: string;
  readonly connection?: Partial<Connection>;
  readonly settings?: Partial<EndpointSettings>;
  readonly outbound?: CarrierOptions['outbound'];
  /** Where a test has a say in what chance brings. */
  readonly random?: Random;
}

export class OwnEnd {
  readonly facts: Fact[] = [];
  private watchers: (() => void)[] = [];
  private carrier!: UdpCarrier; // set by `open`, the only way here

  static async open(options: OwnOptions): Promise<OwnEnd> {
    const end = new OwnEnd();
    end.carrier = await UdpCarrier.open({
      address: ownAddress,
      ikePort: options.ports.ownIke,
      natPort: options.ports.ownNat,
      endpoint: {
        means: { ...meansOf(nodeProvider), ...(options.random && { random: options.random }) },
        onFact: (fact) => end.note(fact),
      },
      ...(options.settings && { settings: options.settings }),
      ...(options.outbound && { outbound: options.outbound }),
    });
    await end.endpoint.setConnections([connectionOf(options)], Date.now());
    return end;
  }

  get endpoint() {
    return this.carrier.endpoint;
  }

  initiate(): Promise<void> {
    return this.endpoint.initiate('t', { local: address(ownAddress), remote: address(charonAddress) }, Date.now());
  }

  /** The first fact of a type, of those noted so far or to come. */
  async until<T extends Fact['type']>(type: T, withinMs = 12_000): Promise<Extract<Fact, { type: T }>> {
    const isWanted = (fact: Fact): fact is Extract<Fact, { type: T }> => fact.type === type;
    const endsAtMs = Date.now() + withinMs;
    for (;;) {
      const found = this.facts.find(isWanted);
      if (found) return found;
      if (!(await this.nextFact(endsAtMs - Date.now()))) {
        throw new Error(`no ${type} within ${withinMs} ms; facts: ${this.facts.map(summary).join(', ')}`);
      }
    }
  }

  /** Forgets the facts so far, so that `until` waits for new ones. */
  forget(): void {
    this.facts.length = 0;
  }

  children(): readonly ChildSa[] {
    return this.endpoint.ikeSas().flatMap(({ children }) => children);
  }

  close(): Promise<void> {
    return this.carrier.close();
  }

  private note(fact: Fact): void {
    this.facts.push(fact);
    for (const wake of this.watchers.splice(0)) wake();
  }

  private nextFact(withinMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), Math.max(0, withinMs));
      this.watchers.push(() => {
        clearTimeout(timer);
        resolve(true);
      });
    });
  }
}

/** A fact in a line: what a failing test shows. */
const summary = (fact: Fact): string =>
  fact.type === 'failed' ? `failed (${fact.failure.by}: ${fact.failure.refusal.code})` : fact.type;

export const defaultIke = 'aes256-sha384-ecp384';
export const defaultEsp = 'aes256gcm16';

export function connectionOf({
  ports,
  ike = defaultIke,
  esp = defaultEsp,
  psk = 'sekrit',
  connection,
}: OwnOptions): Connection {
  const hour = 3_600_000;
  return {
    name: 't',
    local: [hostPrefix(address(ownAddress))],
    remote: [hostPrefix(address(charonAddress))],
    localAddress: address(ownAddress),
    localPort: ports.ownIke,
    remoteAddress: address(charonAddress),
    remotePort: ports.charonIke,
    ikeProposals: proposals('IKE', ike),
    identity: identity(ownIdentity),
    peerIdentity: exactly(identity(charonIdentity)),
    authentication: { method: 'psk', secrets: [{ secret: new Secret(utf8(psk)), peers: [] }] },
    children: [
      {
        name: 't',
        espProposals: proposals('ESP', esp),
        mode: { want: 'transport', strictness: 'require' },
        localSelectors: [hostSelector(address(ownAddress))],
        remoteSelectors: [hostSelector(address(charonAddress))],
        lifetime: { rekeyAfterMs: hour, expireAfterMs: 2 * hour, jitter: 0 },
        volume: {},
        replayWindow: 64,
      },
    ],
    ikeLifetime: { rekeyAfterMs: hour, expireAfterMs: 2 * hour, jitter: 0 },
    ...connection,
  };
}

export function proposals(protocol: 'IKE' | 'ESP', keywords: string): readonly Proposal[] {
  const parsed = parseProposalList(protocol, keywords);
  if (!parsed.ok) throw new Error(`${keywords}: ${JSON.stringify(parsed.error)}`);
  return parsed.value;
}

export function identity(text: string): Identity {
  const parsed = parseIdentity(text);
  if (!parsed) throw new Error(`${text} is no identity`);
  return parsed;
}
