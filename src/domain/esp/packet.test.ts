import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inOnePiece } from '../bytes/gathered.ts';
import { concat, emptyOctets, type Octets } from '../bytes/octets.ts';
import type { Protection } from '../crypto/protection.ts';
import { type EspFrame, espHeadOctets, espOctets, openEsp, sealEsp } from './packet.ts';
import { aProtection, type SuiteName, suites } from './testing/sa-pair.ts';

const same = <T>(value: T): T => value;

const names = Object.keys(suites) as SuiteName[];
const head = Uint8Array.from({ length: 20 }, (_, i) => i);

describe.each(names)('%s', (name) => {
  const made = aProtection(suites[name]);

  test('opens what it sealed, in any length, with and without an extended sequence number', async () => {
    const protection = await made;
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 100 }),
        fc.nat(255),
        fc.option(fc.nat(), { nil: undefined }),
        async (bytes, nextHeader, sequenceHigh) => {
          const payload = Uint8Array.from(bytes);
          const iv = new Uint8Array(protection.ivOctets).fill(7);
          const frame = { spi: 0x101, sequenceLow: 9, sequenceHigh, iv };
          const packet = await sealed(protection, frame, payload, nextHeader, head);
          expect(packet.subarray(0, 20)).toEqual(head);
          expect(packet.length).toBe(20 + espOctets(protection, payload.length));
          expect((packet.length - 20 - protection.icvOctets - protection.ivOctets) % 4).toBe(0);
          expect(await openEsp(protection, packet, 20, sequenceHigh, same)).toEqual({
            ok: true,
            value: { payload, nextHeader },
          });
        },
      ),
      { seed: 1, numRuns: 100 },
    );
  });

  test('each octet that is changed is noticed, and so is another high half', async () => {
    const protection = await made;
    const frame = { spi: 0x101, sequenceLow: 9, sequenceHigh: 1, iv: new Uint8Array(protection.ivOctets) };
    const packet = await sealed(protection, frame, new Uint8Array(37), 6);
    for (let i = 0; i < packet.length; i++) {
      const flipped = packet.with(i, (packet[i] as number) ^ 0x80);
      expect(await openEsp(protection, flipped, 0, 1, same)).toEqual({ ok: false, error: { code: 'icv' } });
    }
    expect((await openEsp(protection, packet, 0, 2, same)).ok).toBe(false);
    expect((await openEsp(protection, packet, 0, undefined, same)).ok).toBe(false);
  });

  test('cut at any octet it is refused, never thrown at', async () => {
    const protection = await made;
    const frame = { spi: 0x101, sequenceLow: 9, sequenceHigh: undefined, iv: new Uint8Array(protection.ivOctets) };
    const packet = await sealed(protection, frame, new Uint8Array(20), 6);
    for (let end = 8; end < packet.length; end++) {
      expect((await openEsp(protection, packet.subarray(0, end), 0, undefined, same)).ok).toBe(false);
    }
  });
});

test('padding that is not 1, 2, 3 is refused although the ICV fits', async () => {
  const protection = await aProtection(suites.gcm256);
  const headerAndIv = Uint8Array.from([0, 0, 1, 1, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 9]);
  const badTrailers = [
    [1, 3, 2, 4],
    [0, 0, 2, 4],
    [1, 2, 255, 4],
  ];
  for (const trailer of badTrailers) {
    const plain = Uint8Array.from([1, 2, 3, 4, ...trailer]);
    const packet = await protection.seal(headerAndIv.subarray(8), headerAndIv.subarray(0, 8), plain, headerAndIv);
    const opened = await openEsp(protection, inOnePiece(packet), 0, undefined, same);
    expect(opened).toEqual({ ok: false, error: { code: 'padding' } });
  }
});

async function sealed(
  protection: Protection,
  frame: EspFrame,
  payload: Octets,
  nextHeader: number,
  before = emptyOctets,
): Promise<Octets> {
  const withRoom = concat(before, new Uint8Array(espHeadOctets(protection)));
  return inOnePiece(await sealEsp(protection, frame, withRoom, payload, nextHeader));
}
