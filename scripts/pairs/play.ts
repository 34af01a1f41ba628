/**
 * Plays a pair: an endpoint of ours at each end, a wire and a clock between them that exist only here. No socket is opened and nobody
 * waits.
 */
import type { CryptoProvider } from '../../src/domain/crypto/provider.ts';
import { seededProvider } from '../../src/domain/crypto/seeded-provider.ts';
import type { ChildSa } from '../../src/domain/ike/child/child-sa.ts';
import type { Connection } from '../../src/domain/ike/connection.ts';
import { type Datagram, ikePort } from '../../src/domain/ike/datagram.ts';
import { IkeEndpoint } from '../../src/domain/ike/endpoint/endpoint.ts';
import type { Fact, IkeSaView } from '../../src/domain/ike/facts.ts';
import type { KeyLogEntry } from '../../src/domain/ike/keys/key-log.ts';
import { meansOf } from '../../src/domain/ike/means.ts';
import { writeMessage } from '../../src/domain/ike/message/write.ts';
import { passUntil, type World } from '../../src/domain/ike/testing/virtual-time.ts';
import type { TranscriptEntry } from '../../src/domain/ike/transcript.ts';
import { type ExportedFile, exportOf } from '../../src/domain/ipsec/transcript-export.ts';
import { address, printAddress } from '../../src/domain/net/address.ts';
import { nodeProvider } from '../../src/server/node-provider.ts';
import { type EndFiles, filesOf, noFiles } from './charon-files.ts';
import { loadEnd } from './load.ts';
import type { EndName, Pair, PairEnd } from './pair.ts';
import { strangersRequest } from './stranger.ts';

/** Long enough for every retransmission and doubt, too short for any lifetime. */
const settleMs = 20_000;
const delayMs = 1;
/** What charon's senders of the half-open negotiations offered (pairs/README.md). */
const halfOpenConfiguration = [
  'connections { half-open { proposals = aes256gcm16-prfsha256-x25519',
  'remote_addrs = REMOTE',
  'local { auth = psk }',
  'remote { auth = psk }',
  'children { none { } } } }',
  'secrets { ike { secret = nobody } }',
];

export class PlayedEnd {
  readonly facts: Fact[] = [];
  readonly sent: TranscriptEntry[] = [];
  readonly keys: KeyLogEntry[] = [];
  readonly endpoint: IkeEndpoint;
  readonly refused: readonly string[];
  readonly provider: CryptoProvider;
  isDead = false;

  constructor(
    readonly name: string,
    readonly configured: PairEnd,
    files: EndFiles,
    play: Play,
  ) {
    const loaded = loadEnd(configured, files, { answers: name === 'right' });
    this.provider = seededProvider(nodeProvider, `${play.pair.id} ${name}`);
    this.endpoint = new IkeEndpoint(
      {
        means: { ...meansOf(this.provider), pathJudge: loaded.pathJudge },
        send: (datagram) => play.send(datagram),
        onFact: (fact) => this.facts.push(fact),
        transcript: (entry) => {
          if (entry.direction === 'out') this.sent.push(entry);
        },
        onError: (error) => play.errors.push(error),
      },
      loaded.settings,
    );
    this.endpoint.setKeyLog((entry) => this.keys.push(entry));
    this.refused = loaded.refused;
    void this.endpoint.setConnections(loaded.connections, play.nowMs);
  }

  /** What its security association database holds, by the facts alone. */
  get children(): readonly ChildSa[] {
    const standing = new Map<number, ChildSa>();
    for (const fact of this.facts) {
      if (fact.type === 'childInstalled') standing.set(fact.child.inSpi, fact.child);
      if (fact.type === 'childRemoved') standing.delete(fact.child.inSpi);
    }
    return [...standing.values()];
  }

  get ikeSas(): readonly IkeSaView[] {
    return this.endpoint.ikeSas().filter(({ phase }) => phase === 'established');
  }

  /** The connection that has this child. */
  connectionOf(child: string): Connection | undefined {
    return this.endpoint.connections.find(({ children }) => children.some(({ name }) => name === child));
  }
}

export class Play implements World {
  readonly ends: { [name in EndName]?: PlayedEnd } = {};
  /** A day on which everything valid is valid (pairs/README.md). */
  nowMs = Date.UTC(2026, 0, 1);
  /** Exceptions of the engine. */
  readonly errors: unknown[] = [];
  readonly #strangers: PlayedEnd[] = [];
  #flying: { readonly datagram: Datagram; readonly atMs: number }[] = [];

  private constructor(readonly pair: Pair) {}

  /** The ends with their files, which are read from `certs/` in the folder. */
  static async of(pair: Pair, folder: string): Promise<Play> {
    const play = new Play(pair);
    for (const name of ['left', 'right', 'left2'] as const) {
      const configured = pair[name];
      if (configured) play.ends[name] = new PlayedEnd(name, configured, await filesOf(configured, folder), play);
    }
    return play;
  }

  get left(): PlayedEnd {
    return this.end('left');
  }

  get right(): PlayedEnd {
    return this.end('right');
  }

  end(name: EndName): PlayedEnd {
    const end = this.ends[name];
    if (!end) throw new Error(`${this.pair.id} has no ${name}`);
    return end;
  }

