/**
 * What two clients behind one NAT say to the cluster, and what it answers: each from a port of its own, the first one first. For tests
 * alone.
 */
import { expect } from 'vitest';
import { aPacket, seen } from './nat-packets.ts';
import { clientAddresses, type NatEnd, NatWorld, type NatWorldWish, natAddress, publicAddress } from './nat-world.ts';

export const [portOne, portTwo] = [51_034, 51_035];

/** As clients of one subnet policy have it, which is why none of them claims to be the only one (docs/decisions/0016). */
export const oneIdentity: NatWorldWish = {
  ids: ['group.test', 'group.test'],
  both: { more: { uniqueness: 'ignore' } },
};

/** Each client has said something, the first one first. */
export async function bothEstablished(
  wish: NatWorldWish = {},
  ports = [portOne, portTwo],
  count: 1 | 2 = 2,
): Promise<NatWorld> {
  const world = new NatWorld(wish);
  for (const i of ([0, 1] as const).slice(0, count)) {
    say(world, i, 'first words', ports[i]);
    await world.run();
  }
  expect(world.cluster.boundary.ipsecSas()).toHaveLength(count);
  return world;
}

export function say(
  world: NatWorld,
  client: 0 | 1,
  text: string,
  port = client === 0 ? portOne : portTwo,
  flags?: number,
): void {
  world.clients[client].send(aPacket('TCP', clientAddresses[client], publicAddress, text, port, flags));
}

export function answer(world: NatWorld, port: number, text: string): void {
  world.cluster.send(aPacket('TCP', publicAddress, natAddress, text, port));
}

export const textsAt = ({ delivered }: NatEnd): readonly string[] => delivered.map((packet) => seen(packet)[2]);

/** The NAT does, and each client is heard from there. */
export async function giveOtherPorts(world: NatWorld): Promise<void> {
  world.nat.forget();
  say(world, 0, 'from elsewhere');
  say(world, 1, 'from elsewhere');
  await world.run();
}

export async function rekeyEach(world: NatWorld, ends: readonly NatEnd[] = world.clients): Promise<void> {
  for (const { boundary } of ends) {
    for (const { sa } of boundary.ipsecSas()) await boundary.ike.rekeyChild(sa.inSpi, world.nowMs);
  }
  await world.run(1000);
  expect(world.cluster.boundary.ipsecSas()).toHaveLength(2);
}

export async function expectAnswersToEach(world: NatWorld, { second = portTwo } = {}): Promise<void> {
  for (const { delivered } of world.clients) delivered.length = 0;
  answer(world, second, 'for the second');
  answer(world, portOne, 'for the first');
  await world.run();
  expect(world.clients.map(({ delivered }) => delivered.map(seen))).toEqual([
    [[publicAddress, clientAddresses[0], 'for the first', true]],
    [[publicAddress, clientAddresses[1], 'for the second', true]],
  ]);
}
