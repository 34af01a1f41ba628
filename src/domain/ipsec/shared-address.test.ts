/**
 * Two clients behind one NAT, transport mode (RFC 7296 2.23.1, RFC 3948 5.2): their SAs at the cluster have the very same
 * selectors, and each gets what is its own.
 */
import { describe, expect, test } from 'vitest';
import type { Octets } from '../bytes/octets.ts';
import { address } from '../net/address.ts';
import { checksumOf, sumOf } from '../net/checksum.ts';
import { readEcho, writeEcho } from '../net/icmp.ts';
import { setU16, writeIp } from '../net/ip.ts';
import { layOut } from '../net/ip-layout.ts';
import { protocols } from '../net/protocol.ts';
import { tcpFlags } from '../net/tcp.ts';
import { aPacket } from './testing/nat-packets.ts';
import { clientAddresses, type NatEnd, NatWorld, natAddress, publicAddress } from './testing/nat-world.ts';
import {
  answer,
  bothEstablished,
  expectAnswersToEach,
  giveOtherPorts,
  oneIdentity,
  portOne,
  portTwo,
  rekeyEach,
  say,
  textsAt,
} from './testing/two-clients.ts';

const minuteMs = 60_000;
describe('both clients to TCP 2049, from ports of their own', () => {
  test('each is answered through its own SA', async () => {
    const world = await bothEstablished();
    const [one, two] = selectorsOf(world.cluster);
    expect(one).toEqual(two);

    await expectAnswersToEach(world);

    expect([...world.cluster.drops, ...world.clients.flatMap(({ drops }) => drops)]).toEqual([]);
  });

  test.each(['cluster', 'client'] as const)(
    'each is answered after the %s has rekeyed, before it says anything',
    async (who) => {
      const world = await bothEstablished();
      await rekeyEach(world, who === 'cluster' ? [world.cluster] : world.clients);

      await expectAnswersToEach(world);
    },
  );

  test('each is answered after the NAT has given both other ports, as soon as it was heard', async () => {
    const world = await bothEstablished();
    await giveOtherPorts(world);

    await expectAnswersToEach(world);
  });

  test('each is answered although both call themselves the same', async () => {
    const world = await bothEstablished(oneIdentity);

    await expectAnswersToEach(world);
  });

  test('each gets the echo of its own ping', async () => {
    const world = await bothEstablished();
    const pings = [0x1111, 0x2222].map((identifier, i) =>
      echo('request', clientAddresses[i] ?? '', publicAddress, identifier),
    );
    for (const [i, ping] of pings.entries()) world.clients[i]?.send(ping);
    await world.run();

    for (const identifier of [0x2222, 0x1111]) world.cluster.send(echo('reply', publicAddress, natAddress, identifier));
    await world.run();

    expect(world.clients.map(({ delivered }) => delivered.map(identifierOf))).toEqual([[0x1111], [0x2222]]);
  });
});

describe('both clients from one port', () => {
  test('the first keeps its conversation, packets of the second are dropped and counted, and another port serves', async () => {
    const world = await bothEstablished({}, [portOne, portOne]);

    expect(textsAt(world.cluster)).toEqual(['first words']);
    expect(world.cluster.drops).toMatchObject([
      { direction: 'inbound', why: 'conversationOfAnother', inSpi: world.cluster.boundary.ipsecSas()[1]?.sa.inSpi },
    ]);
    expect(world.cluster.boundary.drops.conversationOfAnother).toBe(1);
    answer(world, portOne, 'for the first');
    say(world, 1, 'once more', portTwo);
    await world.run();
    answer(world, portTwo, 'for the second');
    await world.run();
    expect(world.clients.map(textsAt)).toEqual([['for the first'], ['for the second']]);
  });

  test.each([
    { after: 'the connection was reset and 4 minutes', flags: tcpFlags.rst, waitMs: 4 * minuteMs },
    { after: 'two hours of silence', flags: tcpFlags.ack, waitMs: 124 * minuteMs },
  ])('the port is free for the second after $after', async ({ flags, waitMs }) => {
    const world = await bothEstablished({}, [portOne, portOne]);
    say(world, 0, 'last words', portOne, flags);
    await world.run(waitMs - 1000);
    say(world, 1, 'too early', portOne);
    await world.run(1000);
    say(world, 1, 'mine now', portOne);
    await world.run();

    expect(textsAt(world.cluster).slice(1)).toEqual(['last words', 'mine now']);
    answer(world, portOne, 'for the second');
    await world.run();
    expect(world.clients.map(textsAt)).toEqual([[], ['for the second']]);
  });

  test('a client that lost everything and comes back under its identity goes on where it was', async () => {
    const world = await bothEstablished();
    await world.run(1000);
    await world.clients[0].boundary.ike.dropSilently(world.nowMs);
    world.nat.forget();
    say(world, 0, 'back again');
    say(world, 1, 'here still');
    await world.run();

    await expectAnswersToEach(world);
    expect(world.cluster.drops).toEqual([]);
  });
});

