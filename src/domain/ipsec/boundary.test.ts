import { describe, expect, test } from 'vitest';
import { type Octets, utf8 } from '../bytes/octets.ts';
import { address } from '../net/address.ts';
import { fitHeader, setU16 } from '../net/ip.ts';
import { layOut } from '../net/ip-layout.ts';
import { protocols } from '../net/protocol.ts';
import { tcpFlags, writeTcp } from '../net/tcp.ts';
import { cutUp } from '../net/testing/cut-up.ts';
import { readUdp, writeUdp } from '../net/udp.ts';
import { aPolicy, aSelector } from '../spd/testing/builders.ts';
import { hostAddress, lifAddress, twoBoundaries } from './testing/two-boundaries.ts';

const { esp, udp } = protocols;

test('the first packet negotiates, waits, and arrives through the SA; so does the answer', async () => {
  const world = await twoBoundaries();
  const { host, cluster } = world;

  expect(host.send(aRequest())).toEqual({ fate: 'held', policy: 'nfs' });
  await world.run();

  expect(host.protocols()).toEqual([udp, udp, esp]); // IKE_SA_INIT, IKE_AUTH, the request
  expect(cluster.delivered).toMatchObject([{ packet: aRequest(), delivery: { via: 'esp', connection: 'nfs' } }]);

  expect(cluster.send(aReply())).toMatchObject({ fate: 'protected', policy: 'nfs' });
  await world.run();

  expect(host.delivered.map(({ packet }) => packet)).toEqual([aReply()]);
  expect([...host.drops, ...cluster.drops]).toEqual([]);
});

test('the cluster negotiates too, when it sends first', async () => {
  const world = await twoBoundaries();
  world.cluster.send(aReply());
  await world.run();
  expect(world.host.delivered.map(({ packet }) => packet)).toEqual([aReply()]);
});

test('both ends at once lose nothing that waited', async () => {
  const world = await twoBoundaries();
  world.host.send(aRequest());
  world.cluster.send(aReply());
  await world.run(5000);
  expect(world.cluster.delivered.map(({ packet }) => packet)).toEqual([aRequest()]);
  expect(world.host.delivered.map(({ packet }) => packet)).toEqual([aReply()]);
});

test('of two IKE SAs that both ends began at once one goes, and no packet is lost on the way there', async () => {
  const world = await twoBoundaries();
  const { host, cluster } = world;
  const sent = { host: 0, cluster: 0 };
  const trafficFor = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 50) {
      host.send(aRequest(++sent.host));
      cluster.send(segment(lifAddress, hostAddress, 2049, 700, ++sent.cluster, 'a reply'));
      await world.run(50);
    }
  };
  await trafficFor(50);
  expect(host.boundary.ike.ikeSas()).toHaveLength(2);

  await trafficFor(15_000);

  for (const end of [host, cluster]) {
    expect(end.boundary.ike.ikeSas()).toHaveLength(1);
    expect(end.boundary.ipsecSas()).toHaveLength(1);
    expect(end.drops).toEqual([]);
  }
  expect(cluster.delivered).toHaveLength(sent.host);
  expect(host.delivered).toHaveLength(sent.cluster);
});

test('packets of one burst cause one negotiation and arrive in order', async () => {
  const world = await twoBoundaries();
  const burst = [1, 2, 3, 4, 5].map((sequence) => aRequest(sequence));
  for (const packet of burst) world.host.send(packet);
  await world.run();
  expect(world.cluster.delivered.map(({ packet }) => packet)).toEqual(burst);
  expect(world.host.boundary.ike.ikeSas()).toHaveLength(1);
});

test('with different keys the packet is dropped, and the reason is a fact; after the repair traffic flows at once', async () => {
  const world = await twoBoundaries({ cluster: { connection: { psk: 'another key altogether' } } });
  const { host } = world;
  host.send(aRequest());
  await world.run();

  expect(host.drops).toMatchObject([{ why: 'noSa', policy: 'nfs', direction: 'outbound' }]);
  expect(host.facts).toMatchObject([{ type: 'failed', failure: { by: 'remote', notify: 24 } }, { type: 'ikeClosed' }]);
  expect(host.send(aRequest())).toMatchObject({ fate: 'dropped' });

  const repaired = { ...host.connection, authentication: world.cluster.connection.authentication };
  await host.configure(host.policies, [repaired]);
  host.send(aRequest(2));
  await world.run();

  expect(world.cluster.delivered.map(({ packet }) => packet)).toEqual([aRequest(2)]);
});

test('without an answer the packets are dropped when the negotiation gives up', async () => {
  const world = await twoBoundaries();
  world.passes = () => false;
  world.host.send(aRequest());

  await world.run(200_000);

  expect(world.host.whyDropped()).toEqual(['noSa']);
  expect(world.host.boundary.waiting()).toEqual([]);
});

