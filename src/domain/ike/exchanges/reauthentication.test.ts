/** A new IKE SA with a new authentication in the place of another: it makes before it breaks (RFC 7296 2.8.3). */
import { expect, test } from 'vitest';
import type { CryptoProvider } from '../../crypto/provider.ts';
import { webProvider } from '../../crypto/web-provider.ts';
import { address, printAddress } from '../../net/address.ts';
import { printSelector } from '../../spd/selector.ts';
import { aFlow } from '../../spd/testing/builders.ts';
import type { UdpEnd } from '../datagram.ts';
import { hostAddress } from '../testing/builders.ts';
import { agreementOf, makePair, type Pair, type TestEnd } from '../testing/pair.ts';
import { messageFrom } from '../testing/tamper.ts';

const lifetime = { rekeyAfterMs: 60_000, expireAfterMs: 180_000, jitter: 0 };
const reauthenticating = { more: { reauthenticates: true, ikeLifetime: lifetime } };
/** One address at each end in each SA, of subnets. */
const onePairs = {
  ...{ localSubnet: '10.2.0.0/16', remoteSubnet: '10.1.0.0/16' },
  child: { mode: { want: 'tunnel', strictness: 'require' }, fromPacket: ['local', 'remote'] },
} as const;
const onePairsSeenThere = { ...onePairs, localSubnet: '10.1.0.0/16', remoteSubnet: '10.2.0.0/16' };

test('the new one does not get its CHILD SA: it goes, the old one stays, and the next try comes through', async () => {
  const pair = await makePair({ host: reauthenticating }).establish();
  const [old] = pair.host.ikeSas;
  const standing = pair.host.child.inSpi;
  const accepts = refuseChildren(pair.cluster);

  await pair.run(61_000);
  expect(pair.host.failures).toMatchObject([{ scope: 'child', by: 'remote', notify: 14 }]);
  expect(pair.host.ikeSas).toMatchObject([{ initiatorSpi: old?.initiatorSpi, phase: 'established' }]);
  expect(pair.cluster.ikeSas).toHaveLength(1);
  expect(pair.host.child.inSpi).toBe(standing);

  accepts();
  await pair.run(60_000);
  expectAnother(pair, old?.initiatorSpi);
});

test('nobody answers: the old one stays, and half of its rest later there is another try', async () => {
  const pair = await makePair({ host: reauthenticating }).establish();
  const [old] = pair.host.ikeSas;
  pair.wire.tamper = (datagram) => (messageFrom(datagram)?.header.exchange === 34 ? [] : [datagram]);
  await pair.runFor(119_000);
  expect(pair.host.ikeSas.map(({ initiatorSpi }) => initiatorSpi)).toContain(old?.initiatorSpi);
  expect(pair.host.sad).toHaveLength(1);

  pair.wire.tamper = undefined;
  await pair.run(5_000);
  expectAnother(pair, old?.initiatorSpi);
});

test('a rekey that comes through while its key pair is being made: its heir is what goes', async () => {
  let waitsFor = Promise.resolve();
  const keyPair: CryptoProvider['keyPair'] = (...wish) => waitsFor.then(() => webProvider.keyPair(...wish));
  const pair = await makePair({ clusterProvider: { ...webProvider, keyPair } }).establish();
  const [old] = pair.cluster.ikeSas;
  const spi = old?.initiatorSpi ?? expect.unreachable();
  await pair.cluster.endpoint.rekeyIke(spi, pair.nowMs);
  let goesOn = () => {};
  waitsFor = new Promise((resolve) => {
    goesOn = resolve;
  });

  const begun = pair.cluster.endpoint.reauthenticate(spi, pair.nowMs);
  for (; pair.wire.nextAtMs !== undefined; await pair.deliver()) pair.nowMs = pair.wire.nextAtMs;
  expect(pair.cluster.ikeSas.map(({ initiatorSpi }) => initiatorSpi)).not.toContain(spi);
  goesOn();
  await begun;
  await pair.run(1_000);

  for (const { ikeSas, sad } of pair.ends) {
    expect(ikeSas).toMatchObject([{ phase: 'established', children: [{}] }]);
    expect(sad).toHaveLength(1);
  }
});

test('the peer has authenticated anew itself, and its delete of the old one is on its way: none is begun', async () => {
  const pair = await makePair().establish();
  const [old] = pair.host.ikeSas;
  const spi = old?.initiatorSpi ?? expect.unreachable();
  await pair.cluster.endpoint.reauthenticate(spi, pair.nowMs);
  const standing = () => pair.host.ikeSas.filter(({ phase }) => phase === 'established');
  for (; standing().length < 2; await pair.deliver()) pair.nowMs = pair.wire.nextAtMs ?? expect.unreachable();
  pair.nowMs += 1;

  await pair.host.endpoint.reauthenticate(spi, pair.nowMs);
  await pair.run(30_000);

  expectAnother(pair, spi);
  expect(pair.cluster.ikeSas).toHaveLength(1);
});