describe('both clients under one identity', () => {
  test('from one port: the first keeps its conversation as long as it is heard', async () => {
    const world = await bothEstablished(oneIdentity, [portOne, portOne]);
    expect(world.cluster.drops).toMatchObject([{ why: 'conversationOfAnother' }]);
    await world.run(9000);
    say(world, 0, 'still here', portOne);
    await world.run(9000);
    say(world, 1, 'me too', portOne);
    await world.run();
    expect(textsAt(world.cluster)).toEqual(['first words', 'still here']);
  });

  test('one that was silent and comes back from another port of the NAT goes on where it was', async () => {
    const world = await bothEstablished(oneIdentity);
    await world.run(10_000);
    await world.clients[0].boundary.ike.dropSilently(world.nowMs);
    world.nat.forget();
    say(world, 0, 'back again');
    say(world, 1, 'here still');
    await world.run();
    expect(world.cluster.boundary.ipsecSas()).toHaveLength(3);

    await expectAnswersToEach(world);
    expect(world.cluster.drops).toEqual([]);
  });

  test('one that has left gets nothing more, and the other does not get it either', async () => {
    const world = await bothEstablished(oneIdentity);
    await expectNothingForTheDeparted(world);
  });
});

test('an ICMP error goes to the client whose packet it is about; one that quotes too little goes to nobody', async () => {
  const world = await bothEstablished();
  const asked = [
    aPacket('UDP', natAddress, publicAddress, 'a question', portTwo),
    echo('request', natAddress, publicAddress, 0x2222),
  ];
  say(world, 0, 'mine', portOne);
  world.clients[1].send(aPacket('UDP', clientAddresses[1], publicAddress, 'a question', portTwo));
  world.clients[1].send(echo('request', clientAddresses[1], publicAddress, 0x2222));
  await world.run();
  for (const quoted of asked) world.cluster.send(unreachable(quoted.subarray(0, 28)));
  world.cluster.send(unreachable(asked[0]?.subarray(0, 27)));
  await world.run();

  expect(world.clients.map(({ delivered }) => delivered.length)).toEqual([0, 2]);
  expect(world.cluster.drops).toMatchObject([{ direction: 'outbound', why: 'severalPeers' }]);
});

describe('what belongs to no conversation', () => {
  test('is for the one client there is', async () => {
    const world = new NatWorld();
    say(world, 0, 'first words');
    await world.run();
    answer(world, 1023, 'unasked');
    await world.run();
    expect(textsAt(world.clients[0])).toEqual(['unasked']);
  });

  test('goes to neither of two, and is counted', async () => {
    const world = await bothEstablished();
    answer(world, 1023, 'unasked');
    world.cluster.send(echo('request', publicAddress, natAddress, 7));
    await world.run();
    expect(world.clients.map(textsAt)).toEqual([[], []]);
    expect(world.cluster.drops).toMatchObject(
      Array(2).fill({ direction: 'outbound', why: 'severalPeers', policy: 'nfs' }),
    );
  });
});

test('a client that has left gets nothing more, and the other does not get it either', async () => {
  await expectNothingForTheDeparted(await bothEstablished());
});

