/**
 * What charon 5.9.8 makes of a swanctl.conf (swanctl.conf(5)), in our terms: connections with the defaults of that release, and
 * what its loader refuses. Pairs that ask for what the engine lacks are found in lacks.ts, before they come here.
 */
import { emptyOctets } from '../../src/domain/bytes/octets.ts';
import { ok, type Result } from '../../src/domain/bytes/result.ts';
import type { KeywordFault } from '../../src/domain/host/proposal-keywords.ts';
import { exactly } from '../../src/domain/ike/auth/identity.ts';
import { type ChildTemplate, type Connection, demandOf, type Lifetime } from '../../src/domain/ike/connection.ts';
import { address, type IpAddress, parseAddress } from '../../src/domain/net/address.ts';
import { hostPrefix, type Prefix } from '../../src/domain/net/prefix.ts';
import type { PathJudge } from '../../src/domain/pki/path-judge.ts';
import { toPrefixes } from '../../src/domain/spd/range.ts';
import { hostSelector, includesAddress, type TrafficSelector } from '../../src/domain/spd/selector.ts';
import { judgeFor, type Means, readProofs } from './charon-proofs.ts';
import { espProposalsOf, ikeProposalsOf } from './charon-proposals.ts';
import { type ConfiguredSelector, selectorsOf, spanOf } from './charon-selector.ts';
import { isOff, isOn, strangeIn, wordOf } from './charon-words.ts';
import { type Section, sectionOf } from './swanctl-file.ts';

export interface Loaded {
  readonly connections: readonly Connection[];
  readonly pathJudge: PathJudge;
  /** `connection.key`: why the loader refused it; the connection does not exist then. */
  readonly refused: readonly string[];
}

const hour = 3_600_000;

/** The connections of a file that speak IKEv2, as this end would load them. */
export function loadSwanctl(file: Section, means: Means): Loaded {
  const secrets = sectionOf(file, 'secrets');
  const sections = [...sectionOf(file, 'connections').sections].filter(
    ([, section]) => section.values.get('version') !== '1',
  );
  const loaded = sections.map(([name, section]) => connectionOf(name, section, secrets, means));
  const connections = loaded.flatMap((each) => (each.ok ? [each.value] : []));
  return {
    connections: withAnyHash(nearestFirst(connections), means),
    refused: loaded.flatMap((each) => (each.ok ? [] : [each.error])),
    pathJudge: judgeFor(
      sections.map(([, section]) => section),
      means,
    ),
  };
}

/**
 * In IKE_SA_INIT charon does not know yet whose connection it is to be, and says all hashes that it verifies; our engine says only
 * those that its connections demand. One of nobody's, which demands none, makes it say all.
 */
function withAnyHash(connections: readonly Connection[], { answers }: Means): readonly Connection[] {
  const demanding = connections.filter((each) => demandOf(each).hashes !== undefined);
  if (!answers) return connections;
  return [...connections, ...demanding.map((each) => ({ ...each, ...ofNobody, name: `${each.name} of nobody` }))];
}

const ofNobody: Pick<Connection, 'peerIdentity' | 'peerAuthentication' | 'children'> = {
  peerIdentity: exactly({ type: 0, data: emptyOctets }),
  peerAuthentication: { method: 'psk', secrets: [] },
  children: [],
};

/**
 * Charon puts a connection before those that it beats: by a nearer address or a nearer identity, and the other no farther. Others keep
 * the order of the file, as our engine does with all.
 */
function nearestFirst(connections: readonly Connection[]): readonly Connection[] {
  const sorted: Connection[] = [];
  for (const each of connections) {
    const beaten = sorted.findIndex((other) => beats(each, other));
    sorted.splice(beaten < 0 ? sorted.length : beaten, 0, each);
  }
  return sorted;
}

function beats(a: Connection, b: Connection): boolean {
  const [address, identity] = [addressBitsOf(a) - addressBitsOf(b), identityRankOf(a) - identityRankOf(b)];
  return address >= 0 && identity >= 0 && address + identity > 0;
}

const addressBitsOf = ({ remote }: Connection): number => Math.max(0, ...remote.map(({ length }) => length));

