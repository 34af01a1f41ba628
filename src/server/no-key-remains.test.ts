/**
 * After the end of a session its keys are nowhere: not in states, facts, closures, timers, queues, pools or key objects of the
 * platform. Both ends and all that they ever told are still held while the heap is searched.
 */
import { describe, expect, test } from 'vitest';
import { type Octets, utf8 } from '../domain/bytes/octets.ts';
import { Secret } from '../domain/bytes/secret.ts';
import { webProvider } from '../domain/crypto/web-provider.ts';
import { credentialOf } from '../domain/ike/testing/certificates.ts';
import {
  type BoundariesWish,
  hostAddress,
  lifAddress,
  message,
  type TwoBoundaries,
  twoBoundaries,
} from '../domain/ipsec/testing/two-boundaries.ts';
import { nodeProvider } from './node-provider.ts';
import { countPlatformKeys } from './testing/heap.ts';
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

async function deleteFrom(world: TwoBoundaries, end: 'host' | 'cluster'): Promise<void> {
  const { ike } = world[end].boundary;
  for (const { initiatorSpi } of ike.ikeSas()) await ike.deleteIkeSa(initiatorSpi, world.nowMs);
}

function send({ host, cluster }: TwoBoundaries): void {
  host.send(message(hostAddress, lifAddress));
  cluster.send(message(lifAddress, hostAddress));
}
