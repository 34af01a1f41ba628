import { expect, test } from 'vitest';
import { negotiateWithHostilePeer } from './hostile-peer.ts';

const peers = 60;
const patienceMs = 60_000;

test(
  'a peer that knows the key and seals damaged chains makes no endpoint throw, or do more than its octets are worth, and a good peer is answered afterwards',
  async () => {
    const broken: string[] = [];
    for (let seed = 1; seed <= peers; seed++) {
      const claim = await negotiateWithHostilePeer(seed);
      if (claim) broken.push(`${seed}: ${claim}`);
    }
    expect(broken).toEqual([]);
  },
  patienceMs,
);