test('clear traffic that a policy wants protected is dropped before and after the SA stands', async () => {
  const world = await twoBoundaries();
  const { cluster } = world;
  cluster.boundary.receiveIp(aRequest(), 0);
  world.host.send(aRequest());
  await world.run();
  cluster.boundary.receiveIp(aRequest(), 0);

  expect(cluster.whyDropped()).toEqual(['clearButProtected', 'clearButProtected']);
  expect(cluster.boundary.countersOf('nfs')).toMatchObject({ inPackets: 1, drops: { clearButProtected: 2 } });
});

test('IKE always bypasses, whatever the policies say of its ports and its peer', async () => {
  const ports = (at: string) => [500, 4500].map((port) => aSelector(`${at}[udp/${port}]`));
  const discard = { name: 'no IKE', action: 'discard', local: ports(hostAddress), remote: ports(lifAddress) } as const;
  const seenThere = { ...discard, local: ports(lifAddress), remote: ports(hostAddress) };
  for (const forcesUdpEncapsulation of [false, true]) {
    const world = await twoBoundaries({
      host: {
        policies: [discard, aPolicy('nfs', hostAddress, lifAddress)],
        connection: { more: { forcesUdpEncapsulation } },
      },
      cluster: { policies: [seenThere, aPolicy('nfs', lifAddress, hostAddress)] },
    });
    world.host.send(aRequest());
    await world.run();

    expect(world.cluster.delivered.map(({ packet }) => packet)).toEqual([aRequest()]);
    expect([...world.host.drops, ...world.cluster.drops]).toEqual([]);
  }
});

test('deleting the policy on both ends lets traffic flow in clear, and the SAs are gone', async () => {
  const world = await twoBoundaries();
  const { host, cluster } = world;
  host.send(aRequest());
  await world.run();
  expect(host.boundary.ipsecSas()).toHaveLength(1);

  for (const end of [host, cluster]) await end.configure([], []);
  await world.run();
  host.send(aRequest(2));
  await world.run();

  expect([...host.boundary.ipsecSas(), ...cluster.boundary.ipsecSas()]).toEqual([]);
  expect(cluster.delivered.at(-1)).toEqual({ packet: aRequest(2), delivery: { via: 'clear' } });
});

describe('a rekey', () => {
  test.each(['host', 'cluster'] as const)('asked by the %s under traffic loses no packet', async (asker) => {
    const world = await twoBoundaries();
    const { host, cluster } = world;
    host.send(aRequest());
    await world.run();
    const old = world[asker].boundary.ipsecSas()[0]?.sa.inSpi;
    if (old === undefined) throw new Error('no SA');

    void world[asker].boundary.ike.rekeyChild(old, world.nowMs);
    const packets = Array.from({ length: 40 }, (_, i) => aRequest(i + 10));
    for (const packet of packets) {
      host.send(packet);
      await world.run();
    }

    expect(cluster.delivered.slice(1).map(({ packet }) => packet)).toEqual(packets);
    expect([...host.drops, ...cluster.drops]).toEqual([]);
    expect(world[asker].boundary.ipsecSas().map(({ sa }) => sa.inSpi)).not.toContain(old);
    expect(cluster.boundary.ipsecSas()).toHaveLength(1);
  });

  test('comes of itself when the volume is used up, and the SA that has carried all it may is replaced', async () => {
    const volume = { rekeyPackets: 4, expirePackets: 8 };
    const world = await twoBoundaries({ both: { child: { volume } } });
    const packets = Array.from({ length: 30 }, (_, i) => aRequest(i));
    for (const packet of packets) {
      world.host.send(packet);
      await world.run();
    }
    const installed = world.host.facts.filter(({ type }) => type === 'childInstalled');
    expect(installed.length).toBeGreaterThanOrEqual(6);
    expect(world.cluster.delivered.map(({ packet }) => packet)).toEqual(packets);
  });
});

test.each([
  [0, 0],
  [10, 32],
  [64, 64],
  [100_000, 4096],
])('a configured replay window of %i packets is one of %i', async (replayWindow, size) => {
  const world = await twoBoundaries({ both: { child: { replayWindow } } });
  world.host.send(aRequest());
  await world.run();
  expect(world.host.boundary.ipsecSas().map(({ inbound }) => inbound.window.size)).toEqual([size]);
});

test('a peer that is silent while we send is asked, and given up when it does not answer', async () => {
  const world = await twoBoundaries();
  const { host } = world;
  host.send(aRequest());
  await world.run();
  world.passes = () => false;

  for (let i = 0; i < 20; i++) {
    host.send(aRequest(i));
    await world.run(20_000);
  }

  expect(host.facts.some((fact) => fact.type === 'ikeClosed' && fact.because.code === 'noAnswer')).toBe(true);
});

