/** Whoever makes keys with us may send parts of IKE_AUTH that never come whole (RFC 7383 5): what all of them may take is bounded. */
import { expect, test } from 'vitest';
import { address, printAddress } from '../../net/address.ts';
import { anyPort } from '../../net/ports.ts';
import { octetsOfSets } from '../channel/fragmentation.ts';
import { find } from '../message/payloads.ts';
import { prefix } from '../testing/builders.ts';
import { makePair, type Pair } from '../testing/pair.ts';
import { messageFrom } from '../testing/tamper.ts';

const own = { isDynamic: true, protocol: 0, ports: anyPort } as const;
const halfOpenFragmentOctets = 1500;

test('the oldest make room, and the newest come through', async () => {
  const pair = makePair({
    both: { child: { localSelectors: [own], remoteSelectors: [own] } },
    host: { id: 'client.test' },
    cluster: { peerId: 'client.test', more: { remote: [prefix('192.0.2.0/24')], uniqueness: 'ignore' } },
    settings: { fragmentIpOctets: 240, halfOpenFragmentOctets },
  });
  swallowLaterFragments(pair);
  for (let host = 11; host <= 19; host++) {
    await pair.host.endpoint.dropSilently(pair.nowMs);
    pair.settleAt('host', `192.0.2.${host}`);
    await pair.host.initiate({ local: address(`192.0.2.${host}`) });
    await pair.runFor(20);
    expect(keptBy(pair).reduce((sum, { octets }) => sum + octets, 0)).toBeLessThanOrEqual(halfOpenFragmentOctets);
  }
  const kept = keptBy(pair);
  expect(kept).toHaveLength(9);
  const holders = kept.filter(({ octets }) => octets > 0).map(({ from }) => from);
  expect(holders.length).toBeGreaterThan(1);
  expect(holders.length).toBeLessThan(kept.length);
  expect(holders).toEqual(kept.slice(-holders.length).map(({ from }) => from));

  pair.wire.tamper = undefined;
  await pair.run(2000);
  expect(pair.host.ikeSas).toMatchObject([{ phase: 'established' }]);
  expect(pair.host.sad).toHaveLength(1);
});

/** Of IKE_AUTH the first fragment arrives, and no other. */
function swallowLaterFragments(pair: Pair): void {
  pair.wire.tamper = (datagram) => {
    const fragment = find(messageFrom(datagram)?.payloads ?? [], 'SKF');
    return !fragment || fragment.number === 1 ? [datagram] : [];
  };
}

const keptBy = ({ cluster }: Pair) =>
  cluster.endpoint
    .sessions()
    .filter(({ phase }) => phase === 'awaitingAuth')
    .map(({ path, fragments }) => ({ from: printAddress(path.remote.address), octets: octetsOfSets(fragments) }));
