/**
 * Who an end is and how it proves it, and what it expects of its peer: the `local` and `remote` sections of a connection
 * (swanctl.conf(5)), its secrets and its certificates.
 */
import { err, ok, type Result } from '../../src/domain/bytes/result.ts';
import { addressIdentity, anyIdentity, type Identity, matchesIdentity } from '../../src/domain/ike/auth/identity.ts';
import type {
  CertificateAuthentication,
  Connection,
  Credential,
  PreSharedKey,
  PskAuthentication,
} from '../../src/domain/ike/connection.ts';
import { idTypes } from '../../src/domain/ike/message/names.ts';
import type { IpAddress } from '../../src/domain/net/address.ts';
import type { Certificate } from '../../src/domain/pki/certificate.ts';
import { writeName } from '../../src/domain/pki/distinguished-name.ts';
import type { PathJudge } from '../../src/domain/pki/path-judge.ts';
import { plainChainJudge } from '../../src/domain/pki/plain-chain.ts';
import { nodeProvider } from '../../src/server/node-provider.ts';
import { type CharonAuth, charonJudge, parseAuth } from './charon-auth.ts';
import { chainOf, type EndFiles } from './charon-files.ts';
import { identityOf, inAnyOrder, patternOf } from './charon-identity.ts';
import { type CharonSecret, ikeSecretsOf, ppkSecretOf } from './charon-secret.ts';
import { emptySection, type Section, sectionOf } from './swanctl-file.ts';

/** What an end has beside its swanctl.conf. */
export interface Means {
  readonly address: IpAddress;
  readonly files: EndFiles;
  /** `rsa_pss` of strongswan.conf: with an RSA key PSS is tried first. */
  readonly prefersPss: boolean;
  /** `rdn_matching` of strongswan.conf. */
  readonly matchesRdnsInAnyOrder: boolean;
}

export type Proofs = Pick<
  Connection,
  'identity' | 'takesAskedIdentity' | 'peerIdentity' | 'authentication' | 'peerAuthentication' | 'ppk'
>;

/** Or the key that the loader refuses. */
export function readProofs(connection: Section, secretsSection: Section, means: Means): Result<Proofs, string> {
  const local = authSection(connection, 'local').values;
  const remote = authSection(connection, 'remote').values;
  const proof = parseAuth(local.get('auth') ?? 'pubkey');
  const expected = parseAuth(remote.get('auth') ?? 'pubkey');
  if (!proof || !expected) return err('auth');
  const secrets = ikeSecretsOf(secretsSection);
  const own = ownCredentials(local, means.files);
  const identity = ownIdentity(local.get('id'), own[0]?.chain[0], means.address);
  const sends = connection.values.get('send_cert') === 'always' ? 'always' : 'ifAsked';
  const authentication =
    proof.method === 'psk' ? pskFrom(secrets, identity) : certificateFrom(proof, own, sends, means);
  if (!authentication) return err('certs');
  const peerIdentity = patternOf(remote.get('id') ?? '%any') ?? anyIdentity;
  const isNobody = proof.method === 'psk' && !local.has('id');
  return ok({
    identity,
    ...(isNobody ? { takesAskedIdentity: true } : {}),
    peerIdentity: means.matchesRdnsInAnyOrder ? inAnyOrder(peerIdentity) : peerIdentity,
    authentication,
    peerAuthentication:
      expected.method === 'psk'
        ? pskFrom(secrets, identity)
        : { method: 'certificate', anchors: [...means.files.anchors.values()], ...acceptedBy(expected) },
    ...ppkOf(connection, secretsSection),
  });
}

/** One judge for the end: its connections seldom demand different things, and a pair has one. */
export function judgeFor(connections: readonly Section[], { anchors, intermediates }: EndFiles): PathJudge {
  const [first = emptySection] = connections;
  const remote = authSection(first, 'remote');
  const demand = parseAuth(remote.values.get('auth') ?? 'pubkey')?.chain;
  const authorities = new Map([...anchors, ...intermediates]);
  const names = (remote.values.get('cacerts') ?? '').split(',').map((each) => each.trim());
  return charonJudge(plainChainJudge(nodeProvider), {
    known: [...intermediates.values()],
    demand: demand ?? { hashes: [], leastBits: new Map() },
    through: names.map((name) => authorities.get(name)).filter((each) => each !== undefined),
  });
}

/** `certs` of the local section, with what of their chains this end has. */
function ownCredentials(values: ReadonlyMap<string, string>, files: EndFiles): readonly Credential[] {
  const names = (values.get('certs') ?? '').split(',').map((each) => each.trim());
  return names.flatMap((name) => {
    const certificate = files.own.get(name);
    const key = files.keys.get(name.replace(/\.\w+$/, '.key'));
    const isLoaded = certificate?.otherCritical.length === 0; // others are refused
    return isLoaded && key ? [{ chain: chainOf(certificate, files), key }] : [];
  });
}

function ownIdentity(id: string | undefined, certificate: Certificate | undefined, own: IpAddress): Identity {
  const given = id === undefined ? undefined : identityOf(id);
  if (!certificate) return given ?? addressIdentity(own);
  const subject = { type: idTypes.numbers.ID_DER_ASN1_DN, data: writeName(certificate.subject) };
  return given ?? subject; // announced whether the certificate says so or not
}

function certificateFrom(
  proof: CharonAuth,
  [own, ...others]: readonly Credential[],
  sends: CertificateAuthentication['sends'],
  { files, prefersPss }: Means,
): CertificateAuthentication | undefined {
  if (!own) return undefined;
  return {
    method: 'certificate',
    ...own,
    ...(others.length > 0 ? { others } : {}),
    anchors: [...files.anchors.values()],
    sends,
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

/** An identity without its secret is none. */
function ppkOf({ values }: Section, secrets: Section): Pick<Connection, 'ppk'> {
  const id = values.get('ppk_id');
  const secret = id === undefined ? undefined : ppkSecretOf(secrets, id);
  return id !== undefined && secret ? { ppk: { id, secret, required: values.get('ppk_required') === 'yes' } } : {};
}

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
