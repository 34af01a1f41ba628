/** What is remembered of peers behind one NAT, and for how long, without a network around it. */
import { expect, test } from 'vitest';
import { layOut } from '../net/ip-layout.ts';
import { flowOf } from '../spd/flow.ts';
import { SharedAddresses } from './shared-address.ts';
import { aPacket } from './testing/nat-packets.ts';
import { publicAddress } from './testing/nat-world.ts';
import { hostAddress, twoEndsOfAPair } from './testing/two-paths.ts';

test('who is given the port of one that has left does not get its conversations', async () => {
  const { cluster } = await twoEndsOfAPair();
  const [left, next] = ['one.test', 'two.test'].map((hiddenPeer) => ({ ...cluster, hiddenPeer }));
  if (!left || !next) throw new Error('two pairs');
  const shared = new SharedAddresses({ outboundFor: () => undefined });
  const packet = [aPacket('UDP', hostAddress, publicAddress, '', 51_034)] as const;
  const laidOut = layOut(packet[0]);
  if (!laidOut.ok) throw new Error('no packet');
  const flow = flowOf(packet, laidOut.value, 'inbound');
  shared.installed(left);
  shared.admit(left, packet, laidOut.value, flow, 0);
  shared.installed(next);
  shared.removed(left);

  expect(shared.admit(next, packet, laidOut.value, flow, 1000)).toBe(false);
  expect(shared.outboundFor(next, next, packet, laidOut.value, flow, 1000)).toBe('another');
});

test('conversations are bounded by peer, those of peers that have left by the number of peers, and none outlast the last SA', async () => {
  const { cluster } = await twoEndsOfAPair();
  const shared = new SharedAddresses({ outboundFor: () => undefined }, { conversationsPerPeer: 3, departedPeers: 2 });
  const peers = Array.from({ length: 10 }, (_, i) => ({ ...cluster, hiddenPeer: `client ${i}` }));
  for (const [i, peer] of peers.entries()) {
    shared.installed(peer);
    for (let port = 10 * i; port < 10 * i + 5; port += 1) {
      const packet = aPacket('UDP', hostAddress, publicAddress, '', port);
      const layout = layOut(packet);
      if (layout.ok) shared.admit(peer, [packet], layout.value, flowOf([packet], layout.value, 'inbound'), 0);
    }
  }
  expect(shared.size).toBe(30);
  for (const peer of peers.slice(0, 7)) shared.removed(peer);
  expect(shared.size).toBe(15);
  for (const peer of peers.slice(7)) shared.removed(peer);
  expect(shared).toMatchObject({ size: 0, isEmpty: true });
});

test('nothing of who has left is kept where that is the limit', async () => {
  const { cluster } = await twoEndsOfAPair();
  const shared = new SharedAddresses({ outboundFor: () => undefined }, { conversationsPerPeer: 3, departedPeers: 0 });
  const [stays, leaves] = ['one.test', 'two.test'].map((hiddenPeer) => ({ ...cluster, hiddenPeer }));
  if (!stays || !leaves) throw new Error('two pairs');
  const packet = aPacket('UDP', hostAddress, publicAddress, '', 51_034);
  const layout = layOut(packet);
  for (const peer of [stays, leaves]) shared.installed(peer);
  if (layout.ok) shared.admit(leaves, [packet], layout.value, flowOf([packet], layout.value, 'inbound'), 0);
  expect(shared.size).toBe(1);
  shared.removed(leaves);
  expect(shared.size).toBe(0);
});
