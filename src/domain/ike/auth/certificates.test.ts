/** Authentication by certificate between two of our endpoints: every kind of key, each way on its own, every refusal. */
import { expect, test } from 'vitest';
import { utf8 } from '../../bytes/octets.ts';
import { Secret } from '../../bytes/secret.ts';
import type { TestKeyName } from '../../crypto/testing/signing-keys.ts';
import type { CertificateAuthentication, Connection } from '../connection.ts';
import type { Datagram } from '../datagram.ts';
import type { IkeSaView } from '../facts.ts';
import type { Payload } from '../message/message.ts';
import { authMethods, nameOf } from '../message/names.ts';
import type { Refusal } from '../refusal.ts';
import { authority, type CredentialWish, credentialOf } from '../testing/certificates.ts';
import { agreementOf, makePair, type Pair, type PairWish } from '../testing/pair.ts';
import { messageFrom, rewrite } from '../testing/tamper.ts';
import { anyIdentity } from './identity.ts';

const names = { host: 'host.test', cluster: 'cluster.test' } as const;
const psk = (text: string) => ({ method: 'psk', secrets: [{ secret: new Secret(utf8(text)), peers: [] }] }) as const;

interface Wish {
  readonly host?: Partial<CredentialWish>;
  readonly cluster?: Partial<CredentialWish>;
  readonly hostConnection?: Partial<Connection>;
  readonly clusterConnection?: Partial<Connection>;
  readonly onError?: PairWish['onError'];
}

async function certifiedPair(wish: Wish = {}): Promise<Pair> {
  const [host, cluster] = await Promise.all([
    credentialOf({ key: 'p256', dns: names.host, ...wish.host }),
    credentialOf({ key: 'p256', dns: names.cluster, ...wish.cluster }),
  ]);
  return makePair({
    ...(wish.onError && { onError: wish.onError }),
    host: { id: names.host, peerId: names.cluster, more: { authentication: host, ...wish.hostConnection } },
    cluster: { id: names.cluster, peerId: names.host, more: { authentication: cluster, ...wish.clusterConnection } },
  });
}

const authOf = (pair: Pair, from: 'host' | 'cluster') => {
  const entry = pair[from].transcript.find(({ direction, header }) => direction === 'out' && header?.exchange === 35);
  const auth = entry?.payloads?.find((each): each is Extract<Payload, { type: 'AUTH' }> => each.type === 'AUTH');
  return nameOf(authMethods, auth?.method ?? 0);
};

/** Ours first. */
const methodsIn = (ikeSa: IkeSaView | undefined) =>
  [ikeSa?.ownAuthMethod, ikeSa?.peerAuthMethod].map((each) => nameOf(authMethods, each ?? 0));

function refusalAt(pair: Pair, end: 'host' | 'cluster'): Extract<Refusal, { code: 'authFailed' }> | undefined {
  const refusal = pair[end].failures[0]?.refusal;
  return refusal?.code === 'authFailed' ? refusal : undefined;
}

test.each<[TestKeyName, Partial<CertificateAuthentication>]>([
  ['rsa2048', {}],
  ['rsa2048', { rsaPadding: 'pkcs1' }],
  ['p256', {}],
  ['p384', {}],
  ['p521', {}],
  ['ed25519', {}],
  ['ed448', {}],
])('%s with %j: both ends sign by method 14 and hold the same SAs', async (key, authentication) => {
  const pair = await certifiedPair({ host: { key, authentication }, cluster: { key, authentication } });
  await pair.establish();

  const { host, cluster } = agreementOf(pair);
  expect(host).toHaveLength(1);
  expect(host).toEqual(cluster);
  expect([authOf(pair, 'host'), authOf(pair, 'cluster')]).toEqual(['DIGITAL_SIGNATURE', 'DIGITAL_SIGNATURE']);
});

test('what is said of certificates: hashes both ways, CERTREQ both ways, the chain behind the key', async () => {
  const middle = await authority({
    subject: 'CN=middle',
    issuer: { name: 'O=Tests, CN=authority', key: 'p384' },
    key: 'ed25519',
  });
  const certificate = { issuer: { name: 'CN=middle', key: 'ed25519' } } as const;
  const { chain } = await credentialOf({ key: 'p256', dns: names.host, certificate });
  const pair = await certifiedPair({ host: { certificate, authentication: { chain: [...chain, middle] } } });
  await pair.establish();

  expect(pair.host.failures).toEqual([]);
  expect(pair.ladder().slice(0, 4)).toEqual([
    'host -> IKE_SA_INIT 0 request SA KE Nonce N(NAT_DETECTION_SOURCE_IP) N(NAT_DETECTION_DESTINATION_IP) N(SIGNATURE_HASH_ALGORITHMS) N(IKEV2_FRAGMENTATION_SUPPORTED)',
    'host <- IKE_SA_INIT 0 response SA KE Nonce CERTREQ N(NAT_DETECTION_SOURCE_IP) N(NAT_DETECTION_DESTINATION_IP) N(SIGNATURE_HASH_ALGORITHMS) N(IKEV2_FRAGMENTATION_SUPPORTED) N(CHILDLESS_IKEV2_SUPPORTED)',
    'host -> IKE_AUTH 1 request IDi CERT CERT N(INITIAL_CONTACT) CERTREQ IDr AUTH N(USE_TRANSPORT_MODE) N(ESP_TFC_PADDING_NOT_SUPPORTED) SA TSi TSr',
    'host <- IKE_AUTH 1 response IDr CERT AUTH N(USE_TRANSPORT_MODE) N(ESP_TFC_PADDING_NOT_SUPPORTED) SA TSi TSr',
  ]);
});

