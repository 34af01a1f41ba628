/**
 * What charon 5.9.8 makes of a swanctl.conf (swanctl.conf(5)), in our terms: connections with the defaults of that release, and
 * what its loader refuses. Pairs that ask for what the engine lacks are found in lacks.ts, before they come here.
 */
import { ok, type Result } from '../../src/domain/bytes/result.ts';
import { parseProposalList } from '../../src/domain/host/proposal-keywords.ts';
import type {
  CertificateAuthentication,
  ChildTemplate,
  Connection,
  Lifetime,
  PreSharedKey,
  PskAuthentication,
} from '../../src/domain/ike/connection.ts';
import { addressIdentity, anyIdentity, type Identity, matchesIdentity } from '../../src/domain/ike/identity.ts';
import type { Proposal } from '../../src/domain/ike/message/message.ts';
import { idTypes } from '../../src/domain/ike/message/names.ts';
import { address, type IpAddress, parseAddress } from '../../src/domain/net/address.ts';
import { hostPrefix, type Prefix, parsePrefix } from '../../src/domain/net/prefix.ts';
import type { Certificate } from '../../src/domain/pki/certificate.ts';
import { writeName } from '../../src/domain/pki/distinguished-name.ts';
import type { PathJudge } from '../../src/domain/pki/path-judge.ts';
import { plainChainJudge } from '../../src/domain/pki/plain-chain.ts';
import { nodeProvider } from '../../src/server/node-provider.ts';
import { type CharonAuth, charonJudge, parseAuth } from './charon-auth.ts';
import { chainOf, type EndFiles } from './charon-files.ts';
import { identityOf, patternOf } from './charon-identity.ts';
import { defaultEspProposals, defaultIkeProposals } from './charon-proposals.ts';
import { type CharonSecret, ikeSecretsOf, ppkSecretOf } from './charon-secret.ts';
import { selectorsOf } from './charon-selector.ts';
import { emptySection, type Section, sectionOf } from './swanctl-file.ts';

export interface Loaded {
  readonly connections: readonly Connection[];
  readonly pathJudge: PathJudge;
  /** `connection.key`: why the loader refused it; the connection does not exist then. */
  readonly refused: readonly string[];
}

/** What an end has beside its swanctl.conf. */
export interface Means {
  readonly address: IpAddress;
  readonly files: EndFiles;
  /** `rsa_pss` of strongswan.conf: with an RSA key PSS is tried first. */
  readonly prefersPss: boolean;
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
      sections.map(([, section]) => authSection(section, 'remote')),
      means.files,
    ),
  };
}

