import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inOnePiece } from '../bytes/gathered.ts';
import { concat, emptyOctets, type Octets } from '../bytes/octets.ts';
import { Secret } from '../bytes/secret.ts';
import { type KeyMaterial, keyOctetsOf, makeProtection, type Protection, type ProtectionSuite } from './protection.ts';
import { seededRandom } from './random.ts';
import { encryptionTransforms, integrityOf, shortNameOf } from './transforms.ts';
import { webProvider } from './web-provider.ts';

const same = <T>(value: T): T => value;

const hmacs = [12, 13, 14].map((id) => ({ id }));
const suites: readonly ProtectionSuite[] = [
  ...[128, 192, 256].flatMap((keyBits) => [18, 19, 20, 21, 14, 16].map((id) => ({ encr: { id, keyBits } }))),
  { encr: { id: 28 } },
  ...hmacs.flatMap((integ) => [12, 13].map((id) => ({ encr: { id, keyBits: 256 }, integ }))),
  ...hmacs.map((integ) => ({ encr: { id: 11 }, integ })),
];

const octets = (maxLength: number) => fc.uint8Array({ maxLength }).map((array): Octets => new Uint8Array(array));
const random = seededRandom(1, 'keys of this test');

function keyOf(suite: ProtectionSuite): Promise<Protection> {
  const { encr, integ } = keyOctetsOf(suite);
  return makeProtection(webProvider, suite, { encr: new Secret(random(encr)), integ: new Secret(random(integ)) });
}

const nameOf = ({ encr, integ }: ProtectionSuite) =>
  [shortNameOf({ type: 1, ...encr }), ...(integ === undefined ? [] : [shortNameOf({ type: 3, ...integ })])].join('/');

describe.each(suites.map((suite) => ({ name: nameOf(suite), suite })))('$name', ({ suite }) => {
  test('opens what it sealed, and nothing of which one bit changed', async () => {
    const protection = await keyOf(suite);
    const { ivOctets, blockOctets, isAead } = protection;
    await fc.assert(
      fc.asyncProperty(octets(20), octets(70), fc.nat(), fc.nat(7), async (associated, text, at, bit) => {
        const plain = text.subarray(0, text.length - (text.length % blockOctets));
        const padded = plain.length === 0 ? new Uint8Array(blockOctets) : plain;
        const iv = random(ivOctets);
        const tail = isAead ? emptyOctets : random(4);
        const sealed = inOnePiece(await protection.seal(iv, associated, padded, iv, tail));
        expect(sealed.length).toBe(ivOctets + padded.length + protection.icvOctets);
        expect(await protection.open(sealed, 0, associated, same, tail)).toEqual(padded);

        const parts = [associated, sealed, tail].map((part) => part.slice());
        spoil(parts, at, bit);
        const [badAssociated = iv, badSealed = iv, badTail = iv] = parts;
        expect(await protection.open(badSealed, 0, badAssociated, same, badTail)).toBeUndefined();
      }),
      { numRuns: 15, seed: 7 },
    );
  });

  test('refuses what is too short to hold an ICV, and text that is no whole number of blocks', async () => {
    const protection = await keyOf(suite);
    const iv = random(protection.ivOctets);
    for (let length = 0; length < protection.icvOctets; length++) {
      expect(await protection.open(concat(iv, new Uint8Array(length)), 0, emptyOctets, same)).toBeUndefined();
    }
    if (protection.blockOctets === 1) return;

    const keyed = await makeProtection(webProvider, suite, zeroKeys(suite));
    const authenticator = { encr: { id: 11 }, ...(suite.integ && { integ: suite.integ }) };
    const bare = await makeProtection(webProvider, authenticator, zeroKeys(authenticator));
    for (const length of [0, 1, 15, 16, 17]) {
      const sealed = await bare.seal(emptyOctets, iv, new Uint8Array(length), iv); // the ICV fits, as if a peer had lost its way
      expect((await keyed.open(inOnePiece(sealed), 0, emptyOctets, same)) !== undefined).toBe(length === 16);
    }
  });
});

test('a suite says how much key material it takes, the salt included', () => {
  expect(keyOctetsOf({ encr: { id: 20, keyBits: 256 } })).toEqual({ encr: 36, integ: 0 });
  expect(keyOctetsOf({ encr: { id: 21, keyBits: 128 } })).toEqual({ encr: 20, integ: 0 });
  expect(keyOctetsOf({ encr: { id: 28 } })).toEqual({ encr: 36, integ: 0 });
  expect(keyOctetsOf({ encr: { id: 12, keyBits: 256 }, integ: { id: 13 } })).toEqual({ encr: 32, integ: 48 });
  expect(keyOctetsOf({ encr: { id: 13, keyBits: 192 }, integ: { id: 14 } })).toEqual({ encr: 28, integ: 64 });
  expect(keyOctetsOf({ encr: { id: 11 }, integ: { id: 12 } })).toEqual({ encr: 0, integ: 32 });
});

test('a cipher that we only name is a bug to key', async () => {
  const named = encryptionTransforms.filter(({ short }) => short.startsWith('CAMELLIA'));
  for (const { id } of named) {
    const integ = new Secret(new Uint8Array(integrityOf(12)?.keyOctets ?? 0));
    const keyed = makeProtection(
      webProvider,
      { encr: { id }, integ: { id: 12 } },
      { encr: new Secret(emptyOctets), integ },
    );
    await expect(keyed).rejects.toThrow('can be named');
  }
});

/** Flips one bit of the parts, counted as if they were one. */
function spoil(parts: readonly Octets[], at: number, bit: number): void {
  let left = at % parts.reduce((sum, part) => sum + part.length, 0);
  for (const part of parts) {
    if (left < part.length) {
      part[left] = (part[left] ?? 0) ^ (1 << bit);
      return;
    }
    left -= part.length;
  }
}

function zeroKeys(suite: ProtectionSuite): KeyMaterial {
  const { encr, integ } = keyOctetsOf(suite);
  return { encr: new Secret(new Uint8Array(encr)), integ: new Secret(new Uint8Array(integ)) };
}
