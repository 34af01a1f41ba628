/** One certificate before many connections, whose authorities are the same or differ: whose peer it is, and what it costs to see. */
import { expect, test } from 'vitest';
import type { CryptoProvider } from '../../crypto/provider.ts';
import { type Certificate, parseCertificate } from '../../pki/certificate.ts';
import { selectorOf } from '../../spd/selector.ts';
import type { CertificateAuthentication, Connection } from '../connection.ts';
import { prefix } from '../testing/builders.ts';
import { authority, credentialOf } from '../testing/certificates.ts';
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

test.each([1, 50])(
  'a pile of cross-signed namesakes is tried so many times and no more, before connections of the number %i',
  async (count) => {
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
    const own = await authority();
    await load(
      pair,
      Array.from({ length: count }, () => trusting(readAgain(own))),
    );
    await pair.establish();

    expect(pair.cluster.failures).toMatchObject([{ refusal: { check: 'certificate' } }]);
    expect(calls('verify')).toBe(32);
  },
);

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
