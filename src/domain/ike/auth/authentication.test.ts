/** Pre-shared keys between two of our endpoints, each way on its own: whoever proves itself does so by its own, and by no other. */
import { expect, test } from 'vitest';
import { utf8 } from '../../bytes/octets.ts';
import { Secret } from '../../bytes/secret.ts';
import { selectorOf } from '../../spd/selector.ts';
import { prefix } from '../testing/builders.ts';
import { agreementOf, makePair } from '../testing/pair.ts';

const psk = (text: string) => ({ method: 'psk', secrets: [{ secret: new Secret(utf8(text)), peers: [] }] }) as const;

/** Proves itself by the first, expects the second. */
const proving = (own: string, peers: string) => ({
  more: { authentication: psk(own), peerAuthentication: psk(peers) },
});

test('two secrets, one each way: both ends establish', async () => {
  const pair = await makePair({
    host: proving('clients', 'gateway'),
    cluster: proving('gateway', 'clients'),
  }).establish();

  expect(agreementOf(pair).host).toHaveLength(1);
  expect(agreementOf(pair).cluster).toEqual(agreementOf(pair).host);
});

test('an initiator does not take its own secret for the peer’s proof: another client is no gateway', async () => {
  const pair = await makePair({
    host: proving('clients', 'gateway'),
    cluster: proving('clients', 'clients'),
  }).establish();

  expect(pair.host.failures).toMatchObject([{ refusal: { code: 'authFailed', check: 'psk' } }]);
  expect(pair.ends.flatMap(({ sad }) => sad)).toEqual([]);
});

test('a responder proves itself by its own secret, not by the one that fitted the initiator', async () => {
  const pair = await makePair({
    host: proving('clients', 'clients'),
    cluster: proving('gateway', 'clients'),
  }).establish();

  expect(pair.host.failures).toMatchObject([{ refusal: { code: 'authFailed', check: 'psk' } }]);
  expect(pair.ends.flatMap(({ sad }) => sad)).toEqual([]);
});

test('one secret that several connections hold, each in an object of its own, fits all of them', async () => {
  const pair = makePair({ host: { psk: 'shared' }, cluster: { psk: 'shared' } });
  const { connection } = pair.cluster;
  const localSelectors = [selectorOf(prefix('198.51.100.0/24'))];
  const children = connection.children.map((child) => ({ ...child, localSelectors }));
  const connections = [
    { ...connection, name: 'elsewhere', authentication: psk('shared'), children },
    { ...connection, authentication: psk('shared') },
  ];
  await pair.cluster.endpoint.setConnections(connections, pair.nowMs);
  await pair.establish();

  expect(pair.cluster.ikeSas).toMatchObject([{ connection: 'nfs' }]);
  expect(pair.cluster.sad).toHaveLength(1);
});
