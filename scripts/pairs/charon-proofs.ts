/**
 * Who an end is and how it proves it, and what it expects of its peer: the `local` and `remote` sections of a connection
 * (swanctl.conf(5)), its secrets and its certificates.
 */
import { err, ok, type Result } from '../../src/domain/bytes/result.ts';
import {
  addressIdentity,
  anyIdentity,
  claimOf,
  type Identity,
  matchesIdentity,
} from '../../src/domain/ike/auth/identity.ts';
import type {
  CertificateAuthentication,
  Connection,
  Credential,
  PreSharedKey,
  PskAuthentication,
  SignatureDemand,
} from '../../src/domain/ike/connection.ts';
import { idTypes } from '../../src/domain/ike/message/names.ts';
import type { IpAddress } from '../../src/domain/net/address.ts';
import type { Certificate } from '../../src/domain/pki/certificate.ts';
import { writeName } from '../../src/domain/pki/distinguished-name.ts';
import { certifies } from '../../src/domain/pki/identity.ts';
import type { PathJudge } from '../../src/domain/pki/path-judge.ts';
import { plainChainJudge } from '../../src/domain/pki/plain-chain.ts';
import { nodeProvider } from '../../src/server/node-provider.ts';
import { type CharonAuth, parseAuth, type SignatureHabits } from './charon-auth.ts';
import { chainOf, type EndFiles } from './charon-files.ts';
import { identityOf, inAnyOrder, patternOf } from './charon-identity.ts';
import { charonJudge } from './charon-judge.ts';
import { ppkOf } from './charon-ppk.ts';
import { type CharonSecret, ikeSecretsOf } from './charon-secret.ts';
import { wordOf } from './charon-words.ts';
import { emptySection, type Section, sectionOf } from './swanctl-file.ts';

/** What an end has beside its swanctl.conf. */
export interface Means {
  readonly address: IpAddress;
  readonly files: EndFiles;
  readonly signatures: SignatureHabits;
  /** `rdn_matching` of strongswan.conf. */
  readonly matchesRdnsInAnyOrder: boolean;
  /** It is the end that is called. */
  readonly answers: boolean;
}

export type Proofs = Pick<
  Connection,
  'identity' | 'takesAskedIdentity' | 'peerIdentity' | 'authentication' | 'peerAuthentication' | 'ppk'
>;

/** Or the key that the loader refuses. */
export function readProofs(connection: Section, secretsSection: Section, means: Means): Result<Proofs, string> {
  const local = authSection(connection, 'local').values;
  const remote = authSection(connection, 'remote').values;
  const proof = parseAuth(local.get('auth'), means.signatures);
  const expected = parseAuth(remote.get('auth'), means.signatures);
  if (!proof || !expected) return err('auth');
  const secrets = ikeSecretsOf(secretsSection);
  const own = ownCredentials(local, means.files);
  if (!own || namesIn(remote.get('certs')).some((name) => !means.files.own.has(name))) return err('certs');
  const authorities = authoritiesOf(means.files);
  if (namesIn(remote.get('cacerts')).some((name) => !authorities.has(name))) return err('cacerts');
  const identity = ownIdentity(local.get('id'), own.named, means.address);
  const sends = wordOf(connection, 'send_cert') === 'always' ? 'always' : 'ifAsked';
  const ppk = ppkOf(connection, secretsSection, means);
  const authentication =
    ppk === 'missing'
      ? nothing
      : proof.method === 'psk'
        ? pskFrom(secrets, identity)
        : certificateFrom(proof, own.credentials, sends, means); // without a word it is a certificate
  const peerIdentity = patternOf(remote.get('id') ?? '%any') ?? anyIdentity;
  const isNobody = proof.method === 'psk' && !local.has('id');
  return ok({
    identity,
    ...(isNobody ? { takesAskedIdentity: true } : {}),
    peerIdentity: means.matchesRdnsInAnyOrder ? inAnyOrder(peerIdentity) : peerIdentity,
    authentication,
    peerAuthentication: takesSecret(expected, secrets, means)
      ? pskFrom(secrets, identity)
      : { method: 'certificate', anchors: [...means.files.anchors.values()], ...demandedOf(expected) },
    ...(ppk === undefined || ppk === 'missing' ? {} : { ppk }),
  });
}

/** Nothing to prove itself with: charon loads such a connection, and learns it in IKE_AUTH. */
const nothing: PskAuthentication = { method: 'psk', secrets: [] };

