/** One certificate before many connections, whose authorities are the same or differ: whose peer it is, and what it costs to see. */
import { expect, test } from 'vitest';
import type { CryptoProvider } from '../../crypto/provider.ts';
import { type Certificate, parseCertificate } from '../../pki/certificate.ts';
import type { CertificateWish } from '../../pki/testing/authority.ts';
import { selectorOf } from '../../spd/selector.ts';
import type { CertificateAuthentication, Connection } from '../connection.ts';
import { prefix } from '../testing/builders.ts';
import { authority, credentialOf, namesake } from '../testing/certificates.ts';
import { countingProvider } from '../testing/counting-provider.ts';
import { makePair, type Pair } from '../testing/pair.ts';

const [ofHost, ofCluster] = await Promise.all([
  credentialOf({ key: 'p256', dns: 'host.test' }),
  credentialOf({ key: 'p256', dns: 'cluster.test' }),
]);

test('forty connections, each with an authority of its own: the peer of the last is known for it, and for no other', async () => {
  const others = await Promise.all(
    Array.from({ length: 39 }, (_, i) => authority({ subject: `CN=authority ${i}`, key: 'p256' })),
  );
  const pair = aPair();
  await load(pair, [...others, await authority()].map(trusting));
  await pair.establish();

  expect(pair.cluster.ikeSas).toMatchObject([{ connection: 'connection 39' }]);
});

test('forty connections, each with an authority of one name and kind of key: the peer of the last is known for it', async () => {
  const pair = aPair();
  await load(pair, [...(await namesakes(39)), await authority()].map(trusting));
  await pair.establish();

  expect(pair.cluster.ikeSas).toMatchObject([{ connection: 'connection 39' }]);
});

test('forty namesakes, none of which signed it: each is tried once, and the reason is the signature', async () => {
  const { provider, calls } = countingProvider();
  const pair = aPair(ofHost, provider);
  await load(pair, (await namesakes(40)).map(trusting));
  await pair.establish();

  expect(pair.cluster.failures).toMatchObject([{ refusal: { check: 'certificate', path: { check: 'signature' } } }]);
  expect(calls('verify')).toBe(40);
});

test('an authority that two connections have read each on its own is one: the second, whose selectors fit, is taken', async () => {
  const localSelectors = [selectorOf(prefix('198.51.100.0/24'))];
  const pair = aPair();
  const children = pair.cluster.connection.children.map((child) => ({ ...child, localSelectors }));
  const [first, second] = [await authority(), readAgain(await authority())].map(trusting);
  await load(pair, [{ ...first, children }, { ...second }]);
  await pair.establish();

  expect(pair.cluster.ikeSas).toMatchObject([{ connection: 'connection 1' }]);
  expect(pair.cluster.sad).toHaveLength(1);
});

test.each([
  ['one connection', [await authority()], 0],
  ['fifty connections that trust one authority', new Array<Certificate>(50).fill(await authority()).map(readAgain), 0],
  ['forty connections that trust namesakes of them', await namesakes(40, { subject: 'CN=a' }), 40],
])('a pile of cross-signed namesakes before %s is tried so many times and no more', async (_, anchors, more) => {
  const [a, b] = [{ name: 'CN=a', key: 'p256' } as const, { name: 'CN=b', key: 'p256' } as const];
  const pile = await Promise.all(
    Array.from({ length: 18 }, (_, i) => {
      const [own, issuer] = i % 2 === 0 ? [a, b] : [b, a];
      return authority({ subject: own.name, issuer, key: 'p256', serial: i + 1 });
    }),
  );
  const host = await credentialOf({ key: 'p256', dns: 'host.test', certificate: { issuer: a } });
  const { provider, calls } = countingProvider();
  const pair = aPair({ ...host, chain: [host.chain[0], ...pile] }, provider);
  await load(pair, anchors.map(trusting));
  await pair.establish();

  const path = { check: 'tooMuchWork', mostSignatures: 32 + more };
  expect(pair.cluster.failures).toMatchObject([{ refusal: { check: 'certificate', path } }]);
  expect(calls('verify')).toBe(32 + more);
});

/** From 2 on, since 1 is the private value of the base point itself. */
function namesakes(count: number, wish: Partial<CertificateWish> = {}): Promise<readonly Certificate[]> {
  return Promise.all(Array.from({ length: count }, (_, i) => namesake(i + 2, wish)));
}

const trusting = (anchor: Certificate): Partial<Connection> => ({
  authentication: { ...ofCluster, anchors: [anchor] },
});

function readAgain({ der }: Certificate): Certificate {
  const parsed = parseCertificate(der.slice());
  if (!parsed.ok) throw new Error('it was read before');
  return parsed.value;
}

const aPair = (host: CertificateAuthentication = ofHost, clusterProvider?: CryptoProvider): Pair =>
  makePair({
    host: { id: 'host.test', peerId: 'cluster.test', more: { authentication: host } },
    cluster: { id: 'cluster.test', peerId: 'host.test', more: { authentication: ofCluster } },
    ...(clusterProvider && { clusterProvider }),
  });

const load = ({ cluster, nowMs }: Pair, connections: readonly Partial<Connection>[]): Promise<void> =>
  cluster.endpoint.setConnections(
    connections.map((each, i) => ({ ...cluster.connection, name: `connection ${i}`, ...each })),
    nowMs,
  );
