/**
 * What Libreswan's pluto 4.10 makes of an ipsec.conf (ipsec.conf(5)), in our terms: one connection with the defaults of that
 * release. What it does besides, as to go in silence, is not imitated.
 */
import { ok } from '../../src/domain/bytes/result.ts';
import { Secret } from '../../src/domain/bytes/secret.ts';
import {
  addressIdentity,
  anyIdentity,
  exactly,
  type Identity,
  type IdentityPattern,
} from '../../src/domain/ike/auth/identity.ts';
import type { ChildTemplate, Connection } from '../../src/domain/ike/connection.ts';
import { idTypes } from '../../src/domain/ike/message/names.ts';
import type { EndpointSettings } from '../../src/domain/ike/settings.ts';
import { address, type IpAddress, parseAddress } from '../../src/domain/net/address.ts';
import { hostPrefix } from '../../src/domain/net/prefix.ts';
import { writeName } from '../../src/domain/pki/distinguished-name.ts';
import { plainChainJudge } from '../../src/domain/pki/plain-chain.ts';
import { nodeProvider } from '../../src/server/node-provider.ts';
import { chainOf, type EndFiles } from './charon-files.ts';
import { identityOf } from './charon-identity.ts';
import { octetsOfSecret } from './charon-secret.ts';
import { type ConfiguredSelector, selectorsOf } from './charon-selector.ts';
import type { PairEnd } from './pair.ts';
import { type Conn, type PlutoSecret, parseConn, parseSecrets } from './pluto-file.ts';
import { espProposalsOf, groupsIn, ikeProposalsOf } from './pluto-proposals.ts';
import { durationMsOf, type Loaded } from './swanctl.ts';

type Values = ReadonlyMap<string, string>;

export function loadPluto(end: PairEnd, files: EndFiles): Loaded {
  const secrets = parseSecrets(end['ipsec.secrets'] ?? []);
  const loaded = connectionOf(parseConn(end['ipsec.conf'] ?? []), secrets, end, files);
  return {
    connections: loaded.ok ? [loaded.value] : [],
    refused: loaded.ok ? [] : [loaded.error],
    pathJudge: plainChainJudge(nodeProvider),
  };
}

/** `ddos-mode=busy`: a cookie is asked for from the first request on. */
export function plutoSettings({ setup = [] }: PairEnd): Partial<EndpointSettings> {
  const isBusy = setup.some((line) => /^\s*ddos-mode\s*=\s*busy/.test(line));
  return {
    retransmit: { firstMs: 500, factor: 2, tries: 3 },
    prefers: 'accepted',
    choosesBySelectors: false,
    ...(isBusy ? { cookieThreshold: 0 } : {}),
  };
}

function connectionOf({ name, values: conn }: Conn, secrets: readonly PlutoSecret[], end: PairEnd, files: EndFiles) {
  const own = address(end.address);
  const isLeft = hostOf(conn.get('left')) === undefined || end.address === conn.get('left');
  const [ours, theirs] = isLeft ? (['left', 'right'] as const) : (['right', 'left'] as const);
  const peer = hostOf(conn.get(theirs));
  const ike = ikeProposalsOf(conn.get('ike'));
  const groups = conn.get('pfs') === 'no' ? [] : groupsIn(conn.get('ike'));
  const esp = espProposalsOf(conn.get('esp') ?? conn.get('phase2alg'), conn.get('esn') ?? 'either', groups);
  if (!ike.ok || !esp.ok) return { ok: false as const, error: 'ike or esp cannot be read' };
  const credential = credentialOf(conn.get(`${ours}cert`), files);
  const identity = nameOf(conn.get(`${ours}id`)) ?? (credential ? subjectOf(credential) : addressIdentity(own));
  const expected = conn.get(`${theirs}id`);
  const peerName = nameOf(expected) ?? (peer && addressIdentity(peer));
  const ppk = ppkOf(conn.get('ppk'), secrets);
  const isPsk = (conn.get('authby') ?? 'rsa-sha2') === 'secret';
  if (!isPsk && !credential) return { ok: false as const, error: `${ours}cert is not there` };
  return ok<Connection>({
    name,
    local: [hostPrefix(own)],
    remote: peer ? [hostPrefix(peer)] : [{ ...hostPrefix(address('0.0.0.0')), length: 0 }],
    localAddress: own,
    ...(peer && { remoteAddress: peer }),
    ikeProposals: ike.value,
    identity,
    peerIdentity: peerName && expected !== '%fromcert' ? exactly(peerName) : anyIdentity,
    authentication:
      isPsk || !credential
        ? { method: 'psk', secrets: pskOf(secrets) }
        : {
            method: 'certificate',
            chain: chainOf(credential.certificate, files),
            key: credential.key,
            anchors: [...files.anchors.values()],
            sends: conn.get(`${ours}sendcert`) === 'always' ? 'always' : 'ifAsked',
            rsaPadding: 'pss',
          },
    ...(isPsk
      ? {}
      : { peerAuthentication: { method: 'certificate', anchors: [...files.anchors.values()], rsaPadding: 'pss' } }),
    ...(ppk && { ppk }),
    children: [childOf(name, conn, ours, theirs, esp.value)],
    ikeLifetime: lifetimeOf(conn.get('ikelifetime') ?? '8h'),
    forcesUdpEncapsulation: conn.get('encapsulation') === 'yes',
    mobike: conn.get('mobike') === 'yes' ? 'offered' : 'never',
    ...(conn.get('fragmentation') === 'no' && { fragmentation: 'never' }),
  });
}

