import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inOnePiece } from '../../bytes/gathered.ts';
import { concat, type Octets } from '../../bytes/octets.ts';
import { Secret } from '../../bytes/secret.ts';
import { keyOctetsOf, makeProtection, type Protection, type ProtectionSuite } from '../../crypto/protection.ts';
import { seededRandom } from '../../crypto/random.ts';
import { scriptedRandom } from '../../crypto/testing/scripted-random.ts';
import { webProvider } from '../../crypto/web-provider.ts';
import { ivOf, openSk, sealSk } from './sealing.ts';

const suites = [
  { name: 'AES-CBC with HMAC-SHA-384', suite: { encr: { id: 12, keyBits: 256 }, integ: { id: 13 } } },
  { name: 'AES-GCM', suite: { encr: { id: 20, keyBits: 256 } } },
  { name: 'ChaCha20-Poly1305', suite: { encr: { id: 28 } } },
];

const random = seededRandom(1, 'this test');

function protectionOf(suite: ProtectionSuite): Promise<Protection> {
  const { encr, integ } = keyOctetsOf(suite);
  return makeProtection(webProvider, suite, { encr: new Secret(random(encr)), integ: new Secret(random(integ)) });
}

/** A header, then the generic header of SK, or of SKF with its two fragment fields. */
const heads = { SK: 28 + 4, SKF: 28 + 8 } as const;

describe.each(suites)('$name', ({ suite }) => {
  test.each(['SK', 'SKF'] as const)(
    '%s: opens to the payloads that were sealed, whatever their length',
    async (kind) => {
      const protection = await protectionOf(suite);
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 80 }), async (array) => {
          const payloads = new Uint8Array(array);
          const head = random(heads[kind]);
          const message = await sealSk(protection, ivOf(protection, 1, random), head, 28, payloads);

          const view = new DataView(message.buffer);
          expect([view.getUint32(24), view.getUint16(30)]).toEqual([message.length, message.length - 28]);
          expect(await openSk(protection, message, message.subarray(heads[kind]))).toEqual(payloads);
        }),
        { numRuns: 25, seed: 3 },
      );
    },
  );

  test('each octet of a message, header included, is refused when it changes, and so is each shorter message', async () => {
    const protection = await protectionOf(suite);
    const message = await sealSk(protection, ivOf(protection, 1, random), random(heads.SK), 28, random(9));

    for (let at = 0; at < message.length; at++) {
      const spoiled = message.slice();
      spoiled[at] = (spoiled[at] ?? 0) ^ 0x10;
      expect(await openSk(protection, spoiled, spoiled.subarray(heads.SK))).toBeUndefined();
    }
    for (let length = heads.SK; length < message.length; length++) {
      const short = message.slice(0, length);
      expect(await openSk(protection, short, short.subarray(heads.SK))).toBeUndefined();
    }
  });

  test('a pad length that reaches beyond the plaintext is refused though the ICV fits', async () => {
    const protection = await protectionOf(suite);
    const head = random(heads.SK);
    const iv = ivOf(protection, 1, random);
    const plain = new Uint8Array(16).fill(16); // 16 octets of padding and their count are 17
    const message = inOnePiece(await protection.seal(iv, head, plain, concat(head, iv)));
    expect(await openSk(protection, message, message.subarray(heads.SK))).toBeUndefined();
  });
});

test('IVs: a counter for an AEAD, what the random source gives for CBC', async () => {
  const gcm = await protectionOf({ encr: { id: 20, keyBits: 128 } });
  expect(ivOf(gcm, 258, scriptedRandom())).toEqual(Uint8Array.of(0, 0, 0, 0, 0, 0, 1, 2));
  const cbc = await protectionOf({ encr: { id: 12, keyBits: 128 }, integ: { id: 12 } });
  const drawn: Octets = new Uint8Array(16).fill(9);
  expect(ivOf(cbc, 258, scriptedRandom(drawn))).toEqual(drawn);
});