test('a peer behind a NAT is called where it is met: its standard port leads nowhere', async () => {
  const pair = makePair({ cluster: reauthenticating });
  pair.wire.tamper = (datagram) => {
    const { local, remote } = datagram;
    if (printAddress(local.address) === hostAddress) return [{ ...datagram, local: shifted(local, 10_000) }];
    return remote.port > 10_000 ? [{ ...datagram, remote: shifted(remote, -10_000) }] : [];
  };
  await pair.establish();
  const [old] = pair.cluster.ikeSas;

  await pair.run(61_000);

  expect(pair.cluster.ikeSas).toMatchObject([{ isInitiator: true, remote: { port: 14_500 } }]);
  expectAnother(pair, old?.initiatorSpi);
});

test('each SA for one pair of addresses has one again', async () => {
  const pair = makePair({ host: { ...onePairs, ...reauthenticating }, cluster: onePairsSeenThere });
  for (const remote of ['10.1.1.1', '10.1.1.5']) {
    const flow = { protocol: 6, localPort: 700, remotePort: 2049, local: address('10.2.2.2'), remote: address(remote) };
    await pair.host.initiate({ flow });
    await pair.run();
  }
  const [old] = pair.host.ikeSas;
  const before = selectorsOf(pair.host);
  expect(new Set(before).size).toBe(2);

  await pair.run(61_000);

  expect(pair.host.ikeSas).toHaveLength(1);
  expect(pair.host.ikeSas[0]?.initiatorSpi).not.toBe(old?.initiatorSpi);
  expect(selectorsOf(pair.host)).toEqual(before);
  expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
  expect(pair.host.failures).toEqual([]);
});

test('asked for twice at once there is one', async () => {
  const pair = await makePair().establish();
  const [old] = pair.host.ikeSas;
  if (!old) throw new Error('no IKE SA');
  const again = () => pair.host.endpoint.reauthenticate(old.initiatorSpi, pair.nowMs);
  await Promise.all([again(), again()]);
  await again();
  await pair.run();
  expectAnother(pair, old.initiatorSpi);
  expect(pair.host.facts.filter(({ type }) => type === 'ikeEstablished')).toHaveLength(2);
});

const shifted = ({ address: at, port }: UdpEnd, by: number): UdpEnd => ({ address: at, port: port + by });

/** From now on it takes no CHILD SA, until it is told otherwise. */
function refuseChildren({ endpoint }: TestEnd): () => void {
  const template = endpoint.connections[0]?.children[0] as { espProposals: unknown }; // as no endpoint does while SAs stand
  const { espProposals } = template;
  template.espProposals = [];
  return () => {
    template.espProposals = espProposals;
  };
}

function expectAnother(pair: Pair, old: string | undefined): void {
  expect(pair.host.ikeSas).toHaveLength(1);
  expect(pair.host.ikeSas[0]?.initiatorSpi).not.toBe(old);
  expect(pair.host.sad).toHaveLength(1);
  expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
}

const selectorsOf = ({ sad }: TestEnd): readonly string[] =>
  sad.map(({ localSelectors, remoteSelectors }) =>
    [...localSelectors, ...remoteSelectors].map(printSelector).join(' '),
  );

test.each([14, 18, 22])(
  'the peer rekeys the new IKE SA %i ms after it was begun, before it has all CHILD SAs: the old one goes all the same',
  async (afterMs) => {
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const pair = makePair({ seed, host: onePairs, cluster: onePairsSeenThere });
      for (const i of [1, 2, 3, 4]) {
        await pair.host.initiate({ flow: aFlow('10.2.2.2', `10.1.1.${i}`, 700, 2049) });
        await pair.run();
      }
      const [old] = pair.host.ikeSas.map(({ initiatorSpi }) => initiatorSpi);
      if (old) await pair.host.endpoint.reauthenticate(old, pair.nowMs);
      await pair.runFor(afterMs);
      const next = pair.host.ikeSas.find(({ initiatorSpi }) => initiatorSpi !== old);
      if (next) await pair.cluster.endpoint.rekeyIke(next.initiatorSpi, pair.nowMs);
      await pair.run(60_000);

      expect(pair.host.ikeSas.map(({ initiatorSpi }) => initiatorSpi)).not.toContain(old);
      expect(pair.host.ikeSas).toHaveLength(1);
      expect(pair.host.sad).toHaveLength(4);
      expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
    }
  },
);
