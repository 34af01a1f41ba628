/** Tunnel mode (RFC 4301 5.1.2, RFC 6040). */
import { expect, test } from 'vitest';
import { inOnePiece } from '../bytes/gathered.ts';
import { address, printAddress } from '../net/address.ts';
import { fitHeader, hasGoodHeaderChecksum, writeIp } from '../net/ip.ts';
import { destinationOf, u16At } from '../net/ip-layout.ts';
import { trafficClassOf } from '../net/traffic-class.ts';
import { sealEsp } from './packet.ts';
import { aPacket, aProtection, ends, makeSas, open, seal, suites } from './testing/sa-pair.ts';

const outer = { source: address('192.0.2.1'), destination: address('192.0.2.2') };

test.each(['IPv4', 'IPv6'] as const)('a whole %s packet travels between the outer addresses', async (family) => {
  const { outbound, inbound } = await makeSas({ mode: 'tunnel', ...outer });
  const packet = aPacket(ends[family]);
  const sealed = await seal(outbound, packet);
  expect(printAddress(destinationOf(sealed, 4))).toBe('192.0.2.2');
  expect(await open(inbound, sealed)).toEqual({ ok: true, value: packet });
});

const [notCapable, ect1, ect0, congested] = [0, 1, 2, 3];
test.each([
  [notCapable, [notCapable, notCapable, notCapable, undefined]],
  [ect0, [ect0, ect1, ect0, congested]],
  [ect1, [ect1, ect1, ect1, congested]],
  [congested, [congested, congested, congested, congested]],
] as const)('what is marked on the way is told the packet inside: ECN %i (RFC 6040 4.2)', async (inner, told) => {
  for (const family of ['IPv4', 'IPv6'] as const) {
    const { outbound, inbound } = await makeSas({ mode: 'tunnel', ...outer });
    const trafficClass = 0xa4 | inner;
    const packet = writeIp({ ...ends[family], protocol: 17, payload: new Uint8Array(8), trafficClass });
    for (const [marked, expected] of told.entries()) {
      const sealed = await seal(outbound, packet);
      expect(sealed[1]).toBe(trafficClass);
      const opened = await open(inbound, sealed.with(1, 0xa4 | marked));
      expect(opened.ok ? trafficClassOf(opened.value) : opened.error.code).toBe(
        expected === undefined ? 'congested' : 0xa4 | expected,
      );
      expect(!opened.ok || hasGoodHeaderChecksum(opened.value)).toBe(true);
    }
  }
});

test('a packet inside whose header checksum was wrong is not mended by the mark', async () => {
  const { outbound, inbound } = await makeSas({ mode: 'tunnel', ...outer });
  const packet = writeIp({ ...ends.IPv4, protocol: 17, payload: new Uint8Array(8), trafficClass: ect0 });
  const sealed = await seal(outbound, packet.with(11, (packet[11] ?? 0) ^ 1));
  const opened = await open(inbound, sealed.with(1, congested));
  expect(opened.ok && [opened.value[1], hasGoodHeaderChecksum(opened.value)]).toEqual([congested, false]);
});

test('what may be cut up on the way has an identification of its own (RFC 6864 4.2); DF is as inside', async () => {
  const { outbound } = await makeSas({ mode: 'tunnel', ...outer });
  const packet = aPacket(ends.IPv4);
  const mayBeCut = packet.with(6, 0); // the header checksum is nobody's concern here
  const heads = [];
  for (const each of [packet, mayBeCut, mayBeCut]) heads.push((await seal(outbound, each)).subarray(4, 8));
  const [whole, first, second] = heads.map((head) => [u16At(head, 0), u16At(head, 2)]);
  expect(whole).toEqual([0, 0x4000]);
  expect([first?.[1], second?.[1]]).toEqual([0, 0]);
  expect(first?.[0]).not.toBe(second?.[0]);
});

test.each([
  ['IPv6 under the number of IPv4', ends.IPv6, 4],
  ['IPv4 under the number of IPv6', ends.IPv4, 41],
  ['neither under the number of IPv4', undefined, 4],
])('%s is refused (RFC 4303 2.6)', async (_, inner, nextHeader) => {
  const protection = await aProtection(suites.gcm256);
  const { inbound } = await makeSas({ mode: 'tunnel', ...outer });
  const shell = writeIp({ ...outer, protocol: 50, payload: new Uint8Array(16) });
  const frame = { spi: 0x101, sequenceLow: 1, sequenceHigh: undefined, iv: new Uint8Array(8) };
  const payload = inner ? aPacket(inner) : new Uint8Array(40).fill(0x55);
  const sealed = inOnePiece(await sealEsp(protection, frame, shell, payload, nextHeader));
  fitHeader(sealed, sealed.length);

  expect(await open(inbound, sealed)).toEqual({ ok: false, error: { code: 'notOfMode', nextHeader } });
  expect(inbound.drops.malformed).toBe(1);
  expect(inbound.counters.packets).toBe(0);
});

test('what is no IP packet is refused', async () => {
  const { outbound } = await makeSas();
  const { inbound } = await makeSas({ mode: 'tunnel' });
  expect(await open(inbound, await seal(outbound, aPacket(ends.IPv4)))).toMatchObject({
    error: { code: 'notOfMode' },
  });
  expect(inbound.drops.malformed).toBe(1);
});
