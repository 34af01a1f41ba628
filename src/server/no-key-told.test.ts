/**
 * No key is told to anybody: whatever the engine, the lab and its REST say, in facts, refusals, views, transcripts, exports, errors
 * and logs, is searched for every key that ever was at work, as itself, in hex, in base64, as numbers, and for pre-shared keys as typed.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, expect, type MockInstance, test, vi } from 'vitest';
import { toHex } from '../domain/bytes/hex.ts';
import { utf8 } from '../domain/bytes/octets.ts';
import { Secret } from '../domain/bytes/secret.ts';
import { makeProtection } from '../domain/crypto/protection.ts';
import { webProvider } from '../domain/crypto/web-provider.ts';
import { explain } from '../domain/explain/refusal.ts';
import { captureOf } from '../domain/ipsec/capture.ts';
import { hostAddress, lifAddress, type TwoBoundaries, twoBoundaries } from '../domain/ipsec/testing/two-boundaries.ts';
import { address } from '../domain/net/address.ts';
import { tcpFlags, writeTcp } from '../domain/net/tcp.ts';
import { aPolicyBody } from '../mocks/testing/ontap-lab.ts';
import { openTestLab } from '../mocks/testing/open-test-lab.ts';
import { nodeProvider } from './node-provider.ts';
import { SpentKeys } from './testing/spent-keys.ts';
import { toldLives, typedKeys, typedOctets } from './testing/told-lives.ts';

const { psk, otherPsk } = typedKeys;
const hexPsk = '0x00112233445566778899aabbccddeeff0a1b2c3d';

const scene = {
  own: { kind: 'cluster', name: 'ONTAP' },
  peer: { kind: 'host', name: 'web-17' },
  policyName: 'nfs',
} as const;

const logs: MockInstance[] = [];

beforeEach(() => {
  for (const method of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const) {
    logs.push(vi.spyOn(console, method).mockImplementation(() => undefined));
  }
});

afterEach(() => {
  for (const log of logs.splice(0)) log.mockRestore();
});

test('the engine: a life of rekeys, negotiations that fail, what a debugger prints', async () => {
  let count = 0;

  for (const [i, [life, { wish, refusals = [] }]] of Object.entries(toldLives).entries()) {
    const keys = new SpentKeys();
    for (const octets of typedOctets) keys.note('typed', octets);
    const provider = keys.watch(i % 2 === 0 ? webProvider : nodeProvider, life);
    const said: string[] = [];
    const ports = { onError: (error: unknown) => said.push(...allForms(error)) };
    const { host, cluster, ...both } = await wish(provider);
    const ends = { host: { ...host, ports }, cluster: { ...cluster, ports } };
    const world = await twoBoundaries({ ...both, ...ends, provider });
    await liveAndTell(world, said);
    count += keys.count;

    const text = said.join('\n');
    expect([life, refusalsIn(world)]).toEqual([life, refusals]);
    for (const typed of Object.values(typedKeys)) expect(text).not.toContain(typed);
    expect(keys.toldIn(text)).toEqual([]);
  }

  expect(count).toBeGreaterThan(200);
  expect(logged()).toEqual([]);
}, 120_000);

test('the lab: its snapshots, answers and exports, and REST’s, refused keys included', async () => {
  const keys = new SpentKeys();
  for (const typed of [psk, otherPsk, 'ümläut', 'short', `${psk}${psk}${psk}${psk}${psk}`])
    keys.note('pre-shared key', utf8(typed));
  const lab = await openTestLab(undefined, undefined, undefined, keys.watch(webProvider, 'lab'));
  const said: string[] = [];
  const ask = async (...request: Parameters<typeof lab.ask>) => {
    const answer = await lab.ask(...request);
    said.push(...allForms(answer));
    return answer;
  };
  const typed = ['short', 'ümläut and so on and on', `${psk}${psk}${psk}${psk}${psk}`, `${hexPsk}0`, hexPsk, otherPsk];
  await lab.port.subscribe((snapshot) => said.push(...allForms(snapshot)));

  await ask('PATCH', '/security/ipsec', { enabled: true });
  await ask('POST', '/security/ipsec/policies', aPolicyBody());
  for (const secret_key of typed) {
    await ask('POST', '/security/ipsec/policies', aPolicyBody({ secret_key }));
    await ask('POST', '/security/ipsec/policies', aPolicyBody({ secret_key, name: 'other', svm: { name: 'nowhere' } }));
    said.push(...allForms(await lab.port.do({ ...configure, key: secret_key })));
    said.push(...allForms(await lab.port.do({ ...configure, policyName: 'nowhere', key: secret_key })));
  }
  await lab.port.do({ ...configure, key: psk });
  await lab.pass(5);
  for (const path of [
    '/security/ipsec',
    '/security/ipsec/policies',
    '/security/ipsec/security-associations',
    '/svm/svms',
    '/cluster',
  ]) {
    await ask('GET', `${path}?fields=*,**`);
    await ask('GET', `${path}?fields=*`);
    await ask('GET', `${path}?secret_key=${encodeURIComponent(psk)}`);
  }
  const { json } = await ask('GET', '/security/ipsec/policies?fields=*');
  const [policy] = (json as { readonly records: readonly { readonly uuid: string }[] }).records;
  await ask('GET', `/security/ipsec/policies/${policy?.uuid}?fields=secret_key`);
  const encrypted = await lab.snapshot();
  await lab.do({ type: 'clearHost', hostId: 'web-17' });
  await lab.do({ ...configure, key: otherPsk });
  await lab.pass(20);
  const failed = await lab.snapshot();
  said.push(...allForms([encrypted, failed, await lab.port.health(), [...lab.entries]]));
  const broken = new Map(
    [...lab.entries].map(([name, value]) => [name, name.includes('host') ? value.slice(1) : value]),
  );
  said.push(...allForms(await (await openTestLab(broken)).port.health()));
  await lab.close();

  const text = said.join('\n');
  expect(encrypted.ikeSas).toHaveLength(1);
  expect(failed.failures.length).toBeGreaterThan(0);
  expect(keys.count).toBeGreaterThan(10);
  for (const each of [psk, ...typed.filter((key) => key !== 'short')]) {
    expect(text).not.toContain(each);
    expect(text.toLowerCase()).not.toContain(toHex(utf8(each)));
    expect(text).not.toContain(Buffer.from(each).toString('base64'));
  }
  expect(text.toLowerCase()).not.toContain(hexPsk.slice(2));
  expect(keys.toldIn(text)).toEqual([]);
  expect(logged()).toEqual([]);
}, 120_000);

test('a secret says its length alone, and so do the errors of who gets a wrong one', async () => {
  const keys = new SpentKeys();
  const octets = new Uint8Array(33).map((_, i) => 200 - 3 * i);
  keys.note('key', octets);
  const secret = new Secret(octets);
  const suite = { encr: { id: 20, keyBits: 256 } };
  const errors = await Promise.all(
    [webProvider, nodeProvider].flatMap((provider) => [
      thrownBy(() => makeProtection(provider, suite, { encr: secret, integ: secret })),
      thrownBy(() => provider.aesGcm(octets)),
      thrownBy(() => provider.aesCbc(octets)),
      thrownBy(() => provider.signingKey(secret)),
    ]),
  );

  const text = allForms([secret, `${secret}`, { in: [secret] }, structuredClone({ secret }), errors]).join('\n');
  expect(text).toContain('secret(33 octets)');
  expect(errors.filter((error) => error instanceof Error).length).toBeGreaterThan(3);
  expect(keys.toldIn(text)).toEqual([]);
});

test('a secret is opened where it is used or sealed, where it was typed, and for the user’s key log; nowhere else', () => {
  const openers = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path) && !/\.test\.|testing/.test(path))
    .filter((path) => /\.reveal\b/.test(readFileSync(join('src', path), 'utf8')));

  expect(openers.filter((path) => !/^(domain\/crypto|domain\/ike\/keys|server)\//.test(path)).sort()).toEqual([
    'domain/cluster/pre-shared-key.ts',
    'domain/ike/auth/intermediate-auth.ts',
    'mocks/sealer.ts',
  ]);
});

test.each([
  ['hex', (key: Uint8Array<ArrayBuffer>) => toHex(key)],
  [
    'hex in capitals, with colons',
    (key) =>
      toHex(key)
        .toUpperCase()
        .replace(/..(?=.)/g, '$&:'),
  ],
  ['base64, behind something', (key) => Buffer.concat([Buffer.from('x'), key]).toString('base64')],
  ['base64, in lines', (key) => Buffer.from(key).toString('base64').replace(/.{8}/g, '$&\n')],
  ['base64, in lines, in JSON', (key) => JSON.stringify(Buffer.from(key).toString('base64').replace(/.{8}/g, '$&\n'))],
  ['numbers', (key) => JSON.stringify([...key], undefined, 2)],
  ['its head alone', (key) => toHex(key).slice(0, 24)],
  ['an object', (key) => allForms({ key }).join('')],
])('the search finds %s', (_, tell) => {
  const keys = new SpentKeys();
  const key = new Uint8Array(32).map((_, i) => 7 * i + 3);
  keys.note('key', key);
  expect(keys.toldIn(`before ${tell(key)} after`)).toEqual(['key']);
});

const configure = { type: 'configureHost', hostId: 'web-17', policyName: 'nfs', svmName: 'vs1', key: psk } as const;

/** As JSON, as an inspector shows it, private prototypes and all, and octets as themselves and in hex. */
function allForms(value: unknown): readonly string[] {
  const octets: string[] = [];
  const json = JSON.stringify(value, (_, each) => {
    if (!(each instanceof Uint8Array)) return typeof each === 'bigint' ? `${each}` : each;
    octets.push(Buffer.from(each).toString('latin1'));
    return toHex(new Uint8Array(each));
  });
  return [
    json,
    ...octets,
    inspect(value, { depth: 12, showHidden: true, maxArrayLength: null, maxStringLength: null }),
  ];
}