test.each(['host', 'cluster'] as const)(
  '%s proves itself by certificate, the other by pre-shared key',
  async (signer) => {
    const other = signer === 'host' ? 'cluster' : 'host';
    const anchors = [await authority()];
    const ofOther = { authentication: psk('shared'), peerAuthentication: { method: 'certificate', anchors } } as const;
    const ofSigner = { peerAuthentication: psk('shared') };
    const pair = await certifiedPair({ [`${signer}Connection`]: ofSigner, [`${other}Connection`]: ofOther });
    await pair.establish();

    expect([authOf(pair, signer), authOf(pair, other)]).toEqual(['DIGITAL_SIGNATURE', 'SHARED_KEY_MIC']);
    expect(agreementOf(pair).host).toHaveLength(1);
  },
);

test('what is known of an IKE SA says by which method each end proved itself, and so does the one that replaces it', async () => {
  const anchors = [await authority()];
  const pair = await certifiedPair({
    hostConnection: { peerAuthentication: psk('shared') },
    clusterConnection: { authentication: psk('shared'), peerAuthentication: { method: 'certificate', anchors } },
  });
  await pair.establish();
  const [first] = pair.host.ikeSas;
  expect(methodsIn(first)).toEqual(['DIGITAL_SIGNATURE', 'SHARED_KEY_MIC']);
  expect(methodsIn(pair.cluster.ikeSas[0])).toEqual(['SHARED_KEY_MIC', 'DIGITAL_SIGNATURE']);

  if (first) await pair.cluster.endpoint.rekeyIke(first.initiatorSpi, pair.nowMs);
  await pair.run();
  const [second] = pair.host.ikeSas;
  expect(second?.initiatorSpi).not.toBe(first?.initiatorSpi);
  expect(methodsIn(second)).toEqual(['DIGITAL_SIGNATURE', 'SHARED_KEY_MIC']);
  expect(methodsIn(pair.cluster.ikeSas[0])).toEqual(['SHARED_KEY_MIC', 'DIGITAL_SIGNATURE']);
});

test('a peer without RFC 7427 is believed by method 1, and its IKE SA says so', async () => {
  const pair = await certifiedPair({ host: { key: 'rsa2048', authentication: { mayUseMethod1: true } } });
  // it takes no notice of the cluster's hashes
  pair.wire.tamper = (datagram) => [
    messageFrom(datagram)?.header.isResponse ? rewrite(datagram, withoutHashes) : datagram,
  ];
  await pair.establish();

  const established = pair.cluster.facts.find((fact) => fact.type === 'ikeEstablished');
  expect(methodsIn(established?.ikeSa)).toEqual(['DIGITAL_SIGNATURE', 'RSA_SIGNATURE']);
});

test.each<[string, Wish, Partial<Extract<Refusal, { code: 'authFailed' }>>]>([
  [
    'a method that is not expected',
    { hostConnection: { authentication: psk('x') } },
    { check: 'method', expectedMethod: 'certificate' },
  ],
  ['a name of another', { host: { certificate: { dns: ['else.test'] } } }, { check: 'certified' }],
  [
    'a name that reads like that of its certificate',
    {
      host: { certificate: { dns: ['kiwi.test'] } },
      hostConnection: { identity: { type: 2, data: utf8('\u212aiwi.test') } }, // the sign of Kelvin
      clusterConnection: { peerIdentity: anyIdentity },
    },
    { check: 'certified' },
  ],
  ['a name in the subject alone', { host: { certificate: { dns: [] } } }, { check: 'certified' }],
  ['a key of another', { host: { certificate: { key: 'p384' } } }, { check: 'signature' }],
])('%s of the host is refused by the cluster, which tells the host nothing', async (_, wish, expected) => {
  const pair = await certifiedPair(wish);
  await pair.establish();

  expect(refusalAt(pair, 'cluster')).toMatchObject(expected);
  expect(refusalAt(pair, 'host')).toMatchObject({ check: 'peer' });
  expect(pair.cluster.failures[0]).toMatchObject({ by: 'local', notify: 24 });
});