const identityRankOf = ({ peerIdentity }: Connection): number =>
  ({ exactly: 2, name: 1, suffix: 1, range: 1, any: 0 })[peerIdentity.kind];

/** Milliseconds of `4h`, `30m`, `1s`, `90`. */
export function durationMsOf(text: string): number {
  const [, count = '0', unit = 's'] = /^(\d+)\s*([smhd]?)/.exec(text) ?? [];
  return Number(count) * ({ s: 1000, m: 60_000, h: hour, d: 24 * hour }[unit] ?? 1000);
}

function connectionOf(name: string, section: Section, secrets: Section, means: Means): Result<Connection, string> {
  const own = means.address;
  const strange = strangeIn(section);
  if (strange !== undefined) return refusedAt(`${name}.${strange}`, 'no word for it');
  const ikeProposals = ikeProposalsOf(section);
  if (!ikeProposals.ok) return refusedAt(`${name}.proposals`, faultIn(ikeProposals.error));
  const callee = firstHostOf(section.values.get('remote_addrs'));
  const children: ChildTemplate[] = [];
  for (const [childName, child] of sectionOf(section, 'children').sections) {
    const template = templateOf(childName, child, { own, peer: callee, answers: means.answers });
    if (!template.ok) return refusedAt(`${name}.${childName}`, template.error);
    children.push(template.value);
  }
  const local = prefixesOf(section.values.get('local_addrs'));
  const remote = prefixesOf(section.values.get('remote_addrs'));
  const proofs = readProofs(section, secrets, means);
  if (!proofs.ok) return refusedAt(`${name}.${proofs.error}`, 'not to be had');
  const delay = section.values.get('dpd_delay');
  const childless = wordOf(section, 'childless');
  return ok({
    name,
    local,
    remote,
    localAddress: firstHostOf(section.values.get('local_addrs')) ?? own,
    ...portsOf(section),
    ...(callee ? { remoteAddress: callee } : {}),
    ikeProposals: ikeProposals.value,
    ...proofs.value,
    children,
    ikeLifetime: lifetimeOf(section.values.get('rekey_time') ?? '4h'),
    ...(delay === undefined ? {} : { livenessAfterMs: durationMsOf(delay) }),
    forcesUdpEncapsulation: isOn(section.values.get('encap')),
    mobike: isOff(section.values.get('mobike')) ? 'never' : 'offered',
    ...(childless === 'force' || childless === 'never' ? { childless } : {}),
    ...fragmentationOf(wordOf(section, 'fragmentation')),
    uniqueness: uniquenessOf(wordOf(section, 'unique')),
  });
}

function uniquenessOf(word: string | undefined): NonNullable<Connection['uniqueness']> {
  if (word === 'keep' || word === 'replace') return word;
  return word === 'never' ? 'ignore' : 'obey';
}

/** `force` is for IKEv1, and means `yes` here. */
function fragmentationOf(word: string | undefined): Pick<Connection, 'fragmentation'> {
  if (word === 'no') return { fragmentation: 'never' };
  return word === 'accept' ? { fragmentation: 'accept' } : {};
}

/** Ports of our own and of the peer that are not 500. */
function portsOf({ values }: Section): Pick<Connection, 'localPort' | 'remotePort'> {
  const local = Number(values.get('local_port') ?? 0);
  const remote = Number(values.get('remote_port') ?? 0);
  return { ...(local > 0 ? { localPort: local } : {}), ...(remote > 0 ? { remotePort: remote } : {}) };
}

interface Hosts {
  readonly own: IpAddress;
  /** Absent: anybody. */
  readonly peer: IpAddress | undefined;
  readonly answers: boolean;
}