function logged(): readonly unknown[] {
  return logs.flatMap(({ mock }) => mock.calls);
}

/** Traffic, each SA rekeyed, traffic again; and meanwhile all that either end says of itself. */
async function liveAndTell(world: TwoBoundaries, said: string[]): Promise<void> {
  const ends = [world.host, world.cluster];
  const { boundary } = world.host;
  const views = () =>
    ends.map((end) => [
      ...[end.boundary, end.boundary.ike, end.boundary.ike.ikeSas(), end.boundary.ike.sessions()],
      ...[end.boundary.ike.counters, end.boundary.ipsecSas(), end.boundary.drops, end.boundary.waiting()],
      end.connection,
    ]);
  world.host.send(segment());
  await world.run(1_000);
  said.push(...allForms(views()));
  const [pair] = boundary.ipsecSas();
  if (pair) await boundary.ike.rekeyChild(pair.sa.inSpi, world.nowMs);
  await world.run(1_000);
  const [ikeSa] = boundary.ike.ikeSas();
  if (ikeSa) await boundary.ike.rekeyIke(ikeSa.initiatorSpi, world.nowMs);
  world.host.send(segment());
  await world.run(1_000);
  said.push(...allForms(views()));
  for (const { facts, drops, delivered, transmitted, transcript } of ends) {
    said.push(...allForms([facts, drops, delivered, transmitted, transcript, captureOf(transcript, 'a note')]));
    for (const fact of facts) if (fact.type === 'failed') said.push(...allForms(explain(fact.failure.refusal, scene)));
  }
}

/** Of what the ends decided themselves, each once. */
function refusalsIn({ host, cluster }: TwoBoundaries): readonly string[] {
  const refusals = [...host.facts, ...cluster.facts].flatMap((fact) =>
    fact.type === 'failed' && fact.failure.by === 'local' ? [fact.failure.refusal] : [],
  );
  const said = refusals.map((refusal) =>
    [refusal.code, 'check' in refusal ? refusal.check : 'why' in refusal ? refusal.why : ''].join(' ').trim(),
  );
  return [...new Set(said)];
}

async function thrownBy(act: () => unknown): Promise<unknown> {
  try {
    return await act();
  } catch (error) {
    return error instanceof Error ? Object.assign(error, { told: `${error.message} ${error.stack}` }) : error;
  }
}

function segment() {
  const ends = {
    source: address(hostAddress),
    destination: address(lifAddress),
    sourcePort: 700,
    destinationPort: 2049,
  };
  return writeTcp({
    ...ends,
    sequence: 1,
    acknowledgement: 0,
    flags: tcpFlags.ack,
    window: 1000,
    payload: utf8('a message'),
  });
}
