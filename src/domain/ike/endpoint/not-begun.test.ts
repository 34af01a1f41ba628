/** What an endpoint is told to begin and cannot is answered with what is wrong, and what it has instead. */
import { describe, expect, test } from 'vitest';
import { address } from '../../net/address.ts';
import type { Connection } from '../connection.ts';
import { clusterAddress, hostAddress, prefix } from '../testing/builders.ts';
import { makePair, type Pair } from '../testing/pair.ts';

describe('a connection that is not there', () => {
  const refusal = { code: 'unknownConnection', name: 'smb', known: ['nfs'] };

  test('a CHILD SA of it is told by what was asked for, and by the names that there are', async () => {
    const pair = makePair();
    const flow = {
      protocol: 6,
      localPort: 700,
      remotePort: 445,
      local: address(hostAddress),
      remote: address(clusterAddress),
    };

    await pair.host.endpoint.initiate('smb', { child: 'share', flow }, pair.nowMs);

    expectNotBegun(pair, { connection: 'smb', child: 'share', trigger: flow, refusal });
  });

  test('so is an IKE SA of it', async () => {
    const pair = makePair();

    await pair.host.endpoint.initiateIke('smb', {}, pair.nowMs);

    expectNotBegun(pair, { connection: 'smb', refusal });
  });
});

describe('a connection that says not whom to call', () => {
  const held = [prefix('10.0.0.0/8'), prefix('192.0.2.0/24')];
  const refusal = { code: 'noAddress', remote: held };

  test.each([
    { what: 'a CHILD SA', begin: ({ host }: Pair) => host.initiate() },
    { what: 'an IKE SA', begin: ({ host, nowMs }: Pair) => host.endpoint.initiateIke('nfs', {}, nowMs) },
  ])('$what is told by the addresses that it holds', async ({ begin }) => {
    const pair = makePair();
    const { remoteAddress: _, ...connection } = pair.host.connection;
    await connect(pair, { ...connection, remote: held });

    await begin(pair);

    expectNotBegun(pair, { connection: 'nfs', refusal });
  });

  test('named with the order it is called', async () => {
    const pair = makePair();
    const { remoteAddress: _, ...connection } = pair.host.connection;
    await connect(pair, connection);

    await pair.host.initiate({ remote: address(clusterAddress) });
    await pair.run();

    expect(pair.host.child.child).toBe('nfs');
  });

  test('nor from where: both are missed', async () => {
    const pair = makePair();
    const { remoteAddress: _, localAddress: __, ...connection } = pair.host.connection;
    await connect(pair, connection);

    await pair.host.initiate();

    const { local, remote } = connection;
    expectNotBegun(pair, { connection: 'nfs', refusal: { code: 'noAddress', local, remote } });
  });
});

test('a connection without any child: a CHILD SA of it is told so', async () => {
  const pair = makePair();
  await connect(pair, { ...pair.host.connection, children: [] });

  await pair.host.initiate();

  expectNotBegun(pair, { connection: 'nfs', refusal: { code: 'noTemplate' } });
});

const connect = ({ host, nowMs }: Pair, connection: Connection) => host.endpoint.setConnections([connection], nowMs);

function expectNotBegun(pair: Pair, what: object): void {
  expect(pair.host.facts).toEqual([{ type: 'notBegun', atMs: pair.nowMs, ...what }]);
  expect(pair.ladder()).toEqual([]);
  expect(pair.host.ikeSas).toEqual([]);
}
