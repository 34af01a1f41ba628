import { describe, expect, test } from 'vitest';
import { type Octets, utf8 } from '../bytes/octets.ts';
import { address } from '../net/address.ts';
import { layOut } from '../net/ip-layout.ts';
import { makeSpd } from '../spd/lookup.ts';
import type { SpdPolicy } from '../spd/policy.ts';
import { aPolicy, aSelector } from '../spd/testing/builders.ts';
import {
  anEnd,
  aRequest,
  clusterPolicy,
  hostAddress,
  hostPolicy,
  lifAddress,
  segment,
  twoEndsOfAPair,
} from './testing/two-paths.ts';

describe('outbound', () => {
  test('what no policy names flows in clear, or is discarded where the database says so', async () => {
    const bypassing = anEnd();
    expect(bypassing.path.sendIp(aRequest(), 0)).toEqual({ fate: 'clear' });
    expect(await bypassing.sent()).toEqual([aRequest()]);

    const discarding = anEnd({ otherwise: 'discard' });
    expect(discarding.path.sendIp(aRequest(), 0)).toMatchObject({ fate: 'dropped', drop: { why: 'discarded' } });
    expect(await discarding.sent()).toEqual([]);
  });

  test('a packet without SA waits, asks once, and goes out protected when the SA comes, in order', async () => {
    const [host, cluster] = [anEnd({ policies: [hostPolicy] }), anEnd({ policies: [clusterPolicy] })];
    const requests = [1, 2, 3].map((n) => aRequest(`request ${n}`));

    const fates = requests.map((request) => host.path.sendIp(request, 0).fate);

    expect(fates).toEqual(['held', 'held', 'held']);
    expect(host.acquired).toMatchObject([{ policy: 'nfs', flow: { localPort: 700, remotePort: 2049 } }]);
    expect(await host.sent()).toEqual([]);

    const pair = await twoEndsOfAPair();
    cluster.path.install(pair.cluster, 1);
    host.path.install(pair.host, 1);
    for (const packet of await host.sent()) cluster.receive(packet, 2);

    expect((await cluster.got()).map(({ packet }) => packet)).toEqual(requests);
    expect(host.path.waiting()).toEqual([]);
  });

  test('each pair of addresses has its own negotiation', () => {
    const wide = aPolicy('nfs', hostAddress, '10.1.0.0/16');
    const host = anEnd({ policies: [wide] });

    for (const lif of ['10.1.1.1', '10.1.1.2', '10.1.1.1']) host.path.sendIp(aRequest('x', lif), 0);

    expect(host.acquired).toHaveLength(2);
  });

  test('while too many wait, the oldest packet makes room and further pairs are refused', () => {
    const host = anEnd({ policies: [aPolicy('nfs', hostAddress, '10.1.0.0/16')], hold: { packets: 2, pairs: 1 } });
    for (let i = 0; i < 3; i++) host.path.sendIp(aRequest(`${i}`), 0);
    host.path.sendIp(aRequest('elsewhere', '10.1.1.9'), 0);

    expect(host.whyDropped()).toEqual(['holdFull', 'holdFull']);
    expect(host.path.waiting().map(({ held }) => held.length)).toEqual([2]);
  });

  test('an SA makes those ask again who may have joined its negotiation: who waits for the same peer, but for no other', async () => {
    const host = anEnd({ policies: [aPolicy('nfs', hostAddress, '10.1.0.0/16')] });
    const peers = [lifAddress, '10.1.1.2', '10.1.1.3'];
    for (const peer of peers) host.path.sendIp(aRequest('x', peer), 0);
    const elsewhere = [aSelector(`${lifAddress}[tcp/22]`)];
    const { host: another } = await twoEndsOfAPair({ selectors: { lif: elsewhere, host: [aSelector(hostAddress)] } });
    host.acquired.length = 0;

    host.path.install(another, 0);

    expect(host.acquired.map(({ flow }) => flow.remote)).toEqual([address(lifAddress)]);
  });

  test('a failed negotiation drops what waited, and the pair asks again only after a while', () => {
    const host = anEnd({ policies: [hostPolicy], hold: { retryAfterMs: 5000 } });
    host.path.sendIp(aRequest(), 0);

    host.path.giveUp(() => true, 100);

    expect(host.drops).toMatchObject([{ why: 'noSa', policy: 'nfs', atMs: 100 }]);
    expect(host.path.sendIp(aRequest(), 5099)).toMatchObject({ fate: 'dropped', drop: { why: 'noSa' } });
    expect(host.path.sendIp(aRequest(), 5100)).toMatchObject({ fate: 'held' });
    expect(host.acquired).toHaveLength(2);
  });

  test('new policies reopen a pair that had failed', () => {
    const host = anEnd({ policies: [hostPolicy] });
    host.path.sendIp(aRequest(), 0);
    host.path.giveUp(() => true, 0);

    host.path.setSpd(makeSpd([hostPolicy], 'bypass'), 1);

    expect(host.path.sendIp(aRequest(), 1)).toMatchObject({ fate: 'held' });
  });

  test('what waits under a policy that is gone is decided anew', async () => {
    const host = anEnd({ policies: [hostPolicy] });
    host.path.sendIp(aRequest(), 0);

    host.path.setSpd(makeSpd([], 'bypass'), 1);

    expect(await host.sent()).toEqual([aRequest()]);
  });

  test('nothing waits for ever', () => {
    const host = anEnd({ policies: [hostPolicy], hold: { holdMs: 1000 } });
    host.path.sendIp(aRequest(), 0);
    expect(host.path.nextWakeAtMs).toBe(1000);

    host.path.wake(1000);

    expect(host.whyDropped()).toEqual(['noSa']);
    expect(host.path.nextWakeAtMs).toBeUndefined();
  });
});