/** One judge for the end: its connections seldom demand different things, and a pair has one. */
function judgeFor(remotes: readonly Section[], { anchors, intermediates }: EndFiles): PathJudge {
  const [remote = emptySection] = remotes;
  const demand = parseAuth(remote.values.get('auth') ?? 'pubkey')?.chain;
  const authorities = new Map([...anchors, ...intermediates]);
  const names = (remote.values.get('cacerts') ?? '').split(',').map((each) => each.trim());
  return charonJudge(plainChainJudge(nodeProvider), {
    known: [...intermediates.values()],
    demand: demand ?? { hashes: [], leastBits: new Map() },
    through: names.map((name) => authorities.get(name)).filter((each) => each !== undefined),
  });
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

function connectionOf(
  name: string,
  section: Section,
  secretsSection: Section,
  means: Means,
): Result<Connection, string> {
  const secrets = ikeSecretsOf(secretsSection);
  const own = means.address;
  const ikeProposals = proposalsOf('IKE', section.values.get('proposals'), defaultIkeProposals);
  if (!ikeProposals.ok) return refusedAt(`${name}.proposals`, ikeProposals.error);
  const children: ChildTemplate[] = [];
  for (const [childName, child] of sectionOf(section, 'children').sections) {
    const template = templateOf(childName, child);
    if (!template.ok) return refusedAt(`${name}.${childName}.esp_proposals`, template.error);
    children.push(template.value);
  }
  const local = prefixesOf(section.values.get('local_addrs'));
  const remote = prefixesOf(section.values.get('remote_addrs'));
  const localAuth = authSection(section, 'local').values;
  const remoteAuth = authSection(section, 'remote').values;
  const proof = parseAuth(localAuth.get('auth') ?? 'pubkey');
  const expected = parseAuth(remoteAuth.get('auth') ?? 'pubkey');
  if (!proof || !expected) return refusedAt(`${name}.auth`, 'no method that is known');
  const certificate = ownCertificate(localAuth, means.files);
  const identity = ownIdentity(localAuth.get('id'), certificate?.certificate, own);
  const authentication =
    proof.method === 'psk' ? pskFrom(secrets, identity) : certificateFrom(proof, certificate, means);
  if (!authentication) return refusedAt(`${name}.certs`, 'no certificate with a key');
  const anchors = [...means.files.anchors.values()];
  const peerId = remoteAuth.get('id');
  const delay = section.values.get('dpd_delay');
  const childless = section.values.get('childless');
  const callee = firstHostOf(section.values.get('remote_addrs'));
  return ok({
    name,
    local,
    remote,
    localAddress: own,
    ...(callee ? { remoteAddress: callee } : {}),
    ikeProposals: ikeProposals.value,
    identity,
    peerIdentity: (peerId === undefined ? undefined : patternOf(peerId)) ?? anyIdentity,
    authentication,
    peerAuthentication:
      expected.method === 'psk'
        ? pskFrom(secrets, identity)
        : { method: 'certificate', anchors, ...acceptedBy(expected) },
    children,
    ikeLifetime: lifetimeOf(section.values.get('rekey_time') ?? '4h'),
    ...(delay === undefined ? {} : { livenessAfterMs: durationMsOf(delay) }),
    forcesUdpEncapsulation: section.values.get('encap') === 'yes',
    ...ppkOf(section, secretsSection),
    ...(childless === 'force' || childless === 'never' ? { childless } : {}),
    saysInitialContact: section.values.get('unique') !== 'never',
  });
}

function templateOf(name: string, { values }: Section): Result<ChildTemplate, string> {
  const espProposals = proposalsOf('ESP', values.get('esp_proposals'), defaultEspProposals);
  if (!espProposals.ok) return espProposals;
  return ok({
    name,
    espProposals: espProposals.value,
    mode: { want: values.get('mode') === 'transport' ? 'transport' : 'tunnel', strictness: 'prefer' },
    localSelectors: selectorsOf(values.get('local_ts') ?? 'dynamic'),
    remoteSelectors: selectorsOf(values.get('remote_ts') ?? 'dynamic'),
    lifetime: lifetimeOf(values.get('rekey_time') ?? '1h'),
    volume: {},
    replayWindow: Number(values.get('replay_window') ?? 32),
  });
}

function proposalsOf(
  protocol: 'IKE' | 'ESP',
  text: string | undefined,
  defaults: string,
): Result<readonly Proposal[], string> {
  const written = (text ?? 'default').replace(/\bdefault\b/, defaults);
  const parsed = parseProposalList(protocol, written);
  return parsed.ok ? parsed : { ok: false, error: `${written}: ${parsed.error.code}` };
}

/** An identity without its secret is none. */
function ppkOf({ values }: Section, secrets: Section): Pick<Connection, 'ppk'> {
  const id = values.get('ppk_id');
  const secret = id === undefined ? undefined : ppkSecretOf(secrets, id);
  return id !== undefined && secret ? { ppk: { id, secret, required: values.get('ppk_required') === 'yes' } } : {};
}

/** `certs` of the local section, or the only one that there is. */
function ownCertificate(values: ReadonlyMap<string, string>, files: EndFiles) {
  const [name = ''] = (values.get('certs') ?? '').split(',').map((each) => each.trim());
  const found = files.own.get(name);
  const certificate = found?.otherCritical.length === 0 ? found : undefined; // others are refused at load
  const key = files.keys.get(name.replace(/\.\w+$/, '.key'));
  return certificate && key && { certificate, key };
}

function ownIdentity(id: string | undefined, certificate: Certificate | undefined, own: IpAddress): Identity {
  const given = id === undefined ? undefined : identityOf(id);
  if (!certificate) return given ?? addressIdentity(own);
  const subject = { type: idTypes.numbers.ID_DER_ASN1_DN, data: writeName(certificate.subject) };
  return given ?? subject; // announced whether the certificate says so or not
}

function certificateFrom(
  proof: CharonAuth,
  own: ReturnType<typeof ownCertificate>,
  { files, prefersPss }: Means,
): CertificateAuthentication | undefined {
  if (!own) return undefined;
  return {
    method: 'certificate',
    chain: chainOf(own.certificate, files),
    key: own.key,
    anchors: [...files.anchors.values()],
    sends: 'ifAsked',
    rsaPadding: proof.rsaPadding ?? (prefersPss ? 'pss' : 'pkcs1'),
    ...(proof.hashes.length > 0 ? { hashes: proof.hashes } : {}),
  };
}

/** What the signature of IKE_AUTH is held to. */
const acceptedBy = ({ hashes, rsaPadding }: CharonAuth) => ({
  ...(hashes.length > 0 ? { hashes } : {}),
  ...(rsaPadding === undefined ? {} : { rsaPadding }),
});

const pskFrom = (secrets: readonly CharonSecret[], own: Identity): PskAuthentication => ({
  method: 'psk',
  secrets: secretsFrom(secrets, own),
});

/**
 * All secrets of the file: charon keeps one store for all connections. One that lists owners is the peer's if the peer is among
 * them; if only we are, it is taken when nothing fits better.
 */
function secretsFrom(secrets: readonly CharonSecret[], own: Identity): readonly PreSharedKey[] {
  const bound = secrets.map(({ secret, owners }) => ({ secret, peers: owners }));
  const ours = secrets
    .filter(({ owners }) => owners.some((owner) => matchesIdentity(own, owner)))
    .map(({ secret }) => ({ secret, peers: [] }));
  return [...bound, ...ours];
}

/** `local`, `local-1`, `local1`: the first round. */
function authSection(connection: Section, side: 'local' | 'remote'): Section {
  const found = [...connection.sections.keys()].find((name) => name.startsWith(side));
  return sectionOf(connection, found ?? side);
}

/** Soft after the given time, at the latest a tenth later; up to a tenth earlier by chance. */
function lifetimeOf(text: string): Lifetime {
  const rekeyAfterMs = durationMsOf(text);
  return rekeyAfterMs === 0 ? { jitter: 0 } : { rekeyAfterMs, expireAfterMs: 1.1 * rekeyAfterMs, jitter: 0.1 };
}

/** `%any`, or nothing at all, is everybody. */
function prefixesOf(text: string | undefined): readonly Prefix[] {
  const words = (text ?? '%any').split(',').map((each) => each.trim());
  return words.flatMap((word) => {
    if (word === '%any') return everybody;
    const prefix = parsePrefix(word);
    return prefix.ok ? [prefix.value] : [];
  });
}

function firstHostOf(text: string | undefined): IpAddress | undefined {
  const parsed = (text ?? '').split(',').map((each) => parseAddress(each.trim()));
  return parsed.flatMap((each) => (each.ok ? [each.value] : []))[0];
}

const everybody: readonly Prefix[] = [
  { ...hostPrefix(address('0.0.0.0')), length: 0 },
  { ...hostPrefix(address('::')), length: 0 },
];

const refusedAt = (place: string, why: string) => ({ ok: false as const, error: `${place}: ${why}` });