/** Where nothing is said charon takes either; our engine expects one, and it is what the end could check. */
const takesSecret = ({ method }: CharonAuth, secrets: readonly CharonSecret[], { files }: Means): boolean =>
  method === 'psk' || (method === 'any' && secrets.length > 0 && files.anchors.size === 0);

/** One judge for the end: its connections seldom demand different things, and a pair has one. */
export function judgeFor(connections: readonly Section[], { files, signatures }: Means): PathJudge {
  const [first = emptySection] = connections;
  const remote = authSection(first, 'remote');
  const authorities = authoritiesOf(files);
  return charonJudge(plainChainJudge(nodeProvider), {
    known: [...files.intermediates.values()],
    demand: parseAuth(remote.values.get('auth'), signatures) ?? { method: 'any', leastBits: new Map() },
    through: namesIn(remote.values.get('cacerts'))
      .map((name) => authorities.get(name))
      .filter((each) => each !== undefined),
    pinned: namesIn(remote.values.get('certs'))
      .map((name) => files.own.get(name))
      .filter((each) => each !== undefined),
  });
}

const authoritiesOf = ({ anchors, intermediates }: EndFiles): ReadonlyMap<string, Certificate> =>
  new Map([...anchors, ...intermediates]);

interface Owned {
  /** The certificate that `certs` names first. */
  readonly named: Certificate | undefined;
  /** Those with a key, each with what of its chain this end has. */
  readonly credentials: readonly Credential[];
}

/** `certs` of the local section, or what else the end has for its identity; undefined: one of them is refused. */
function ownCredentials(values: ReadonlyMap<string, string>, files: EndFiles): Owned | undefined {
  const named = namesIn(values.get('certs')).map((name) => files.own.get(name));
  if (named.some((each) => each === undefined || each.otherCritical.length > 0)) return undefined;
  const claim = claimOf(identityOf(values.get('id') ?? '') ?? nobody);
  const credentials = [...files.own].flatMap(([name, certificate]) => {
    const key = files.keys.get(name.replace(/\.\w+$/, '.key'));
    const isOurs = named.length > 0 ? named.includes(certificate) : claim && certifies(certificate, claim);
    return key && isOurs ? [{ chain: chainOf(certificate, files), key }] : [];
  });
  const order = ({ chain: [own] }: Credential) => named.indexOf(own);
  return { named: named[0], credentials: credentials.sort((a, b) => order(a) - order(b)) };
}

const nobody: Identity = { type: 0, data: new Uint8Array(0) };

const namesIn = (list: string | undefined): readonly string[] =>
  (list ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');

function ownIdentity(id: string | undefined, certificate: Certificate | undefined, own: IpAddress): Identity {
  const given = id === undefined ? undefined : identityOf(id);
  if (!certificate) return given ?? addressIdentity(own);
  const subject = { type: idTypes.numbers.ID_DER_ASN1_DN, data: writeName(certificate.subject) };
  return given ?? subject; // announced whether the certificate says so or not
}

function certificateFrom(
  proof: CharonAuth,
  credentials: readonly Credential[],
  sends: CertificateAuthentication['sends'],
  { files, signatures }: Means,
): CertificateAuthentication | PskAuthentication {
  const { ike } = proof;
  const [own, ...others] = credentials.filter(
    (each) => !ike || ike.some(({ key, hash }) => key === each.key.kind.type && hash !== 'broken'),
  );
  if (!own) return nothing;
  return {
    method: 'certificate',
    ...own,
    ...(others.length > 0 ? { others } : {}),
    anchors: [...files.anchors.values()],
    sends,
    rsaPadding: signatures.prefersPss ? 'pss' : 'pkcs1',
    ...schemesOf(proof),
  };
}

/** What a signature of IKE_AUTH is held to, as far as the engine judges it; its kind of key is judged with the path. */
function demandedOf(expected: CharonAuth): SignatureDemand {
  const { hashes = [], ...rest } = schemesOf(expected);
  return hashes.length > 0 ? { hashes, ...rest } : rest; // broken ones alone are not announced, and never met
}

function schemesOf({ ike }: CharonAuth): SignatureDemand {
  if (!ike) return {};
  const hashes = ike.map(({ hash }) => hash).filter((hash) => hash !== 'broken');
  const [padding, ...more] = new Set(ike.flatMap(({ padding }) => padding ?? []));
  return {
    ...(hashes.every((hash) => hash !== undefined) ? { hashes } : {}),
    ...(padding && more.length === 0 ? { rsaPadding: padding } : {}),
  };
}

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
  const found = [...connection.sections.keys()].find((name) => name.toLowerCase().startsWith(side));
  return sectionOf(connection, found ?? side);
}
