/** "The only IKE SA currently active between the authenticated identities" (RFC 7296 2.4): when we say so. */
import { expect, test } from 'vitest';
import { anyPort } from '../../net/ports.ts';
import type { Connection } from '../connection.ts';
import { aConnection, type ConnectionWish, clusterAddress, hostAddress } from '../testing/builders.ts';
import { makePair, type Pair } from '../testing/pair.ts';

const own = { isDynamic: true, protocol: 0, ports: anyPort } as const;
const child = { localSelectors: [own], remoteSelectors: [own] };

interface Both {
  readonly name: string;
  readonly clusterId?: string;
  /** Whom the host takes the cluster for; absent: who it is. */
  readonly expected?: string;
}

async function withConnections(each: readonly Both[]): Promise<Pair> {
  const pair = makePair();
  const at = (end: 'host' | 'cluster'): readonly Connection[] =>
    each.map(({ name, clusterId = 'nas.test', expected = clusterId }) => {
      const wish: ConnectionWish =
        end === 'host'
          ? { local: hostAddress, remote: clusterAddress, id: 'client.test', peerId: expected }
          : { local: clusterAddress, remote: hostAddress, id: clusterId, peerId: 'client.test' };
      return aConnection({ name, child, ...wish });
    });
  for (const end of pair.ends) await end.endpoint.setConnections(at(end.name), pair.nowMs);
  return pair;
}

const initiate = (pair: Pair, name: string) => pair.host.endpoint.initiate(name, {}, pair.nowMs);

/** Whether each IKE_AUTH of the host said it. */
const said = (pair: Pair): readonly boolean[] =>
  pair
    .ladder()
    .filter((line) => line.startsWith('host -> IKE_AUTH'))
    .map((line) => line.includes('INITIAL_CONTACT'));

test('two connections between one pair of identities: the second does not say it, and both IKE SAs stand', async () => {
  const pair = await withConnections([{ name: 'nfs' }, { name: 'iscsi' }]);

  await initiate(pair, 'nfs');
  await pair.run(1000);
  await initiate(pair, 'iscsi');
  await pair.run(1000);

  expect(said(pair)).toEqual([true, false]);
  for (const { ikeSas } of pair.ends) expect(ikeSas.map(({ children }) => children.length)).toEqual([1, 1]);
});

test('begun at the same instant, one of the two says it', async () => {
  const pair = await withConnections([{ name: 'nfs' }, { name: 'iscsi' }]);

  await Promise.all([initiate(pair, 'nfs'), initiate(pair, 'iscsi')]);
  await pair.run(1000);

  expect(said(pair)).toEqual([true, false]);
});

test('another identity of the peer is another peer, though its address is the same', async () => {
  const pair = await withConnections([
    { name: 'nfs', clusterId: 'one.test' },
    { name: 'iscsi', clusterId: 'two.test' },
  ]);

  await initiate(pair, 'nfs');
  await pair.run(1000);
  await initiate(pair, 'iscsi');
  await pair.run(1000);

  expect(said(pair)).toEqual([true, true]);
  expect(pair.cluster.ikeSas).toHaveLength(2);
});

test('where any peer is taken, it is not said while an IKE SA stands that may be with the same one', async () => {
  const pair = await withConnections([{ name: 'nfs' }, { name: 'iscsi', expected: '%any' }]);

  await initiate(pair, 'nfs');
  await pair.run(1000);
  await initiate(pair, 'iscsi');
  await pair.run(1000);

  expect(said(pair)).toEqual([true, false]);
  expect(pair.cluster.ikeSas).toHaveLength(2);
});
