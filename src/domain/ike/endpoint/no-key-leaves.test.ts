/** What an endpoint says of itself, to whomever, holds no key. */
import { expect, test } from 'vitest';
import { toHex } from '../../bytes/hex.ts';
import { utf8 } from '../../bytes/octets.ts';
import { Secret } from '../../bytes/secret.ts';
import { makePair, type Pair } from '../testing/pair.ts';

const psk = 'correct horse battery staple';

test('no fact, failure, transcript or view holds an octet sequence of a key, through a life of rekeys and refusals', async () => {
  const pair = await makePair().establish();
  const keys = new Set([toHex(utf8(psk))]);
  await pair.host.endpoint.rekeyChild(pair.host.child.inSpi, pair.nowMs);
  await gather(pair, keys);
  const [ikeSa] = pair.host.ikeSas;
  if (ikeSa) await pair.host.endpoint.rekeyIke(ikeSa.initiatorSpi, pair.nowMs);
  await gather(pair, keys);
  const wrong = await makePair({ cluster: { psk: 'another' } }).establish();
  expect(keys.size).toBeGreaterThan(12);

  const said = [pair, wrong].flatMap(({ ends }) =>
    ends.map(({ facts, transcript, ikeSas, failures }) => print({ facts, transcript, ikeSas, failures })),
  );

  for (const text of said) {
    for (const key of keys) expect(text.includes(key)).toBe(false);
    expect(text.includes(psk)).toBe(false);
  }
});

/** All keys that stand now; wiped ones are gone and need no search. */
async function gather(pair: Pair, keys: Set<string>): Promise<void> {
  const collect = () => {
    for (const end of pair.ends) {
      const keyed = end.endpoint.sessions().flatMap((session) => ('keys' in session ? [session.keys] : []));
      for (const value of [...keyed, ...end.sad].flatMap(secretsOf)) keys.add(value);
    }
  };
  collect();
  await pair.run();
  collect();
}

function secretsOf(value: unknown): readonly string[] {
  if (value instanceof Secret) {
    const octets = value.reveal();
    return octets.length >= 16 && octets.some((octet) => octet !== 0) ? [toHex(octets)] : [];
  }
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return [];
  return Object.values(value).flatMap(secretsOf);
}

/** As a log would: octets in hex, everything else as it prints itself. */
const print = (value: unknown): string =>
  JSON.stringify(value, (_, each) => (each instanceof Uint8Array ? toHex(each as Uint8Array<ArrayBuffer>) : each));
