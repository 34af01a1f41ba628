/**
 * Two endpoints, one clock, one wire (virtual-time.ts). What crossed the wire reads as the RFC's ladders do.
 */
import type { Octets } from '../../bytes/octets.ts';
import type { CryptoProvider } from '../../crypto/provider.ts';
import { seededRandom } from '../../crypto/random.ts';
import { seededProvider } from '../../crypto/seeded-provider.ts';
import { webProvider } from '../../crypto/web-provider.ts';
import { printAddress } from '../../net/address.ts';
import type { ChildSa } from '../child/child-sa.ts';
import type { Connection } from '../connection.ts';
import type { Datagram } from '../datagram.ts';
import { IkeEndpoint } from '../endpoint/endpoint.ts';
import type { Fact, Failure } from '../facts.ts';
import { meansOf } from '../means.ts';
import type { Payload } from '../message/message.ts';
import { exchangeTypes, nameOf, notifyTypes } from '../message/names.ts';
import type { Trigger } from '../sa/trigger.ts';
import type { EndpointSettings } from '../settings.ts';
import type { TranscriptEntry } from '../transcript.ts';
import { aConnection, type ConnectionWish, clusterAddress, hostAddress } from './builders.ts';
import { known, mirrored } from './mirrored.ts';
import { passUntil, passUntilQuiet, settleAll, type World } from './virtual-time.ts';
import { type FaultPlan, noFaults, TestWire } from './wire.ts';

export interface PairWish {
  readonly seed?: string | number;
  readonly faults?: Partial<FaultPlan>;
  /** For both ends, seen from the host; `host` and `cluster` overrule. */
  readonly both?: Partial<ConnectionWish>;
  readonly host?: Partial<ConnectionWish>;
  readonly cluster?: Partial<ConnectionWish>;
  readonly settings?: Partial<EndpointSettings>;
  readonly hostSettings?: Partial<EndpointSettings>;
  readonly clusterSettings?: Partial<EndpointSettings>;
  /** Both ends' cryptography; absent: WebCrypto's. */
  readonly provider?: CryptoProvider;
  /** The cluster's, where it is to do something of its own. */
  readonly clusterProvider?: CryptoProvider;
  /** Exceptions of either end; absent: the next `settle` throws them. */
  readonly onError?: (error: unknown) => void;
}

export type EndName = 'host' | 'cluster';

/** Nothing else that an end draws is so long. */
const nonceOctets = 32;

/** One end, and all that it ever said. */
export class TestEnd<Name extends string = EndName> {
  readonly facts: Fact[] = [];
  readonly transcript: TranscriptEntry[] = [];
  readonly endpoint: IkeEndpoint;
  /** First octets of its next nonces, so that a test decides who loses a collision. */
  readonly nonces: number[] = [];

  constructor(
    readonly name: Name,
    readonly connection: Connection,
    private readonly pair: Pick<Pair, 'wire' | 'nowMs' | 'onError'>,
    seed: string | number,
    settings: Partial<EndpointSettings>,
    provider: CryptoProvider = webProvider,
  ) {
    const means = meansOf(seededProvider(provider, `${seed} ${name}`));
    this.endpoint = new IkeEndpoint(
      {
        means: { ...means, random: (count) => this.#decided(means.random(count)) },
        send: (datagram) => pair.wire.send(datagram, pair.nowMs),
        onFact: (fact) => this.facts.push(fact),
        transcript: (entry) => this.transcript.push(entry),
        onError: (error) => pair.onError(error),
      },
      settings,
    );
  }

  #decided(octets: Octets): Octets {
    const first = octets.length === nonceOctets ? this.nonces.shift() : undefined;
    return first === undefined ? octets : octets.with(0, first);
  }

  async initiate(trigger: Trigger = {}): Promise<void> {
    await this.endpoint.initiate(this.connection.name, trigger, this.pair.nowMs);
  }

  /** What the security association database holds, by the facts alone. */
  get sad(): readonly ChildSa[] {
    const standing = new Map<number, ChildSa>();
    for (const fact of this.facts) {
      if (fact.type === 'childInstalled') standing.set(fact.child.inSpi, fact.child);
      if (fact.type === 'childRemoved') standing.delete(fact.child.inSpi);
    }
    return [...standing.values()];
  }

  get failures(): readonly Failure[] {
    return this.facts.flatMap((fact) => (fact.type === 'failed' ? [fact.failure] : []));
  }

  get ikeSas() {
    return this.endpoint.ikeSas();
  }

  /** The one CHILD SA that is expected to stand. */
  get child(): ChildSa {
    const [child, ...more] = this.sad;
    if (!child || more.length > 0) throw new Error(`${this.name} has ${this.sad.length} CHILD SAs`);
    return child;
  }
}

