/** Where several connections hold the same addresses and none is for a peer, its failure speaks of the one that came nearest. */
import { expect, test } from 'vitest';
import { aConnection, type ConnectionWish, clusterAddress, hostAddress } from '../testing/builders.ts';
import { makePair, type Pair } from '../testing/pair.ts';
import { messageFrom } from '../testing/tamper.ts';

const x25519 = 'aes256gcm16-prfsha384-x25519';
const p384 = 'aes256gcm16-prfsha384-ecp384';

/** A host before a cluster that has a connection for each wish, named by its peer unless it says otherwise. */
async function negotiate(host: Partial<ConnectionWish>, wishes: readonly Partial<ConnectionWish>[]): Promise<Pair> {
  const pair = makePair({ host: { id: 'web-2.test', peerId: 'ontap.test', ...host } });
  const ends = { local: clusterAddress, remote: hostAddress, id: 'ontap.test' };
  const connections = wishes.map((wish) => aConnection({ name: wish.peerId ?? 'any', ...ends, ...wish }));
  await pair.cluster.endpoint.setConnections(connections, pair.nowMs);
  return pair.establish();
}

test('no IKE proposal fits any: named is the one that lacks least', async () => {
  const { cluster } = await negotiate({ ike: [p384] }, [
    { peerId: 'web-1.test', ike: ['aes256-sha384-prfsha512-x25519'] },
    { peerId: 'web-2.test', ike: [x25519] },
    { peerId: 'web-3.test', ike: ['aes128gcm16-prfsha384-x25519'] },
  ]);

  const [failure] = cluster.failures;
  expect(failure).toMatchObject({ connection: 'web-2.test', refusal: { code: 'noProposal', accepted: [{}] } });
  const [accepted] = failure?.refusal.code === 'noProposal' ? (failure.refusal.accepted ?? []) : [];
  expect(accepted?.transforms).toContainEqual({ type: 4, id: 31 });
});

test('an identity that none expects: named are all that were expected, and no connection', async () => {
  const { cluster } = await negotiate({ id: 'web-9.test' }, [{ peerId: 'web-1.test' }, { peerId: 'web-2.test' }]);

  const [failure] = cluster.failures;
  expect(failure?.connection).toBeUndefined();
  expect(failure?.refusal).toMatchObject({
    check: 'identity',
    expectedIdentity: { identity: { type: 2 } },
    alsoExpected: [{ identity: { type: 2 } }],
  });
});

test('an identity that one expects, under another name of ours than was asked for: named is that one', async () => {
  const asksForPeer = aConnection({ local: hostAddress, remote: clusterAddress, id: 'other.test' }).identity;
  const { cluster } = await negotiate({ more: { asksForPeer } }, [{ peerId: 'web-1.test' }, { peerId: 'web-2.test' }]);

  expect(cluster.failures).toMatchObject([
    { connection: 'web-2.test', refusal: { check: 'identity', askedIdentity: asksForPeer } },
  ]);
});

test('an identity that one expects, which accepts other IKE proposals than the first that fitted: named are these', async () => {
  const { host, cluster } = await negotiate({ ike: [x25519, p384] }, [
    { peerId: 'web-1.test', ike: [x25519] },
    { peerId: 'web-2.test', ike: [p384] },
  ]);

  const [failure] = cluster.failures;
  expect(failure).toMatchObject({
    connection: 'web-2.test',
    notify: 24, // the peer learns no more than of any other proof that failed
    refusal: { code: 'authFailed', check: 'suite', agreed: [{}], accepted: [{}] },
  });
  expect(host.failures).toMatchObject([{ by: 'remote', refusal: { check: 'peer' } }]);
});

test('another secret for the one that is meant: named is that one, not the first', async () => {
  const { cluster } = await negotiate({}, [{ peerId: 'web-1.test' }, { peerId: 'web-2.test', psk: 'another' }]);

  expect(cluster.failures).toMatchObject([{ connection: 'web-2.test', refusal: { check: 'psk' } }]);
});

test('a peer that never says who it is: named is none of several', async () => {
  const pair = makePair();
  const { connection } = pair.cluster;
  await pair.cluster.endpoint.setConnections([connection, { ...connection, name: 'other' }], pair.nowMs);
  pair.wire.tamper = (datagram) => (messageFrom(datagram)?.header.messageId === 0 ? [datagram] : []);
  await pair.host.initiate();
  await pair.run(60_000);

  expect(pair.cluster.failures).toMatchObject([{ refusal: { code: 'halfOpenExpired' } }]);
  expect(pair.cluster.failures[0]?.connection).toBeUndefined();
});