test.each([
  {
    title: 'the one client there is is asked for a new SA',
    count: 1 as const,
    delivered: [['for the first'], []],
    sas: 1,
  },
  { title: 'none of two is, since nobody can tell which is meant', count: 2 as const, delivered: [[], []], sas: 0 },
])('when IKE SAs stand and no others: $title', async ({ count, delivered, sas }) => {
  const world = await bothEstablished({}, [portOne, portTwo], count);
  for (const { boundary } of world.clients.slice(0, count)) {
    for (const { sa } of boundary.ipsecSas()) await boundary.ike.deleteChild(sa.inSpi, world.nowMs);
  }
  await world.run(1000);
  expect(world.cluster.boundary.ipsecSas()).toEqual([]);

  answer(world, portOne, 'for the first');
  await world.run(60_000);

  expect(world.clients.map(textsAt)).toEqual(delivered);
  expect(world.cluster.boundary.ipsecSas()).toHaveLength(sas);
  expect(world.cluster.drops.map(({ why }) => why)).toEqual(sas === 0 ? ['noSa'] : []);
  const failures = world.cluster.facts.flatMap((fact) => (fact.type === 'failed' ? [fact.failure.refusal.code] : []));
  expect(failures).toEqual(sas === 0 ? ['severalPeers'] : []);
});

async function expectNothingForTheDeparted(world: NatWorld): Promise<void> {
  const [ikeSa] = world.clients[1].boundary.ike.ikeSas();
  if (ikeSa) await world.clients[1].boundary.ike.deleteIkeSa(ikeSa.initiatorSpi, world.nowMs);
  await world.run(1000);
  expect(world.cluster.boundary.ipsecSas()).toHaveLength(1);

  answer(world, portTwo, 'for the second');
  answer(world, portOne, 'for the first');
  await world.run();

  expect(world.clients.map(textsAt)).toEqual([['for the first'], []]);
  expect(world.cluster.drops).toMatchObject([{ why: 'severalPeers' }]);
}

test.each([
  { called: 'by names of their own', wish: {} },
  { called: 'the same', wish: oneIdentity },
])(
  'a client that speaks from every port loses its own oldest conversations, and no other client’s (called $called)',
  async ({ wish }) => {
    const world = await bothEstablished(wish);
    for (let port = 1; port <= 1500; port += 1) {
      if (port === 700) await giveOtherPorts(world);
      if (port === 900) await rekeyEach(world);
      say(world, 1, 'flood', port);
      if (port % 50 === 0) await world.run(); // within the replay window
    }

    await expectAnswersToEach(world, { second: 1500 });
    for (const port of [476, 477]) answer(world, port, `to ${port}`); // 1,024 conversations are the newest from 477 on
    await world.run();
    expect(textsAt(world.clients[1])).toEqual(['for the second', 'to 477']);
    expect(world.cluster.drops).toMatchObject([{ why: 'severalPeers' }]);
  },
);

const selectorsOf = ({ boundary }: NatEnd) =>
  boundary.ipsecSas().map(({ localSelectors, remoteSelectors }) => ({ localSelectors, remoteSelectors }));

function echo(kind: 'request' | 'reply', source: string, destination: string, identifier: number): Octets {
  const ends = { source: address(source), destination: address(destination) };
  return writeEcho({ kind, ...ends, identifier, sequence: 1, data: new Uint8Array(8) });
}

/** Port unreachable, from the cluster (RFC 792). */
function unreachable(quoted = new Uint8Array()): Octets {
  const payload = new Uint8Array(8 + quoted.length);
  payload.set([3, 3]);
  payload.set(quoted, 8);
  setU16(payload, 2, checksumOf(sumOf(payload)));
  const ends = { source: address(publicAddress), destination: address(natAddress) };
  return writeIp({ ...ends, protocol: protocols.icmp, payload });
}

function identifierOf(packet: Octets): number | undefined {
  const layout = layOut(packet);
  return layout.ok ? readEcho(packet, layout.value)?.identifier : undefined;
}
