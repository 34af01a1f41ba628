/**
 * After the end of a session its keys are nowhere: not in states, facts, closures, timers, queues, pools or key objects of the
 * platform. Both ends and all that they ever told are still held while the heap is searched.
 */
import { describe, expect, test } from 'vitest';
import { type Octets, utf8 } from '../domain/bytes/octets.ts';
import { invariant } from '../domain/bytes/result.ts';
import { Secret } from '../domain/bytes/secret.ts';
import type { CryptoProvider } from '../domain/crypto/provider.ts';
import { type TestKeyName, testKey } from '../domain/crypto/testing/signing-keys.ts';
import { webProvider } from '../domain/crypto/web-provider.ts';
import { aConnection } from '../domain/ike/testing/builders.ts';
import { authority, credentialOf } from '../domain/ike/testing/certificates.ts';
import {
  type BoundariesWish,
  hostAddress,
  lifAddress,
  message,
  type TwoBoundaries,
  twoBoundaries,
} from '../domain/ipsec/testing/two-boundaries.ts';
import type { Certificate } from '../domain/pki/certificate.ts';
import { nodeProvider } from './node-provider.ts';
import { countPlatformKeys } from './testing/heap.ts';
import { privatePartsOf } from './testing/private-key-parts.ts';
import { SpentKeys } from './testing/spent-keys.ts';

const psk = 'correct horse battery staple';
const otherPsk = 'another key altogether';
const ppk = 'thirty-two octets of nobody knows';

const gcm = { ike: ['aes256gcm16-prfsha384-x25519'], esp: ['aes256gcm16-x25519-noesn'] };
const intermediate = { ike: ['aes256gcm16-prfsha384-x25519-ke1_mlkem768'], esp: ['aes256gcm16-x25519-noesn'] };

const [hosts, clusters] = await Promise.all([
  credentialOf({ key: 'p256', dns: 'a.test' }),
  credentialOf({ key: 'rsa2048', dns: 'b.test' }),
]);

/** A life of rekeys and traffic, and how it ends. */
const lives: Readonly<Record<string, readonly [wish: BoundariesWish, end: (world: TwoBoundaries) => unknown]>> = {
  'GCM and X25519; the host deletes': [{ both: gcm }, (world) => deleteFrom(world, 'host')],
  'CBC, HMAC and P-384; the cluster deletes': [
    { both: { ike: ['aes256-sha384-prfsha384-ecp384'], esp: ['aes256-sha384-ecp384-noesn'] } },
    (world) => deleteFrom(world, 'cluster'),
  ],
  'ChaCha20 and MODP-2048; the configuration goes': [
    { both: { ike: ['chacha20poly1305-prfsha256-modp2048'], esp: ['chacha20poly1305-modp2048-noesn'] } },
    ({ host }) => host.configure([], []),
  ],
  'X25519 and ML-KEM; the power fails at both': [
    { both: intermediate },
    ({ host, cluster, nowMs }) => Promise.all([host, cluster].map(({ boundary }) => boundary.ike.dropSilently(nowMs))),
  ],
  'GCM, X25519 and a postquantum pre-shared key; the host deletes': [
    { both: { ...gcm, more: { ppk: { id: 'ppk-2026', secret: new Secret(utf8(ppk)), required: true } } } },
    (world) => deleteFrom(world, 'host'),
  ],
  'certificates; the cluster deletes': [
    {
      both: gcm,
      host: { connection: { id: 'a.test', peerId: 'b.test', more: { authentication: hosts } } },
      cluster: { connection: { id: 'b.test', peerId: 'a.test', more: { authentication: clusters } } },
    },
    (world) => deleteFrom(world, 'cluster'),
  ],
  'the wire is cut': [
    { both: gcm },
    async (world) => {
      world.passes = () => false;
      for (let i = 0; i < 3; i++) {
        send(world); // who sends and hears nothing asks
        await world.run(60_000);
      }
    },
  ],
};

/** Negotiations that come to nothing. */
const failures: Readonly<Record<string, BoundariesWish>> = {
  'a wrong key': { cluster: { connection: { psk: otherPsk } } },
  'another ESP': { cluster: { connection: { esp: ['aes128gcm16-noesn'] } } },
  'another IKE': { cluster: { connection: { ike: ['aes128gcm16-prfsha256-ecp256'] } } },
};

