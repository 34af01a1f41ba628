import { expect, test } from 'vitest';
import { toHex } from '../../src/domain/bytes/hex.ts';
import { meetHostilePeer } from './hostile-peer.ts';
import { drawHostilePlan, type HostilePlan, proofNames } from './hostile-plan.ts';

const peers = 60;
const patienceMs = 60_000;

test(
  'a peer that knows the key and seals damaged chains makes no endpoint throw, or do more than its octets are worth, and a good peer is answered afterwards',
  async () => {
    const broken: string[] = [];
    for (let seed = 1; seed <= peers; seed++) {
      const { claim } = await meetHostilePeer(drawHostilePlan(seed));
      if (claim) broken.push(`${seed}: ${claim}`);
    }
    expect(broken).toEqual([]);
  },
  patienceMs,
);

test.each(proofNames)(
  'the same plan is the same run, octet for octet, whatever both ends prove themselves by: %s',
  async (proof) => {
    const plan: HostilePlan = { ...drawHostilePlan(7296), proof };
    const [once, again] = [await allSaid(plan), await allSaid(plan)];

    expect(once.length).toBeGreaterThan(20);
    expect(again).toEqual(once);
  },
);

async function allSaid(plan: HostilePlan): Promise<readonly string[]> {
  const { pair } = await meetHostilePeer(plan);
  return pair.ends.flatMap(({ name, transcript }) =>
    transcript.map(({ direction, atMs, octets }) => `${name} ${direction} ${atMs} ${toHex(octets)}`),
  );
}
