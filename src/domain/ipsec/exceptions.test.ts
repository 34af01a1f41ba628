/** An exception is a bug, ours or of who owns the boundary: it is told, costs one packet, and stops nothing else. */
import { expect, test } from 'vitest';
import type { BoundaryPorts } from './ports.ts';
import { failingProvider } from './testing/failing-provider.ts';
import { hostAddress, lifAddress, message, type TwoBoundaries, twoBoundaries } from './testing/two-boundaries.ts';

const bug = new Error('a bug');

test('thrown by the application that a packet is for: the next one comes', async () => {
  const got: string[] = [];
  const { world, told } = await clusterWith({
    deliver: (_, { via }) => {
      got.push(via);
      if (got.length === 1) throw bug;
    },
  });
  await sayAndRun(world);
  await sayAndRun(world);
  expect(told).toEqual([bug]);
  expect(got).toEqual(['esp', 'esp']);
});

test('thrown by the wire: what was to go out is lost, and IKE sends it again', async () => {
  const { world, told } = await clusterWith({});
  world.passes = () => {
    if (told.length === 0) throw bug;
    return true;
  };
  world.cluster.send(message(lifAddress, hostAddress));
  await world.run(5000);
  expect(told).toEqual([bug]);
  expect(world.host.delivered).toHaveLength(1);
});

test('thrown by who hears of facts, drops and deadlines: packets pass as ever', async () => {
  const fail = () => {
    throw bug;
  };
  const { world, told } = await clusterWith({ onFact: fail, onDrop: fail, onWakeChange: fail });
  world.cluster.boundary.receiveIp(new Uint8Array(3), world.nowMs); // dropped
  await sayAndRun(world);
  expect(told.length).toBeGreaterThan(3);
  expect(new Set(told)).toEqual(new Set([bug]));
  expect(world.cluster.delivered).toHaveLength(1);
});

test('thrown by the cryptography: that packet is lost, those after it come, and IKE goes on', async () => {
  let opened = 0;
  const { world, told } = await clusterWith({}, (count) => count === 2);
  await sayAndRun(world);
  await sayAndRun(world);
  opened = world.cluster.delivered.length;
  await sayAndRun(world);
  expect(opened).toBe(1);
  expect(told).toEqual([bug]);
  expect(world.cluster.delivered).toHaveLength(2);
  await world.cluster.boundary.settle();
});

/** Two ends of which the cluster has other ports; `breaks` says of which ESP packet, counted from 1, its cipher throws. */
async function clusterWith(
  ports: Partial<BoundaryPorts>,
  breaks: (count: number) => boolean = () => false,
): Promise<{ readonly world: TwoBoundaries; readonly told: unknown[] }> {
  const told: unknown[] = [];
  const { provider } = failingProvider(bug, breaks);
  const onError = (error: unknown) => told.push(error);
  return { world: await twoBoundaries({ provider, cluster: { ports: { ...ports, onError } } }), told };
}

async function sayAndRun(world: TwoBoundaries): Promise<void> {
  world.host.send(message(hostAddress, lifAddress));
  await world.run();
}
