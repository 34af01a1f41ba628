/**
 * What charon 5.9.8 makes of a swanctl.conf (swanctl.conf(5)), in our terms: connections with the defaults of that release, and
 * what its loader refuses. Pairs that ask for what the engine lacks are found in lacks.ts, before they come here.
 */
import { ok, type Result } from '../../src/domain/bytes/result.ts';
import { parseProposalList } from '../../src/domain/host/proposal-keywords.ts';
import type { ChildTemplate, Connection, Lifetime } from '../../src/domain/ike/connection.ts';
import type { Proposal } from '../../src/domain/ike/message/message.ts';
import { address, type IpAddress, parseAddress } from '../../src/domain/net/address.ts';
import { hostPrefix, type Prefix } from '../../src/domain/net/prefix.ts';
import type { PathJudge } from '../../src/domain/pki/path-judge.ts';
import { toPrefixes } from '../../src/domain/spd/range.ts';
import { hostSelector, includesAddress, type TrafficSelector } from '../../src/domain/spd/selector.ts';
import { judgeFor, type Means, readProofs } from './charon-proofs.ts';
import { defaultEspProposals, defaultIkeProposals } from './charon-proposals.ts';
import { type ConfiguredSelector, selectorsOf, spanOf } from './charon-selector.ts';
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
    connections: connections.toSorted((a, b) => exactnessOf(b) - exactnessOf(a)),
    refused: loaded.flatMap((each) => (each.ok ? [] : [each.error])),
    pathJudge: judgeFor(
      sections.map(([, section]) => section),
      means.files,
    ),
  };
}

/** Charon prefers the nearer address, then the nearer identity, whatever stands first in the file. Our engine keeps the order. */
function exactnessOf({ remote, peerIdentity }: Connection): number {
  const bits = Math.max(0, ...remote.map(({ length }) => length));
  return 10 * bits + { exactly: 2, name: 1, suffix: 1, range: 1, any: 0 }[peerIdentity.kind];
}

/** Milliseconds of `4h`, `30m`, `1s`, `90`. */
export function durationMsOf(text: string): number {
  const [, count = '0', unit = 's'] = /^(\d+)\s*([smhd]?)/.exec(text) ?? [];
  return Number(count) * ({ s: 1000, m: 60_000, h: hour, d: 24 * hour }[unit] ?? 1000);
}

function connectionOf(name: string, section: Section, secrets: Section, means: Means): Result<Connection, string> {
  const own = means.address;
  const strange = [...wordsFor].find(([key, words]) => !words.includes(section.values.get(key) ?? words[0] ?? ''));
  if (strange) return refusedAt(`${name}.${strange[0]}`, 'no word for it');
  const ikeProposals = proposalsOf('IKE', section.values.get('proposals'), defaultIkeProposals);
  if (!ikeProposals.ok) return refusedAt(`${name}.proposals`, ikeProposals.error);
  const callee = firstHostOf(section.values.get('remote_addrs'));
  const children: ChildTemplate[] = [];
  for (const [childName, child] of sectionOf(section, 'children').sections) {
    if (isShunt(child)) continue;
    const template = templateOf(childName, child, { own, peer: callee });
    if (!template.ok) return refusedAt(`${name}.${childName}`, template.error);
    children.push(template.value);
  }
  const local = prefixesOf(section.values.get('local_addrs'));
  const remote = prefixesOf(section.values.get('remote_addrs'));
  const proofs = readProofs(section, secrets, means);
  if (!proofs.ok) return refusedAt(`${name}.${proofs.error}`, 'not to be had');
  const delay = section.values.get('dpd_delay');
  const childless = section.values.get('childless');
  return ok({
    name,
    local,
    remote,
    localAddress: own,
    ...(callee ? { remoteAddress: callee } : {}),
    ikeProposals: ikeProposals.value,
    ...proofs.value,
    children,
    ikeLifetime: lifetimeOf(section.values.get('rekey_time') ?? '4h'),
    ...(delay === undefined ? {} : { livenessAfterMs: durationMsOf(delay) }),
    forcesUdpEncapsulation: section.values.get('encap') === 'yes',
    mobike: section.values.get('mobike') === 'no' ? 'never' : 'offered',
    ...(childless === 'force' || childless === 'never' ? { childless } : {}),
    ...fragmentationOf(section.values.get('fragmentation')),
    uniqueness: uniquenessOf(section.values.get('unique')),
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

/** What lets packets pass or drops them is no CHILD SA. */
const isShunt = ({ values }: Section): boolean => /^(pass|drop)$/.test(values.get('mode') ?? '');

/** Where another word is refused; the first is the default. */
const wordsFor: ReadonlyMap<string, readonly string[]> = new Map([
  ['version', ['0', '2']],
  ['childless', ['allow', 'force', 'never']],
  ['fragmentation', ['yes', 'accept', 'force', 'no']],
  ['unique', ['no', 'never', 'keep', 'replace']],
  ['send_cert', ['ifasked', 'always', 'never']],
]);

interface Hosts {
  readonly own: IpAddress;
  /** Absent: anybody. */
  readonly peer: IpAddress | undefined;
}

function templateOf(name: string, { values }: Section, hosts: Hosts): Result<ChildTemplate, string> {
  const espProposals = proposalsOf('ESP', values.get('esp_proposals'), defaultEspProposals);
  if (!espProposals.ok) return { ok: false, error: `esp_proposals: ${espProposals.error}` };
  const localSelectors = selectorsOf(values.get('local_ts') ?? 'dynamic');
  const remoteSelectors = selectorsOf(values.get('remote_ts') ?? 'dynamic');
  if (!localSelectors || !remoteSelectors) return { ok: false, error: 'a selector that cannot be read' };
  const want = values.get('mode') === 'transport' ? 'transport' : 'tunnel';
  return ok({
    name,
    espProposals: espProposals.value,
    mode: { want, strictness: 'prefer' },
    localSelectors: want === 'transport' ? cutTo(hosts.own, localSelectors) : localSelectors,
    remoteSelectors: want === 'transport' ? cutTo(hosts.peer, remoteSelectors) : remoteSelectors,
    lifetime: lifetimeOf(values.get('rekey_time') ?? '1h'),
    volume: {},
    replayWindow: Number(values.get('replay_window') ?? 32),
  });
}

/** A child that wants transport has selectors for the two hosts alone, and keeps them where the peer wants a tunnel. */
function cutTo(host: IpAddress | undefined, selectors: readonly ConfiguredSelector[]): readonly ConfiguredSelector[] {
  if (!host) return selectors;
  const cut = selectors.flatMap((each): readonly ConfiguredSelector[] => {
    if ('isDynamic' in each) return [each];
    const { protocol, ports } = each;
    return includesAddress(each, host) ? [{ isDynamic: true, protocol, ports }] : [];
  });
  return cut.length > 0 ? cut : [nobody[host.family]];
}

/** What is left where a selector does not hold the host: nothing, and nothing of that family meets it. */
const nobody: Readonly<Record<4 | 6, TrafficSelector>> = {
  4: hostSelector(address('::')),
  6: hostSelector(address('0.0.0.0')),
};

function proposalsOf(
  protocol: 'IKE' | 'ESP',
  text: string | undefined,
  defaults: string,
): Result<readonly Proposal[], string> {
  const written = (text ?? 'default').replace(/\bdefault\b/, defaults);
  const parsed = parseProposalList(protocol, written);
  return parsed.ok ? parsed : { ok: false, error: `${written}: ${parsed.error.code}` };
}

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

const refusedAt = (place: string, why: string) => ({ ok: false as const, error: `${place}: ${why}` });