/** How a certificate's key goes that has proved an IKE SA and its heir; `own` makes another. */
const farewells: Readonly<Record<string, (world: TwoBoundaries, own: CryptoProvider) => unknown>> = {
  'with the configuration, after the session': (world) => deleteFrom(world, 'host').then(() => clear(world)),
  'with the configuration, which ends the session': (world) => clear(world),
  'where another takes its place': (world, own) => certify(world, own, { host: 'p384', cluster: 'ed25519' }),
  'after a negotiation that it did not win': async (world, own) => {
    await clear(world);
    await world.run(60_000);
    await certify(world, own, { host: 'p256', cluster: 'p384' }, [await authority({ key: 'p521' })]);
    world.host.send(message(hostAddress, lifAddress));
    await world.run(60_000);
    const refusal = { code: 'authFailed', check: 'certificate' };
    expect(world.cluster.facts).toContainEqual(
      expect.objectContaining({
        type: 'failed',
        failure: expect.objectContaining({ refusal: expect.objectContaining(refusal) }),
      }),
    );
  },
};

describe.each([webProvider, nodeProvider])('$name', (provider) => {
  test('however a session ends, no key of it is left', async () => {
    const keys = new SpentKeys(utf8(psk), utf8(ppk));
    const before = await countPlatformKeys();
    const worlds: TwoBoundaries[] = [];
    for (const [life, [wish]] of Object.entries(lives)) {
      worlds.push(await live({ ...wish, provider: keys.watch(provider, life) }));
    }
    const standing = await keys.alive();

    for (const [i, [, end]] of Object.values(lives).entries()) {
      const world = worlds[i];
      if (!world) continue;
      await end(world);
      await world.run(3_600_000);
      for (const { boundary } of [world.host, world.cluster]) expect(boundary.ike.sessions()).toEqual([]);
    }

    expect(standing.length).toBeGreaterThan(3 * worlds.length);
    expect(await keys.alive()).toEqual([]);
    expect(keys.handlesAlive()).toEqual([]);
    expect(await countPlatformKeys()).toBe(before);
    expect(worlds).toHaveLength(Object.keys(lives).length); // both ends were held while the heap was searched
  }, 120_000);

  test('keys that a rekey has replaced are gone while their session goes on', async () => {
    const keys = new SpentKeys(utf8(psk));
    keys.era = ', replaced';
    const world = await twoBoundaries({ provider: keys.watch(provider, 'SAs'), both: gcm });
    world.host.send(message(hostAddress, lifAddress));
    await world.run();
    keys.era = ', current';
    await rekeyBoth(world);
    await world.run(60_000);

    const alive = await keys.alive();
    expect(alive).toContain('SAs, current: AES-GCM key');
    expect([...alive, ...keys.handlesAlive()].filter((what) => what.includes('replaced'))).toEqual([]);
    expect(world.host.boundary.ipsecSas()).toHaveLength(1);
  }, 60_000);

  test('a negotiation that fails leaves none, whatever it fails of and however far it came', async () => {
    const keys = new SpentKeys(utf8(psk), utf8(otherPsk));
    const worlds: TwoBoundaries[] = [];
    for (const [failure, wish] of Object.entries(failures)) {
      const world = await twoBoundaries({ ...wish, provider: keys.watch(provider, failure) });
      worlds.push(world);
      send(world);
      await world.run(60_000);
      await deleteFrom(world, 'host'); // an IKE SA may stand without its CHILD SA
      await world.run(3_600_000);
    }
    for (let passing = 1; passing <= 6; passing++) {
      const world = await twoBoundaries({ provider: keys.watch(provider, `${passing} pass`), both: intermediate });
      worlds.push(world);
      let passed = 0;
      world.passes = () => ++passed <= passing;
      world.host.send(message(hostAddress, lifAddress));
      await world.run(3_600_000);
    }

    expect(await keys.alive()).toEqual([]);
    expect(keys.handlesAlive()).toEqual([]);
    expect(keys.count).toBeGreaterThan(5 * worlds.length);
  }, 120_000);

  test.each(Object.keys(farewells))(
    'a private key is the configuration’s, and goes %s',
    async (how) => {
      const keys = new SpentKeys();
      const watched = (owner: string) => ({ ...provider, signingKey: keys.watch(provider, owner).signingKey });
      const before = await countPlatformKeys();
      const world = await twoBoundaries({ provider, both: gcm });
      await certify(world, watched('old'), { host: 'ed448', cluster: 'rsa2048' });
      world.host.send(message(hostAddress, lifAddress));
      await world.run(1_000);
      await rekeyBoth(world);
      await world.run(60_000);
      const { host } = world;
      expect([host.boundary.ike.ikeSas().length, host.boundary.ipsecSas().length]).toEqual([1, 1]);
      const standing = [await keys.alive(), keys.handlesAlive()];

      await farewells[how]?.(world, watched('new'));
      await world.run(3_600_000);
      const old = [...(await keys.alive()), ...keys.handlesAlive()].filter((what) => what.startsWith('old'));
      await clear(world);
      await world.run(3_600_000);

      expect(standing).toEqual([
        provider === webProvider ? ['old: private key'] : [],
        ['old: private key', 'old: private key'],
      ]);
      expect(old).toEqual([]);
      expect([...(await keys.alive()), ...keys.handlesAlive()]).toEqual([]);
      expect(await countPlatformKeys()).toBe(before);
      expect(host.facts.length).toBeGreaterThan(3); // both ends were held while the heap was searched
    },
    60_000,
  );
});

