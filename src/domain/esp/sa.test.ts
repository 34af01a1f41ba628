import { describe, expect, test } from 'vitest';
import { type Gathered, inOnePiece } from '../bytes/gathered.ts';
import { concat, type Octets } from '../bytes/octets.ts';
import type { Awaitable } from '../crypto/awaitable.ts';
import type { Protection } from '../crypto/protection.ts';
import { address } from '../net/address.ts';
import { checksumOf, pseudoHeaderSum, sumOf } from '../net/checksum.ts';
import { hasGoodHeaderChecksum, setU16, writeIp } from '../net/ip.ts';
import { destinationOf, sourceOf, u16At } from '../net/ip-layout.ts';
import { protocols } from '../net/protocol.ts';
import { cutUp } from '../net/testing/cut-up.ts';
import { readUdp } from '../net/udp.ts';
import { openEsp, sealEsp } from './packet.ts';
import { aPacket, aProtection, ends, laidOut, makeSas, open, openInPieces, seal, suites } from './testing/sa-pair.ts';

const same = <T>(value: T): T => value;

const nat = { sourcePort: 4500, destinationPort: 61000 };

describe.each(['IPv4', 'IPv6'] as const)('transport mode over %s', (family) => {
  const packet = aPacket(ends[family]);

  test('the protocol becomes ESP, lengths and checksum are true, and the other end restores the packet', async () => {
    const { outbound, inbound } = await makeSas();
    const sealed = await seal(outbound, packet);
    const layout = laidOut(sealed);

    expect(layout.protocol).toBe(50);
    expect(layout.length).toBe(sealed.length);
    expect(hasGoodHeaderChecksum(sealed)).toBe(true);
    expect(sourceOf(sealed, layout.family)).toEqual(ends[family].source);
    expect(await open(inbound, sealed)).toEqual({ ok: true, value: packet });
  });

  test('in UDP it is a datagram between the two ports, and the other end restores the packet', async () => {
    const { outbound, inbound } = await makeSas({ ...ends[family], udp: nat });
    const sealed = await seal(outbound, packet);
    expect(readUdp(sealed, laidOut(sealed))).toMatchObject(nat);
    expect(await open(inbound, sealed)).toEqual({ ok: true, value: packet });
  });
});

test.each(['transport', 'tunnel'] as const)(
  'in UDP over IPv6 there is a checksum, over IPv4 none: %s',
  async (mode) => {
    for (const [family, { source, destination }] of Object.entries(ends)) {
      const { outbound } = await makeSas({ ...{ mode, source, destination }, udp: nat });
      const payloads = [0, 1, 2, 3, 1000].map((octets) => new Uint8Array(octets).fill(0xff));
      for (const payload of payloads) {
        const sealed = await seal(outbound, writeIp({ source, destination, protocol: 17, payload }));
        const layout = laidOut(sealed);
        expect(u16At(sealed, layout.upperAt + 6) !== 0).toBe(family === 'IPv6');
        expect(readUdp(sealed, layout), 'a checksum that is there is true').toMatchObject(nat);
      }
    }
  },
);

test('over IPv6 ESP goes in after hop-by-hop and routing headers, before destination options for the end', async () => {
  const { outbound, inbound } = await makeSas();
  const headers = concat(header(43), header(60), header(17)); // hop-by-hop, routing, destination options
  const udp = aPacket(ends.IPv6).subarray(40);
  const packet = writeIp({ ...ends.IPv6, protocol: 0, payload: concat(headers, udp) });

  const sealed = await seal(outbound, packet);

  expect(laidOut(sealed)).toMatchObject({ protocol: 50, upperAt: 56 });
  expect(await open(inbound, sealed)).toEqual({ ok: true, value: packet });
});

test('packets go in pieces that begin where IP headers end: only headers that come out of ESP are put to the others', async () => {
  const { outbound, inbound } = await makeSas();
  const udp = aPacket(ends.IPv6);
  const withOptions = writeIp({ ...ends.IPv6, protocol: 60, payload: concat(header(17), udp.subarray(40)) });
  const octetsOfPieces: (readonly number[])[] = [];
  for (const packet of [udp, withOptions]) {
    const sealed = outbound.seal(packet, laidOut(packet), 0);
    const pieces: Gathered = sealed.ok ? await sealed.value : [packet];
    const whole = inOnePiece(pieces);
    const opened = await openInPieces(inbound, whole);
    octetsOfPieces.push(opened.ok ? opened.value.map(({ length }) => length) : []);
    expect(pieces[0].length).toBe(40 + 8 + 8); // IPv6, SPI and sequence number, IV
  }
  expect(octetsOfPieces).toEqual([[40, udp.length - 40], [udp.length + 8]]);
});