export class Pair implements World {
  readonly wire: TestWire;
  readonly host: TestEnd;
  readonly cluster: TestEnd;
  nowMs = 1_000_000;
  readonly onError: (error: unknown) => void;
  readonly #errors: unknown[] = [];
  /** Where the wire finds each end. */
  readonly #addresses: Record<EndName, string> = { host: hostAddress, cluster: clusterAddress };

  constructor(wish: PairWish) {
    const seed = wish.seed ?? 'pair';
    this.onError = wish.onError ?? ((error) => this.#errors.push(error));
    this.wire = new TestWire({ ...noFaults, ...wish.faults }, seededRandom(seed, 'wire'));
    const host = aConnection({ local: hostAddress, remote: clusterAddress, ...wish.both, ...wish.host });
    const cluster = aConnection({ local: clusterAddress, remote: hostAddress, ...wish.both, ...wish.cluster });
    this.host = new TestEnd('host', host, this, seed, { ...wish.settings, ...wish.hostSettings }, wish.provider);
    this.cluster = new TestEnd(
      'cluster',
      cluster,
      this,
      seed,
      { ...wish.settings, ...wish.clusterSettings },
      wish.clusterProvider ?? wish.provider,
    );
    void this.host.endpoint.setConnections([host], this.nowMs);
    void this.cluster.endpoint.setConnections([cluster], this.nowMs);
  }

  get ends(): readonly [TestEnd, TestEnd] {
    return [this.host, this.cluster];
  }

  /** Delivers and wakes until nothing lies in the wire; deadlines within `withinMs` are waited for. */
  run(withinMs = 0): Promise<this> {
    return passUntilQuiet(this, this.nowMs + withinMs).then(() => this);
  }

  /** So long and no longer: what is in the wire stays there. */
  runFor(ms: number): Promise<this> {
    return passUntil(this, this.nowMs + ms).then(() => this);
  }

  settle(): Promise<void> {
    return settleAll(this);
  }

  get clocked(): readonly IkeEndpoint[] {
    return this.ends.map(({ endpoint }) => endpoint);
  }

  get arrivesAtMs(): number | undefined {
    return this.wire.nextAtMs;
  }

  async deliver(): Promise<void> {
    const due = this.wire.takeDue(this.nowMs);
    const to = due && printAddress(due.datagram.local.address);
    const end = this.ends.find(({ name }) => this.#addresses[name] === to);
    if (!due) return;
    if (end) await this.give(end, due.datagram);
    due.datagram.octets.fill(0); // as a carrier's memory takes the next one
  }

  /** Where a datagram reaches an end: a pair that looks at what comes of it does so here. */
  protected give(end: TestEnd, datagram: Datagram): Promise<void> {
    return end.endpoint.receive(datagram, this.nowMs);
  }

  demandNoErrors(): void {
    for (const error of this.#errors.splice(0)) throw error;
  }

  /** From now on an end is met at another address, and no longer at its old one. */
  settleAt(name: EndName, at: string): void {
    this.#addresses[name] = at;
  }

  /** An IKE SA and a CHILD SA, begun by the host. */
  async establish(): Promise<this> {
    await this.host.initiate();
    return this.run();
  }

  /** Messages as they left their senders, from the `from`th on. */
  ladder(from = 0): readonly string[] {
    const sent = this.ends
      .flatMap((end) =>
        end.transcript
          .filter(({ direction, note }) => direction === 'out' && note !== 'repeated')
          .map((entry) => ({ end, entry })),
      )
      .sort((a, b) => a.entry.atMs - b.entry.atMs);
    return sent.slice(from).map(({ end, entry }) => `${end.name === 'host' ? 'host ->' : 'host <-'} ${say(entry)}`);
  }
}

export const makePair = (wish: PairWish = {}): Pair => new Pair(wish);

/** `CREATE_CHILD_SA 2 request  N(REKEY_SA) SA Nonce TSi TSr`. */
export function say({ header, payloads }: TranscriptEntry): string {
  if (!header) return 'unreadable';
  const direction = header.isResponse ? 'response' : 'request';
  const words = (payloads ?? []).map(sayPayload).join(' ');
  return `${nameOf(exchangeTypes, header.exchange)} ${header.messageId} ${direction} ${words}`.trim();
}

function sayPayload(payload: Payload): string {
  if (payload.type === 'NOTIFY') return `N(${nameOf(notifyTypes, payload.notify)})`;
  return payload.type === 'NONCE' ? 'Nonce' : payload.type === 'DELETE' ? 'D' : payload.type;
}

/** What both ends hold of CHILD SAs, the cluster's seen from the host: where they agree, both are the same. */
export function agreementOf(pair: Pair): { readonly host: readonly string[]; readonly cluster: readonly string[] } {
  return { host: pair.host.sad.map(known).sort(), cluster: pair.cluster.sad.map(mirrored).map(known).sort() };
}