describe('inbound', () => {
  test('in clear passes only what no policy wants protected', async () => {
    const clear = anEnd();
    clear.receive(aRequest());
    expect(await clear.got()).toEqual([{ packet: aRequest(), delivery: { via: 'clear' } }]);

    const protecting = anEnd({ policies: [clusterPolicy] });
    protecting.receive(aRequest());
    expect(await protecting.got()).toEqual([]);
    expect(protecting.drops).toMatchObject([{ why: 'clearButProtected', policy: 'nfs', direction: 'inbound' }]);
    expect(protecting.path.countersOf('nfs').drops.clearButProtected).toBe(1);
  });

  test('what came out of an SA and is not what the SA was negotiated for is dropped', async () => {
    const [host, cluster] = [anEnd({ policies: [aPolicy('nfs', hostAddress, lifAddress)] }), anEnd()];
    const pair = await twoEndsOfAPair();
    const all = [aSelector('0.0.0.0/0')];
    host.path.install({ ...pair.host, localSelectors: all, remoteSelectors: all }, 0); // a peer that keeps no promise
    cluster.path.install(pair.cluster, 0);

    host.path.sendIp(aRequest('smb', lifAddress, 445), 0);
    for (const packet of await host.sent()) cluster.receive(packet);

    expect(await cluster.got()).toEqual([]);
    expect(cluster.drops).toMatchObject([{ why: 'wrongSelectors', inSpi: 0x101, flow: { localPort: 445 } }]);
    expect(pair.cluster.inbound.drops.selectors).toBe(1);
  });

  test('an unknown SPI, a changed octet and a copy are dropped, each counted as what it is', async () => {
    const [host, cluster] = [anEnd({ policies: [hostPolicy] }), anEnd({ policies: [clusterPolicy] })];
    const pair = await twoEndsOfAPair();
    host.path.install(pair.host, 0);
    host.path.sendIp(aRequest(), 0);
    const [packet] = (await host.sent()) as [Octets];

    cluster.receive(packet);
    cluster.path.install(pair.cluster, 0);
    cluster.receive(packet.with(40, (packet[40] as number) ^ 1));
    cluster.receive(packet);
    cluster.receive(packet);

    expect(await cluster.got()).toEqual([
      { packet: aRequest(), delivery: { via: 'esp', connection: 'nfs', inSpi: 0x101 } },
    ]);
    expect(cluster.whyDropped()).toEqual(['unknownSpi', 'forged', 'replayed']);
    expect(cluster.path.drops).toMatchObject({ unknownSpi: 1, forged: 1, replayed: 1 });
  });
});

