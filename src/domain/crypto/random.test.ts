import { expect, test } from 'vitest';
import { toHex } from '../bytes/hex.ts';
import { concat, type Octets } from '../bytes/octets.ts';
import { drawnAhead, seededRandom } from './random.ts';
import { seededProvider } from './seeded-provider.ts';
import { webProvider } from './web-provider.ts';

test('a seeded stream is the same however it is cut, and different for another seed or label', () => {
  const whole = seededRandom(7, 'nonces')(3000);
  const cut = seededRandom(7, 'nonces');
  expect(concat(cut(0), cut(1), cut(1023), cut(1976))).toEqual(whole);
  expect(seededRandom('7', 'nonces')(32)).not.toEqual(whole.subarray(0, 32));
  expect(seededRandom(7, 'spis')(32)).not.toEqual(whole.subarray(0, 32));
  expect(seededRandom(8, 'nonces')(32)).not.toEqual(whole.subarray(0, 32));
});

test('a seeded stream stays what it was: a recorded replay depends on it', () => {
  expect(toHex(seededRandom('overwire', 'example')(16))).toBe('56ee6e0a7b4e2ed1b226c32a389910c8');
});

test('octets drawn ahead come once each, in the order of their source, and are wiped where they waited', () => {
  const drawn: Octets[] = [];
  const source = seededRandom(1, 'source');
  const random = drawnAhead((count) => {
    const octets = source(count);
    drawn.push(octets);
    return octets;
  });

  const whole = concat(...Array.from({ length: 64 }, () => random(32)));

  expect(whole).toEqual(seededRandom(1, 'source')(2048));
  expect(drawn).toEqual([new Uint8Array(1024), new Uint8Array(1024)]);
  expect(random(500)).toBe(drawn[2]); // much at once comes from the source itself
});

test.each([14, 15, 16, 19, 20, 21, 31] as const)(
  'group %i: the pairs of one seed are the same and work',
  async (group) => {
    const one = await seededProvider(webProvider, 'seed').keyPair(group);
    const same = await seededProvider(webProvider, 'seed').keyPair(group);
    const other = await seededProvider(webProvider, 'other seed').keyPair(group);

    expect(same.publicValue).toEqual(one.publicValue);
    expect(other.publicValue).not.toEqual(one.publicValue);
    const secret = await one.derive(other.publicValue);
    expect(secret?.reveal()).toEqual((await other.derive(same.publicValue))?.reveal());
  },
);

test('a group does not shift the octets or the pairs of another', async () => {
  const provider = seededProvider(webProvider, 1);
  await provider.keyPair(19);
  const after = { octets: provider.random(8), pair: (await provider.keyPair(31)).publicValue };
  const fresh = seededProvider(webProvider, 1);
  expect(after).toEqual({ octets: fresh.random(8), pair: (await fresh.keyPair(31)).publicValue });
});
