import { expect, test } from 'vitest';
import type { Protection } from '../crypto/protection.ts';
import { InboundSa } from '../esp/inbound-sa.ts';
import { InOrder } from './in-order.ts';
import { anEnd, aRequest, clusterPolicy, hostPolicy, lifAddress, twoEndsOfAPair } from './testing/two-paths.ts';

test('what is there at once passes at once, unless something before it is still awaited', async () => {
  const order = new InOrder(fail);
  const passed: string[] = [];
  let arrive: (each: string) => void = () => {};
  const slow = new Promise<string>((resolve) => {
    arrive = resolve;
  });

  order.add('first', (each) => passed.push(each));
  expect(passed).toEqual(['first']);
  order.add(slow, (each) => passed.push(each));
  order.add(Promise.resolve('third'), (each) => passed.push(each));
  order.add('fourth', (each) => passed.push(each));
  expect(passed).toEqual(['first']);

  arrive('second');
  await order.pending;

  expect(passed).toEqual(['first', 'second', 'third', 'fourth']);
  expect(order.pending).toBeUndefined();
});

test('what cannot be passed on is told, and neither holds up the rest nor lets it overtake what came before', async () => {
  const told: unknown[] = [];
  const order = new InOrder((error) => told.push(error));
  const passed: string[] = [];
  const pass = (each: string) => passed.push(each);
  const bug = new Error('a bug');
  let arrive: (each: string) => void = () => {};

  order.add(new Promise<string>((resolve) => (arrive = resolve)), pass);
  order.add(Promise.reject<string>(bug), pass);
  order.add('third', () => {
    throw bug;
  });
  order.add('fourth', pass);
  await Promise.resolve();
  await Promise.resolve();
  arrive('first');
  await order.pending;

  expect(passed).toEqual(['first', 'fourth']);
  expect(told).toEqual([bug, bug]);
});

test('packets keep their order although ciphers answer when they like', async () => {
  const [host, cluster] = [anEnd({ policies: [hostPolicy] }), anEnd({ policies: [clusterPolicy] })];
  const pair = await twoEndsOfAPair();
  host.path.install(pair.host, 0);
  cluster.path.install(pair.cluster, 0);
  const requests = Array.from({ length: 50 }, (_, i) =>
    aRequest('x'.repeat(i % 2 === 0 ? 1400 : 1), lifAddress, 2049, i),
  );

  for (const request of requests) host.path.sendIp(request, 0);
  for (const packet of await host.sent()) cluster.receive(packet);

  expect((await cluster.got()).map(({ packet }) => packet)).toEqual(requests);
});

test('a burst longer than the replay window loses nothing, though the cipher answers last things first', async () => {
  const [host, cluster] = [anEnd({ policies: [hostPolicy] }), anEnd({ policies: [clusterPolicy] })];
  const pair = await twoEndsOfAPair();
  const { parameters } = pair.cluster.inbound;
  const { protection, answerLastFirst } = holdingBack(await parameters.protection);
  host.path.install(pair.host, 0);
  cluster.path.install({ ...pair.cluster, inbound: new InboundSa({ ...parameters, protection }, 64) }, 0);
  const requests = Array.from({ length: 200 }, (_, i) => aRequest('x', lifAddress, 2049, i));

  for (const request of requests) host.path.sendIp(request, 0);
  for (const packet of await host.sent()) cluster.receive(packet);
  answerLastFirst();

  expect((await cluster.got()).map(({ packet }) => packet)).toEqual(requests);
});

function fail(error: unknown): never {
  throw error;
}

/** Opens nothing before it is told to, and then in the reverse order. */
function holdingBack(protection: Protection) {
  const waiting: (() => void)[] = [];
  const held: Protection = {
    ...protection,
    open: (packet, ivAt, associated, next, tail) => {
      const own = associated.slice(); // their memory serves the next packet
      return new Promise((resolve) => waiting.push(() => resolve(protection.open(packet, ivAt, own, next, tail))));
    },
  };
  return {
    protection: held,
    answerLastFirst: () => {
      for (const answer of waiting.toReversed()) answer();
    },
  };
}