/** Libreswan insists on transport where it is asked for, and makes a tunnel of anything. */
function childOf(
  name: string,
  conn: Values,
  ours: 'left' | 'right',
  theirs: 'left' | 'right',
  espProposals: ChildTemplate['espProposals'],
): ChildTemplate {
  const isTransport = conn.get('type') === 'transport';
  return {
    name,
    espProposals,
    mode: isTransport ? { want: 'transport', strictness: 'require' } : { want: 'tunnel', strictness: 'prefer' },
    localSelectors: selectorsAt(conn, ours),
    remoteSelectors: selectorsAt(conn, theirs),
    lifetime: lifetimeOf(conn.get('salifetime') ?? '8h'),
    volume: {},
    replayWindow: Number(conn.get('replay-window') ?? 32),
  };
}

/** `leftsubnet`, and `leftprotoport=tcp/3260` for each; without a subnet the host itself. */
function selectorsAt(conn: Values, side: 'left' | 'right'): readonly ConfiguredSelector[] {
  const subnets = (conn.get(`${side}subnets`) ?? conn.get(`${side}subnet`) ?? 'dynamic').replace(/[{}]/g, '');
  const protoport = conn.get(`${side}protoport`)?.replace('/%any', '').replace(/\/0$/, '');
  const written = subnets
    .split(/[\s,]+/)
    .map((subnet) => (protoport === undefined ? subnet : `${subnet}[${protoport}]`))
    .join(',');
  return selectorsOf(written) ?? [];
}

const lifetimeOf = (text: string) => ({
  rekeyAfterMs: durationMsOf(text),
  expireAfterMs: durationMsOf(text),
  jitter: 0,
});

function hostOf(text: string | undefined): IpAddress | undefined {
  const parsed = parseAddress(text ?? '');
  return parsed.ok ? parsed.value : undefined;
}

/** `@name` and `@@mail` are taken as they stand; a name without `@` is looked up, and nobody answers here. */
function nameOf(text: string | undefined): Identity | undefined {
  if (text === undefined || text.startsWith('%')) return undefined;
  if (text.startsWith('@')) return identityOf(text.replace(/^@+/, ''));
  return text.includes('=') || hostOf(text) ? identityOf(text) : undefined;
}

function credentialOf(name: string | undefined, { own, keys }: EndFiles) {
  const certificate = own.get(`${name}.pem`);
  const key = keys.get(`${name}.key`);
  return certificate && key && { certificate, key };
}

const subjectOf = ({ certificate }: NonNullable<ReturnType<typeof credentialOf>>): Identity => ({
  type: idTypes.numbers.ID_DER_ASN1_DN,
  data: writeName(certificate.subject),
});

const pskOf = (secrets: readonly PlutoSecret[]) =>
  secrets
    .filter(({ kind }) => kind === 'PSK')
    .map(({ secret, owners }) => ({
      secret: new Secret(octetsOfSecret(secret)),
      peers: owners
        .map(nameOf)
        .filter((each) => each !== undefined)
        .map(exactly) satisfies readonly IdentityPattern[],
    }));

function ppkOf(wish: string | undefined, secrets: readonly PlutoSecret[]): Connection['ppk'] {
  const found = secrets.find(({ kind }) => kind === 'PPKS');
  if (wish === undefined || wish === 'no' || !found?.id) return undefined;
  return { id: found.id, secret: new Secret(octetsOfSecret(found.secret)), required: wish === 'insist' };
}
