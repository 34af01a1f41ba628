/**
 * Pairs that real daemons have decided, played with our engine at both ends. A pair that comes out otherwise is named here with
 * the reason why we do not follow; what cannot be played is skipped by name.
 */
import { describe, expect, test } from 'vitest';
import { judge } from './judge.ts';
import { isDecidedByProtocol } from './kinds.ts';
import { reasonToSkip } from './lacks.ts';
import { type Pair, pairsOf, readPairs } from './pair.ts';

const otherwise: Readonly<Record<string, string>> = {
  'libreswan-certificates-02': 'we ask for a certificate, which pluto does not as initiator',
  'libreswan-certificates-03': 'pluto goes in silence, we say AUTHENTICATION_FAILED',
  'libreswan-certificates-07': 'pluto goes in silence, we say AUTHENTICATION_FAILED',
  'libreswan-certificates-08': 'pluto goes in silence, we say AUTHENTICATION_FAILED',
  'libreswan-options-08': 'with MOBIKE we move to port 4500 at once (RFC 4555 3.3), pluto stays',
  'libreswan-ts-02': 'pluto takes a narrower answer only with narrowing=yes',
  'libreswan-ts-03': 'pluto narrows only with narrowing=yes',
  'libreswan-ts-06': 'pluto takes a narrower answer only with narrowing=yes',
};

const { pairs, faults } = await pairsOf('pairs');
const kinds = [...new Set(pairs.map(({ kind }) => kind))];

describe.each(kinds)('%s', (kind) => {
  for (const pair of pairs.filter((each) => each.kind === kind)) {
    const reason = reasonToSkip(pair);
    const name = `${pair.id}: ${pair.title}`;
    if (reason !== undefined) test.skip(`${name}: ${reason}`);
    else test(name, async () => expect(await outcomeOf(pair)).toEqual(pair.id in otherwise ? 'failed' : []));
  }
});

test('what a pair said is recorded for Wireshark, with the keys of its ends', async () => {
  const records: string[][] = [];
  for (const pair of pairs.filter(({ id }) => id === 'psk-01' || id === 'psk-02')) {
    await judge(pair, 'pairs', (play) => records.push(play.record().map(({ name }) => name)));
  }
  expect(records).toEqual([
    ['transcript.pcapng', 'ikev2_decryption_table', 'esp_sa'],
    ['transcript.pcapng', 'ikev2_decryption_table'], // another secret: no IPsec SA came of it
  ]);
});

test('each judged action has its verdict, and each verdict its action: what is left over on either side is a disagreement', async () => {
  const pair = pairs.find(({ id }) => id === 'rekey-01') ?? pairs.find(({ after }) => after.length > 0);
  if (!pair) return expect.unreachable('a pair with a rekey');
  const [first, ...more] = pair.after;

  const judgements = [
    await judge({ ...pair, after: [...pair.after, { action: 'rekey-child', verdict: {} }] }, 'pairs'),
    await judge({ ...pair, after: more }, 'pairs'),
    await judge({ ...pair, after: [{ action: 'reauth', verdict: first?.verdict ?? {} }, ...more] }, 'pairs'),
  ];

  expect((await judge(pair, 'pairs')).outcome).toBe('passed');
  expect(judgements.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'failed']);
});

test('every pair of the folder is read', () => expect(faults).toEqual([]));

test.each([
  ['{', 'x.json', 'no file of pairs'],
  ['{"kind": "psk", "pairs": [{"id": "psk-9"}]}', 'x.json: psk-9', 'child: '],
])('what is no pair fails by its name: %s', (content, name, why) => {
  expect(readPairs('x.json', content)).toEqual({ pairs: [], faults: [{ name, why: expect.stringContaining(why) }] });
});

test('of the pairs that the protocol decides and we can play, at least 97 of 100 come out as with real daemons', () => {
  const played = pairs.filter((pair) => isDecidedByProtocol(pair.kind) && reasonToSkip(pair) === undefined);
  const agreeing = played.filter(({ id }) => !(id in otherwise));
  expect(agreeing.length / played.length).toBeGreaterThanOrEqual(0.97);
});

/** Its disagreements, so that a failing test says which. */
async function outcomeOf(pair: Pair): Promise<unknown> {
  const judgement = await judge(pair, 'pairs');
  if (pair.id in otherwise) return judgement.outcome;
  return judgement.outcome === 'failed' ? judgement.disagreements : [];
}
