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
  'own-childless-01':
    'charon goes without a child towards a responder that did not announce it, we do not (RFC 6023 3)',
};

const { pairs, leftOut } = await pairsOf('pairs');
const own = await pairsOf('pairs/own');

describe.each([
  { folder: 'pairs', found: pairs },
  { folder: 'pairs/own', found: own.pairs },
])('$folder', ({ folder, found }) => {
  describe.each([...new Set(found.map(({ kind }) => kind))])('%s', (kind) => {
    for (const pair of found.filter((each) => each.kind === kind)) {
      const reason = reasonToSkip(pair);
      const name = `${pair.id}: ${pair.title}`;
      if (reason !== undefined) test.skip(`${name}: ${reason}`);
      else test(name, async () => expect(await outcomeOf(pair, folder)).toEqual(pair.id in otherwise ? 'failed' : []));
    }
  });
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

test('every pair of the folders is read', () => expect([...leftOut, ...own.leftOut]).toEqual([]));

test.each([
  ['{', 'x.json', 'no pairs', 'failed', 'no JSON'],
  ['[]', 'x.json', 'no pairs', 'skipped', 'no file of pairs'],
  ['{"kind": "psk", "pairs": [{"id": "psk-9"}]}', 'x.json: psk-9', 'psk', 'skipped', 'left: '],
  ['{"pairs": [{"id": "ike-new-9"}]}', 'x.json: ike-new-9', 'ike-new', 'skipped', 'verdict: '],
])('what is no pair is left out by its name: %s', (content, name, kind, outcome, why) => {
  const expected = { name, kind, outcome, why: expect.stringContaining(why) };
  expect(readPairs('x.json', content)).toEqual({ pairs: [], leftOut: [expected] });
});

test.each<[string, Partial<Pair>]>([
  ['the action dance', { actions: ['initiate', 'dance'] }],
  ['the action rekey-child somebody', { actions: ['initiate', 'rekey-child somebody'] }],
  ['an action of left2, who is not there', { actions: ['initiate nfs left2'] }],
  ['no child named', { child: undefined }],
  ['the daemon iked', { daemons: ['charon', 'iked'] }],
  ['an end without a configuration', { left: { address: '127.0.0.1' } }],
  ['the file pubkey/a.pem', { left: { address: '127.0.0.1', swanctl: [], files: ['pubkey/a.pem'] } }],
  [
    'strongswan.conf: make_before_break',
    { left: { address: '127.0.0.1', swanctl: [], strongswan: ['make_before_break = yes'] } },
  ],
  ['MODP_1024, which we never run', agreeingUpon('aes256-sha256-modp1024')],
  ['blowfish256, which we never run', agreeingUpon('blowfish256-sha256-ecp256')],
])('what cannot be played is skipped by its name: %s', (reason, changed) => {
  const [pair] = pairs;
  expect(pair && reasonToSkip({ ...pair, ...changed })).toBe(reason);
});

test('an algorithm that we never run costs nothing where only one end knows it', () => {
  const [pair] = pairs;
  const { left: oldEnd } = agreeingUpon('3des-sha1-modp1024');
  expect(pair && reasonToSkip({ ...pair, ...agreeingUpon('aes256-sha256-ecp256'), left: oldEnd })).toBeUndefined();
});

function agreeingUpon(proposals: string): Pick<Pair, 'left' | 'right'> {
  const swanctl = [`connections { c { proposals = ${proposals}`, 'children { nfs { } } } }'];
  return { left: { address: '127.0.0.1', swanctl }, right: { address: '127.0.0.2', swanctl } };
}

test('of the pairs that the protocol decides and we can play, at least 97 of 100 come out as with real daemons', () => {
  const played = pairs.filter((pair) => isDecidedByProtocol(pair.kind) && reasonToSkip(pair) === undefined);
  const agreeing = played.filter(({ id }) => !(id in otherwise));
  expect(agreeing.length / played.length).toBeGreaterThanOrEqual(0.97);
});

/** Its disagreements, so that a failing test says which. */
async function outcomeOf(pair: Pair, folder: string): Promise<unknown> {
  const judgement = await judge(pair, folder);
  if (pair.id in otherwise) return judgement.outcome;
  return judgement.outcome === 'failed' ? judgement.disagreements : [];
}