  send({ local, remote, octets }: Datagram): void {
    this.#flying.push({ datagram: { local: remote, remote: local, octets }, atMs: this.nowMs + delayMs });
  }

  /** Everything that was said so far, for Wireshark. */
  record(): readonly ExportedFile[] {
    const ends = [...Object.values(this.ends), ...this.#strangers];
    const sent = ends.flatMap((end) => end.sent).sort((a, b) => a.atMs - b.atMs);
    return exportOf(
      sent,
      ends.flatMap(({ keys }) => keys),
      `${this.pair.id}: ${this.pair.title}`,
    );
  }

  /** Works off one action of the pair, until all is quiet. */
  async act(action: string): Promise<void> {
    const [verb = '', ...words] = action.split(' ');
    const name = endNamed(words.at(-1));
    const end = this.end(name ?? 'left');
    switch (verb) {
      case 'initiate':
        await this.#initiate(end, childIn(words) ?? this.pair.child ?? '');
        break;
      case 'initiate-ike':
        await end.endpoint.initiateIke(words[0] ?? '', {}, this.nowMs);
        break;
      case 'rekey-child':
        for (const { inSpi } of end.children) await end.endpoint.rekeyChild(inSpi, this.nowMs);
        break;
      case 'rekey-ike':
        for (const { initiatorSpi } of end.ikeSas) await end.endpoint.rekeyIke(initiatorSpi, this.nowMs);
        break;
      case 'reauth':
        await this.#reauthenticate(end);
        break;
      case 'kill':
        end.isDead = true;
        break;
      case 'half-open':
        await this.#openHalf(Number(words[0]), words[1] ?? this.pair.left.address);
        return this.#run(10); // nobody follows up, so that there is nothing to wait for
      case 'wait':
        return this.#wait(1000 * Number(words[0]));
      default:
        throw new Error(`${this.pair.id}: unknown action ${action}`);
    }
    await this.#run(settleMs);
  }

  async #initiate(end: PlayedEnd, child: string): Promise<void> {
    if (end.children.some((each) => each.child === child)) return; // charon asks for none twice
    const connection = end.connectionOf(child);
    if (!connection) return;
    const request = await strangersRequest(connection, end.provider);
    const { remoteAddress, localAddress = address(end.configured.address) } = connection;
    if (!request || !remoteAddress) return end.endpoint.initiate(connection.name, { child }, this.nowMs);
    const local = { address: localAddress, port: ikePort };
    const datagram = { local, remote: { address: remoteAddress, port: ikePort }, octets: writeMessage(request) };
    end.sent.push({ ...datagram, ...request, direction: 'out', atMs: this.nowMs });
    this.send(datagram);
  }

  /** As charon does by default: the old one is deleted, then a new one is made. */
  async #reauthenticate(end: PlayedEnd): Promise<void> {
    const children = end.children.map(({ child }) => child);
    for (const { initiatorSpi } of end.ikeSas) await end.endpoint.deleteIkeSa(initiatorSpi, this.nowMs);
    await this.#run(100);
    for (const child of children) await this.#initiate(end, child);
  }

  /** IKE_SA_INIT requests that are never followed up: their senders are deaf. */
  async #openHalf(count: number, from: string): Promise<void> {
    for (let i = 0; i < count; i++) {
      const swanctl = halfOpenConfiguration.map((line) => line.replace('REMOTE', this.pair.right.address));
      const stranger = new PlayedEnd(`half-open ${this.#strangers.length}`, { address: from, swanctl }, noFiles, this);
      this.#strangers.push(stranger);
      await this.#initiate(stranger, 'none');
      stranger.isDead = true;
    }
  }

  /** Ends that ask on a schedule whether the peer lives do so even when no traffic flows, as charon does. */
  async #wait(ms: number): Promise<void> {
    const untilMs = this.nowMs + ms;
    while (this.nowMs < untilMs) {
      await this.#run(Math.min(1000, untilMs - this.nowMs));
      for (const end of this.#living) {
        for (const { inSpi } of end.children) await end.endpoint.suspectSilence(inSpi, this.nowMs);
      }
    }
  }

  get #living(): readonly PlayedEnd[] {
    return Object.values(this.ends).flatMap((end) => (end && !end.isDead ? [end] : []));
  }

  #run(ms: number): Promise<void> {
    return passUntil(this, this.nowMs + ms);
  }

  get clocked(): readonly IkeEndpoint[] {
    return this.#living.map(({ endpoint }) => endpoint);
  }

  get arrivesAtMs(): number | undefined {
    return this.#flying[0]?.atMs;
  }

  /** To the end with that address; what the strangers of half-open negotiations are answered, nobody hears. */
  async deliver(): Promise<void> {
    const datagram = this.#flying.shift()?.datagram;
    const to = datagram && printAddress(datagram.local.address);
    const end = this.#living.find(({ configured }) => printAddress(address(configured.address)) === to);
    if (datagram) await end?.endpoint.receive(datagram, this.nowMs);
  }

  demandNoErrors(): void {
    for (const error of this.errors) throw error;
  }
}

/** `initiate right` names an end alone. */
const childIn = ([word]: readonly string[]): string | undefined => (endNamed(word) ? undefined : word);

const endNamed = (word: string | undefined): EndName | undefined =>
  word === 'left' || word === 'right' || word === 'left2' ? word : undefined;