test('transport mode protects no fragment', async () => {
  const { outbound } = await makeSas();
  const [fragment] = cutUp(aPacket(ends.IPv4), 16) as [Octets];
  expect(outbound.seal(fragment, laidOut(fragment), 0)).toEqual({ ok: false, error: { code: 'fragment' } });
  expect(outbound.sequence).toBe(0);
});

test('numbers begin at 1, and a copy is refused and counted', async () => {
  const { outbound, inbound } = await makeSas();
  const [first, second] = [await seal(outbound, aPacket(ends.IPv4)), await seal(outbound, aPacket(ends.IPv4))];
  expect([first, second].map((packet) => packet[27])).toEqual([1, 2]);

  expect((await open(inbound, second)).ok).toBe(true);
  expect((await open(inbound, first)).ok).toBe(true);
  expect(await open(inbound, second)).toEqual({ ok: false, error: { code: 'replay', sequence: 2, why: 'seen' } });
  expect(inbound.drops).toEqual({ replay: 1, icv: 0, malformed: 0, selectors: 0 });
  expect(inbound.counters.packets).toBe(2);
});

test('a forged number does not move the window', async () => {
  const { outbound, inbound } = await makeSas();
  const packet = await seal(outbound, aPacket(ends.IPv4));
  expect(await open(inbound, packet.with(24, 0x7f))).toEqual({ ok: false, error: { code: 'icv' } });
  expect(inbound.window.highest).toBe(0);
  expect((await open(inbound, packet)).ok).toBe(true);
});

test('of two copies under way at the same time one is delivered', async () => {
  const protection = await aProtection(suites.gcm256);
  const slow: Protection = {
    ...protection,
    open: async (packet, ivAt, associated, next) => next(await later(protection.open(packet, ivAt, associated, same))),
  };
  const { outbound } = await makeSas();
  const { inbound } = await makeSas({ protection: slow });
  const packet = await seal(outbound, aPacket(ends.IPv4));

  const opened = await Promise.all([1, 2].map(() => open(inbound, packet)));

  expect(opened.map(({ ok }) => ok)).toEqual([true, false]);
});

test('packets sent before the keys are made wait for them', async () => {
  const { outbound } = await makeSas({ protection: aProtection(suites.gcm256) });
  const { inbound } = await makeSas();
  const packet = aPacket(ends.IPv4);
  const sealed = outbound.seal(packet, laidOut(packet), 0);
  expect(sealed.ok && (await open(inbound, inOnePiece(await sealed.value)))).toEqual({ ok: true, value: packet });
});

test('a dummy packet is verified and nothing more', async () => {
  const protection = await aProtection(suites.gcm256);
  const { inbound } = await makeSas();
  const shell = writeIp({ ...ends.IPv4, protocol: 50, payload: new Uint8Array(16) });
  const frame = { spi: 0x101, sequenceLow: 1, sequenceHigh: undefined, iv: new Uint8Array(8) };
  const packet = inOnePiece(await sealEsp(protection, frame, shell, new Uint8Array(40), 59));
  packet.set([packet.length >> 8, packet.length & 255], 2);

  expect(await open(inbound, packet)).toEqual({ ok: false, error: { code: 'dummy' } });
  expect(await open(inbound, packet)).toMatchObject({ error: { code: 'replay' } });
});

test('volume asks for a successor, then ends the SA', async () => {
  const { outbound } = await makeSas({ limits: { rekeyPackets: 2, expirePackets: 3 } });
  const states: string[] = [];
  for (let i = 0; i < 3; i++) {
    await seal(outbound, aPacket(ends.IPv4));
    states.push(outbound.state);
  }
  expect(states).toEqual(['fresh', 'rekeyDue', 'expired']);
  const packet = aPacket(ends.IPv4);
  expect(outbound.seal(packet, laidOut(packet), 0)).toEqual({ ok: false, error: { code: 'volumeEnd' } });
});