describe('a rekey', () => {
  test('the end that asked sends on the new SA at once, and the old one still receives', async () => {
    const [host, cluster] = [anEnd({ policies: [hostPolicy] }), anEnd({ policies: [clusterPolicy] })];
    const [old, young] = [await twoEndsOfAPair({ spis: 0x100 }), await twoEndsOfAPair({ spis: 0x200 })];
    host.path.install(old.host, 0);
    host.path.sendIp(aRequest('on the old'), 0);
    for (const pair of [old, young]) cluster.path.install(pair.cluster, 1);
    host.path.install(young.host, 1);
    host.path.sendIp(aRequest('on the new'), 1);

    for (const packet of (await host.sent()).toReversed()) cluster.receive(packet, 2);

    const spis = (await cluster.got()).map(({ delivery }) => delivery.via === 'esp' && delivery.inSpi);
    expect(spis).toEqual([0x201, 0x101]);
  });

  test('the end that answered sends on the old SA until it hears something on the new one, or the old one is gone', async () => {
    const [host, cluster] = [anEnd({ policies: [hostPolicy] }), anEnd({ policies: [clusterPolicy] })];
    const old = await twoEndsOfAPair({ spis: 0x100 });
    const young = await twoEndsOfAPair({ spis: 0x200, cluster: { waitsForPeer: true } });
    for (const pair of [old, young]) cluster.path.install(pair.cluster, 0);
    host.path.install(young.host, 0);
    expect(cluster.path.sendIp(aReply(), 1)).toMatchObject({ outSpi: 0x102 });

    host.path.sendIp(aRequest(), 2);
    for (const packet of await host.sent()) cluster.receive(packet, 2);
    await cluster.got();

    expect(cluster.path.sendIp(aReply(), 3)).toMatchObject({ outSpi: 0x202 });
  });

  test('without its predecessor the new SA is used even unheard', async () => {
    const cluster = anEnd({ policies: [clusterPolicy] });
    const [old, young] = [
      await twoEndsOfAPair({ spis: 0x100 }),
      await twoEndsOfAPair({ spis: 0x200, cluster: { waitsForPeer: true } }),
    ];
    for (const pair of [old, young]) cluster.path.install(pair.cluster, 0);

    cluster.path.remove(0x101);

    expect(cluster.path.sendIp(aReply(), 1)).toMatchObject({ outSpi: 0x202 });
  });

  test('an SA that has carried its volume carries nothing more: the next packet waits for another', async () => {
    const host = anEnd({ policies: [hostPolicy] });
    const pair = await twoEndsOfAPair({ limits: { expirePackets: 2 } });
    host.path.install(pair.host, 0);

    const fates = [1, 2, 3].map(() => host.path.sendIp(aRequest(), 0).fate);

    expect(fates).toEqual(['protected', 'protected', 'held']);
  });
});

test('policies and SAs count what passed, in packets and in octets of the packets protected', async () => {
  const [host, cluster] = [anEnd({ policies: [hostPolicy] }), anEnd({ policies: [clusterPolicy] })];
  const pair = await twoEndsOfAPair();
  host.path.install(pair.host, 0);
  cluster.path.install(pair.cluster, 0);

  for (let i = 0; i < 3; i++) host.path.sendIp(aRequest(), i);
  for (const packet of await host.sent()) cluster.receive(packet, 5);
  await cluster.got();

  const octets = 3 * aRequest().length;
  expect(host.path.countersOf('nfs')).toMatchObject({ outPackets: 3, outOctets: octets, inPackets: 0 });
  expect(cluster.path.countersOf('nfs')).toMatchObject({ inPackets: 3, inOctets: octets, outPackets: 0 });
  expect(pair.cluster.inbound.counters).toEqual({ packets: 3, octets, firstAtMs: 5, lastAtMs: 5 });
});

test('a discard policy drops both ways', async () => {
  const discard: SpdPolicy = {
    name: 'no',
    action: 'discard',
    local: [aSelector('0.0.0.0/0')],
    remote: [aSelector('0.0.0.0/0')],
  };
  const end = anEnd({ policies: [discard] });
  end.path.sendIp(aRequest(), 0);
  end.receive(aReply());
  expect(end.drops).toMatchObject([
    { why: 'discarded', direction: 'outbound', policy: 'no' },
    { why: 'discarded', direction: 'inbound', policy: 'no' },
  ]);
});

test('octets that are no IP packet are refused, never thrown at', () => {
  const end = anEnd();
  for (const octets of [new Uint8Array(0), utf8('hello'), aRequest().subarray(0, 19), aRequest().subarray(0, 30)]) {
    expect(end.path.sendIp(octets, 0)).toMatchObject({ fate: 'dropped', drop: { why: 'malformed' } });
    expect(layOut(octets).ok).toBe(false);
  }
});

function aReply(): Octets {
  return segment(lifAddress, hostAddress, 2049, 700, 'a reply', 1);
}