test('the search knows the octets of a private key, and finds them where noble signs with them', async () => {
  const keys = new SpentKeys();
  const key = await keys.watch(webProvider, 'noble').signingKey(new Secret(testKey('ed448').pkcs8));

  expect(await keys.alive()).toEqual(['noble: private key']);
  expect(key?.kind).toEqual({ type: 'ed448' });
  expect(privatePartsOf(testKey('rsa2048').pkcs8).map(({ length }) => length)).toEqual([256, 128, 128, 128, 128, 128]);
  expect(privatePartsOf(testKey('p384').pkcs8).map(({ length }) => length)).toEqual([48]);
});

test('the search finds what a private field, a closure, a timer, a promise or a pool holds, and nothing that is gone', async () => {
  const keys = new SpentKeys();
  const keyOf = (step: number) => new Uint8Array(32).map((_, i) => i * step);
  const places = ['private field', 'closure', 'timer', 'promise', 'pool', 'gone'];
  for (const [i, place] of places.entries()) keys.note(place, keyOf(i + 3));
  class Holder {
    readonly #key = keyOf(3);
    get length() {
      return this.#key.length;
    }
  }
  const holding = (key: Octets) => () => key.length;

  const timer = setTimeout(holding(keyOf(5)), 100_000);
  const pending = new Promise<never>(() => {});
  void pending.then(holding(keyOf(6)));
  const held = [new Holder(), holding(keyOf(4)), pending, Buffer.concat([new Uint8Array(3), keyOf(7)]).subarray(0, 1)];

  expect([...(await keys.alive())].sort()).toEqual(['closure', 'pool', 'private field', 'promise', 'timer']);
  expect(held).toHaveLength(4);
  clearTimeout(timer);
}, 60_000);

/** Traffic both ways, each SA rekeyed, traffic again. */
async function live(wish: BoundariesWish): Promise<TwoBoundaries> {
  const made = await twoBoundaries(wish);
  const { host, cluster } = made;
  host.send(message(hostAddress, lifAddress));
  await made.run(1_000);
  await rekeyBoth(made);
  send(made);
  await made.run(1_000);
  send(made);
  await made.run(1_000);
  expect(host.facts.filter(({ type }) => type === 'childInstalled')).toHaveLength(2);
  expect(host.facts.filter(({ type }) => type === 'ikeEstablished')).toHaveLength(2);
  expect([host, cluster].map(({ delivered }) => delivered.length)).toEqual([2, 3]);
  return made;
}

async function rekeyBoth(world: TwoBoundaries): Promise<void> {
  const { host, cluster } = world;
  const [pair] = host.boundary.ipsecSas();
  if (pair) await host.boundary.ike.rekeyChild(pair.sa.inSpi, world.nowMs);
  await world.run(1_000);
  const [ikeSa] = cluster.boundary.ike.ikeSas();
  if (ikeSa) await cluster.boundary.ike.rekeyIke(ikeSa.initiatorSpi, world.nowMs);
  await world.run(1_000);
}

/** Each end proves itself by a certificate whose key `provider` holds. The world holds its first connections for ever, these it does not. */
async function certify(
  { host, cluster }: TwoBoundaries,
  provider: CryptoProvider,
  names: { readonly host: TestKeyName; readonly cluster: TestKeyName },
  trusted?: readonly Certificate[],
): Promise<void> {
  const ends = [
    { end: host, local: hostAddress, remote: lifAddress, id: 'a.test', peerId: 'b.test', name: names.host },
    { end: cluster, local: lifAddress, remote: hostAddress, id: 'b.test', peerId: 'a.test', name: names.cluster },
  ];
  for (const { end, name, ...wish } of ends) {
    const key = await provider.signingKey(new Secret(testKey(name).pkcs8));
    invariant(key, `${name} signs`);
    const trusts = trusted && end === cluster ? { anchors: trusted } : {};
    const authentication = await credentialOf({ key: name, dns: wish.id, authentication: { key, ...trusts } });
    await end.configure(end.policies, [aConnection({ ...wish, ...gcm, more: { authentication } })]);
  }
}

async function clear({ host, cluster }: TwoBoundaries): Promise<void> {
  await Promise.all([host, cluster].map((end) => end.configure([], [])));
}

async function deleteFrom(world: TwoBoundaries, end: 'host' | 'cluster'): Promise<void> {
  const { ike } = world[end].boundary;
  for (const { initiatorSpi } of ike.ikeSas()) await ike.deleteIkeSa(initiatorSpi, world.nowMs);
}

function send({ host, cluster }: TwoBoundaries): void {
  host.send(message(hostAddress, lifAddress));
  cluster.send(message(lifAddress, hostAddress));
}