describe.each([
  ['32 bits', { hasEsn: false, last: 2 ** 32 - 1 }],
  ['64 bits, as far as numbers are exact', { hasEsn: true, last: Number.MAX_SAFE_INTEGER }],
])('numbers end: %s', (_, { hasEsn, last }) => {
  const packet = aPacket(ends.IPv4);

  test('a successor is due when fifteen sixteenths of them are used', async () => {
    const { outbound } = await makeSas({ hasEsn, sequence: Math.floor((last * 15) / 16) });
    expect(outbound.state).toBe('fresh');
    await seal(outbound, packet);
    expect(outbound.state).toBe('rekeyDue');
  });

  test('the last one is sent, then none: none comes twice', async () => {
    const { outbound, inbound } = await makeSas({ hasEsn, sequence: last - 1 });
    expect(outbound.state).toBe('rekeyDue');
    expect(await open(inbound, await seal(outbound, packet))).toEqual({ ok: true, value: packet });

    expect(outbound.state).toBe('expired');
    expect(outbound.seal(packet, laidOut(packet), 0)).toEqual({ ok: false, error: { code: 'sequenceEnd' } });
    expect(outbound.sequence).toBe(last);
  });
});

describe('extended sequence numbers', () => {
  test('the high half is known to both ends and never sent', async () => {
    const { outbound, inbound } = await makeSas({ hasEsn: true, suite: 'cbc256sha384' });
    const packet = aPacket(ends.IPv4);
    expect(await open(inbound, await seal(outbound, packet))).toEqual({ ok: true, value: packet });
  });

  test('beyond 2^32 the high half is one, and the receiver follows', async () => {
    const protection = await aProtection(suites.gcm256);
    const { outbound, inbound } = await makeSas({ protection, hasEsn: true, sequence: 2 ** 32 - 1 });
    const sealed = await seal(outbound, aPacket(ends.IPv4));

    expect((await open(inbound, sealed)).ok).toBe(true);
    expect(inbound.window.highest).toBe(2 ** 32);
    expect((await openEsp(protection, sealed, 20, 0, same)).ok).toBe(false);
    expect((await openEsp(protection, sealed, 20, 1, same)).ok).toBe(true);
  });
});

test('behind a NAT the checksum speaks of the addresses that the sender saw', async () => {
  const behind = { source: address('192.168.0.7'), destination: ends.IPv4.destination };
  const { outbound } = await makeSas({ udp: nat });
  const { inbound } = await makeSas({ udp: nat, original: behind });
  const sealed = await seal(outbound, aPacket(behind));
  sealed.set(ends.IPv4.source.octets, 12); // what the NAT does

  const opened = await open(inbound, sealed);

  expect(opened.ok && readUdp(opened.value, laidOut(opened.value))).toMatchObject({ source: ends.IPv4.source });
});

test.each([
  ['DCCP', protocols.dccp],
  ['UDP-Lite', protocols.udpLite],
])('and so does that of %s, which stands where that of UDP does (RFC 4340 5.1, RFC 3828 3.1)', async (_, protocol) => {
  const behind = { source: address('192.168.0.7'), destination: ends.IPv4.destination };
  const { outbound } = await makeSas({ udp: nat });
  const { inbound } = await makeSas({ udp: nat, original: behind });
  const packet = writeIp({ ...behind, protocol, payload: new Uint8Array(32).fill(7) });
  setU16(packet, 26, 0);
  setU16(packet, 26, checksumOf(sumUnder(packet, protocol)));
  const sealed = await seal(outbound, packet);
  sealed.set(ends.IPv4.source.octets, 12); // what the NAT does

  const opened = await open(inbound, sealed);

  expect(opened.ok && checksumOf(sumUnder(opened.value, protocol))).toBe(0);
});

/** Of all that a checksum of the upper layer covers. */
function sumUnder(packet: Octets, protocol: number): number {
  const upper = packet.subarray(20);
  return pseudoHeaderSum(sourceOf(packet, 4), destinationOf(packet, 4), protocol, upper.length) + sumOf(upper);
}

/** An IPv6 extension header of eight octets. */
function header(next: number): Octets {
  return Uint8Array.from([next, 0, 1, 4, 0, 0, 0, 0]);
}

async function later<T>(value: Awaitable<T>): Promise<T> {
  await Promise.resolve();
  return value;
}