test('ESP rides in UDP when the connection forces it', async () => {
  const world = await twoBoundaries({ host: { connection: { more: { forcesUdpEncapsulation: true } } } });
  world.host.send(aRequest());
  await world.run();
  expect(new Set(world.host.protocols())).toEqual(new Set([udp]));
  expect(world.cluster.delivered.map(({ packet }) => packet)).toEqual([aRequest()]);
  const last = world.host.transmitted.at(-1) as Octets;
  const layout = layOut(last);
  expect(layout.ok && readUdp(last, layout.value)).toMatchObject({ sourcePort: 4500, destinationPort: 4500 });
});

test('behind a NAT an idle end sends keepalives, and one that sends traffic does not', async () => {
  const world = await twoBoundaries({ host: { connection: { more: { forcesUdpEncapsulation: true } } } });
  const { host, cluster } = world;
  host.send(aRequest());
  await world.run();
  const sentBefore = host.transmitted.length;

  await world.run(15_000);
  host.send(aRequest(2));
  await world.run(19_000);
  expect(keepalives()).toEqual([]);
  await world.run(61_000);

  expect(keepalives()).toHaveLength(4);
  expect(cluster.drops).toEqual([]);
  expect(cluster.transmitted.map((packet) => packet.length)).not.toContain(29);

  function keepalives(): readonly Octets[] {
    return host.transmitted.slice(sentBefore).filter((packet) => packet.length === 29 && packet[28] === 0xff);
  }
});

test('an ESP packet that was cut up on its way is put together before it is opened', async () => {
  const world = await twoBoundaries();
  const { host, cluster } = world;
  host.send(aRequest());
  await world.run();
  host.transmitted.length = 0;
  world.passes = () => false;
  host.send(aRequest(2, 'x'.repeat(1400)));
  await world.run();
  const whole = mayFragment(host.transmitted[0] as Octets);

  for (const fragment of cutUp(whole, 512).toReversed()) cluster.boundary.receiveIp(fragment, world.nowMs);
  await world.run();

  const [delivered] = cluster.delivered.slice(-1);
  expect(delivered?.packet.subarray(20)).toEqual(aRequest(2, 'x'.repeat(1400)).subarray(20));
});

test('fragments that never become whole are counted as one packet', async () => {
  const { cluster } = await twoBoundaries();
  const [first, second] = cutUp(mayFragment(aRequest(1, 'x'.repeat(1400))), 512);
  for (const fragment of [first, second]) cluster.boundary.receiveIp(fragment as Octets, 0);
  await cluster.boundary.wake(cluster.boundary.nextWakeAtMs ?? 0);
  expect(cluster.drops).toMatchObject([
    { direction: 'inbound', why: 'fragment', rfcSection: 'RFC 1122 3.3.2', atMs: 60_000 },
  ]);
});

test('a keepalive and noise on the IKE ports are nobody’s packets', async () => {
  const { cluster } = await twoBoundaries();
  const noise = [
    Uint8Array.of(0xff),
    new Uint8Array(0),
    utf8('not IKE'),
    new Uint8Array(64),
    utf8('ESP with an SPI that nobody has'),
  ];
  for (const destinationPort of [500, 4500]) {
    for (const payload of noise) {
      const ends = {
        source: address(hostAddress),
        destination: address(lifAddress),
        sourcePort: 4500,
        destinationPort,
      };
      cluster.boundary.receiveIp(writeUdp({ ...ends, payload }), 0);
    }
  }
  await cluster.boundary.settle();

  expect(cluster.delivered).toEqual([]);
  expect(new Set(cluster.whyDropped())).toEqual(new Set(['unknownSpi', 'malformed']));
});

function aRequest(sequence = 1, text = 'a request'): Octets {
  return segment(hostAddress, lifAddress, 700, 2049, sequence, text);
}

function aReply(): Octets {
  return segment(lifAddress, hostAddress, 2049, 700, 1, 'a reply');
}

function segment(
  source: string,
  destination: string,
  sourcePort: number,
  destinationPort: number,
  sequence: number,
  text: string,
) {
  return writeTcp({
    ...{ source: address(source), destination: address(destination), sourcePort, destinationPort },
    ...{ sequence, acknowledgement: 0, flags: tcpFlags.ack, window: 1000, payload: utf8(text) },
  });
}

/** The same packet without DF. */
function mayFragment(packet: Octets): Octets {
  const changed = packet.slice();
  setU16(changed, 6, 0);
  fitHeader(changed, changed.length);
  return changed;
}