function templateOf(name: string, child: Section, hosts: Hosts): Result<ChildTemplate, string> {
  const { values } = child;
  const espProposals = espProposalsOf(child);
  if (!espProposals.ok) return { ok: false, error: `esp_proposals: ${faultIn(espProposals.error)}` };
  const localSelectors = selectorsOf(values.get('local_ts') ?? 'dynamic');
  const remoteSelectors = selectorsOf(values.get('remote_ts') ?? 'dynamic');
  if (!localSelectors || !remoteSelectors) return { ok: false, error: 'a selector that cannot be read' };
  const want = wordOf(child, 'mode') === 'transport' ? 'transport' : 'tunnel'; // `pass` and `drop` that are asked for tunnel too
  const suit = (host: IpAddress | undefined, selectors: readonly ConfiguredSelector[]) =>
    want === 'tunnel' || !host ? selectors : hosts.answers ? ifMeeting(host, selectors) : cutTo(host, selectors);
  return ok({
    name,
    espProposals: espProposals.value,
    mode: { want, strictness: 'prefer' },
    localSelectors: suit(hosts.own, localSelectors),
    remoteSelectors: suit(hosts.peer, remoteSelectors),
    lifetime: lifetimeOf(values.get('rekey_time') ?? '1h'),
    volume: {},
    replayWindow: Number(values.get('replay_window') ?? 32),
  });
}

/** Who asks for transport offers selectors for the two hosts alone, and keeps them where the peer wants a tunnel. */
function cutTo(host: IpAddress, selectors: readonly ConfiguredSelector[]): readonly ConfiguredSelector[] {
  const cut = selectors
    .filter((each) => holds(each, host))
    .map(({ protocol, ports }): ConfiguredSelector => ({ isDynamic: true, protocol, ports }));
  return cut.length > 0 ? cut : [nobody[host.family]];
}

/** Who is asked takes a child for transport only where it holds the two hosts, and then, if a tunnel is asked for, as it is. */
const ifMeeting = (host: IpAddress, selectors: readonly ConfiguredSelector[]): readonly ConfiguredSelector[] =>
  selectors.some((each) => holds(each, host)) ? selectors : [];

const holds = (selector: ConfiguredSelector, host: IpAddress): boolean =>
  'isDynamic' in selector || includesAddress(selector, host);

/** What is left where a selector does not hold the host: nothing, and nothing of that family meets it. */
const nobody: Readonly<Record<4 | 6, TrafficSelector>> = {
  4: hostSelector(address('::')),
  6: hostSelector(address('0.0.0.0')),
};

/** Soft after the given time, at the latest a tenth later; up to a tenth earlier by chance. */
function lifetimeOf(text: string): Lifetime {
  const rekeyAfterMs = durationMsOf(text);
  return rekeyAfterMs === 0 ? { jitter: 0 } : { rekeyAfterMs, expireAfterMs: 1.1 * rekeyAfterMs, jitter: 0.1 };
}

/** Addresses, subnets, ranges; `%any`, or nothing at all, is everybody. A name that nobody resolves is nobody. */
function prefixesOf(text: string | undefined): readonly Prefix[] {
  const words = (text ?? '%any').split(',').map((each) => each.trim());
  return words.flatMap((word) => {
    const any = everybody.get(word);
    if (any) return any;
    const span = spanOf(nameless(word));
    return span ? toPrefixes(span.start, span.end) : [];
  });
}

function firstHostOf(text: string | undefined): IpAddress | undefined {
  const parsed = (text ?? '').split(',').map((each) => parseAddress(nameless(each.trim())));
  return parsed.flatMap((each) => (each.ok ? [each.value] : []))[0];
}

/** The one name that is resolved without asking anybody. */
const nameless = (host: string): string => (host === 'localhost' ? '127.0.0.1' : host);

const any4 = { ...hostPrefix(address('0.0.0.0')), length: 0 };
const any6 = { ...hostPrefix(address('::')), length: 0 };
const everybody: ReadonlyMap<string, readonly Prefix[]> = new Map([
  ['%any', [any4, any6]],
  ['%any4', [any4]],
  ['%any6', [any6]],
  ['0.0.0.0', [any4]], // an address that is none is anybody's
  ['::', [any6]],
]);

const faultIn = ({ text, fault }: { readonly text: string; readonly fault: KeywordFault }) => `${text}: ${fault.code}`;

const refusedAt = (place: string, why: string) => ({ ok: false as const, error: `${place}: ${why}` });