test.each<[string, NonNullable<CredentialWish['certificate']>, string]>([
  ['expired', { notAfter: '1970-01-01T00:00:00Z' }, 'expired'],
  ['not yet valid', { notBefore: '1975-01-01T00:00:00Z' }, 'notYetValid'],
  ['by another authority', { issuer: { name: 'CN=other', key: 'otherP384' } }, 'untrusted'],
  ['by another key of the authority', { issuer: { name: 'O=Tests, CN=authority', key: 'otherP384' } }, 'signature'],
  ['not for signing', { keyUsage: 0x20 }, 'keyUsage'],
])('a certificate %s is refused by either end, with the certificate and the check', async (_, certificate, check) => {
  const byCluster = await certifiedPair({ host: { certificate } });
  await byCluster.establish();
  expect(refusalAt(byCluster, 'cluster')).toMatchObject({
    check: 'certificate',
    path: { check, certificate: { subject: 'O=Tests, CN=host.test' } },
  });
  expect(byCluster.host.sad).toEqual([]);

  const byHost = await certifiedPair({ cluster: { certificate } });
  await byHost.establish();
  expect(refusalAt(byHost, 'host')).toMatchObject({
    check: 'certificate',
    path: { check, certificate: { subject: 'O=Tests, CN=cluster.test' } },
  });
  expect(refusalAt(byHost, 'cluster')).toMatchObject({ check: 'peer' });
  expect([byHost.host.sad, byHost.cluster.sad]).toEqual([[], []]);
});

test('a signature that is good, and made otherwise than the cluster demands, is refused with both facts', async () => {
  const demand = { rsaPadding: 'pss', hashes: ['SHA-256', 'SHA-384'] } as const;
  const pair = await certifiedPair({
    host: { key: 'rsa2048', authentication: { rsaPadding: 'pkcs1' } },
    clusterConnection: { peerAuthentication: { method: 'certificate', anchors: [await authority()], ...demand } },
  });
  await pair.establish();

  expect(refusalAt(pair, 'cluster')).toMatchObject({
    check: 'signature',
    method: 14,
    signature: { why: 'notDemanded', scheme: { type: 'rsaPkcs1', hash: 'SHA-256' }, demand },
  });
  expect(refusalAt(pair, 'host')).toMatchObject({ check: 'peer' });
});

test('certificates that are sent if asked for are sent nobody who does not ask, and are missed', async () => {
  const pair = await certifiedPair({ host: { authentication: { sends: 'ifAsked' } } });
  pair.wire.tamper = dropCertificateRequest;
  await pair.establish();
  expect(refusalAt(pair, 'cluster')).toMatchObject({ check: 'certificate', path: { check: 'missing' } });
});

test('a connection that is loaded again, its key imported anew, keeps its SAs; one with another certificate does not', async () => {
  const pair = await certifiedPair();
  await pair.establish();
  const { connection } = pair.host;

  const again = await credentialOf({ key: 'p256', dns: names.host });
  await pair.host.endpoint.setConnections([{ ...connection, authentication: again }], pair.nowMs);
  await pair.run();
  expect(pair.host.sad).toHaveLength(1);

  const another = await credentialOf({ key: 'p256', dns: names.host, certificate: { serial: 2 } });
  await pair.host.endpoint.setConnections([{ ...connection, authentication: another }], pair.nowMs);
  await pair.run();
  expect([pair.host.sad, pair.cluster.sad]).toEqual([[], []]);
});

test('a key of RSA below 2048 bits neither signs nor is believed', async () => {
  const signing = await certifiedPair({ host: { key: 'rsa1024' } });
  await signing.establish();
  expect(refusalAt(signing, 'host')).toMatchObject({ check: 'ownSignature', signature: { why: 'weakKey' } });
});

/** The peers of RFC 7427 say so in IKE_SA_INIT, outside of what protects; AUTH covers it. */
test('hashes taken out on the way do not bring method 1 about: the initiator has nothing to say', async () => {
  const pair = await certifiedPair({ host: { key: 'rsa2048' } });
  pair.wire.tamper = (datagram) => [rewrite(datagram, withoutHashes)];
  await pair.establish();
  expect(refusalAt(pair, 'host')).toMatchObject({
    check: 'ownSignature',
    signature: { why: 'noCommonHash', peerHashes: [] },
  });
});

const withoutHashes = (payloads: readonly Payload[]) =>
  payloads.filter((each) => !(each.type === 'NOTIFY' && each.notify === 16431));

function dropCertificateRequest(datagram: Datagram): readonly Datagram[] {
  const isInit = messageFrom(datagram)?.header.exchange === 34;
  return [isInit ? rewrite(datagram, (payloads) => payloads.filter(({ type }) => type !== 'CERTREQ')) : datagram];
}

test('a key that cannot sign just now, a token that was taken out, is a bug that is told once; no SA is left half made', async () => {
  const told: unknown[] = [];
  const key = { kind: { type: 'ecdsa', curve: 'P-256' }, sign: () => Promise.reject(new Error('no token')) } as const;
  const pair = await certifiedPair({ cluster: { authentication: { key } }, onError: (error) => told.push(error) });
  await pair.establish();

  expect(told).toEqual([new Error('no token')]);
  expect(pair.cluster.sad).toEqual([]);
});
