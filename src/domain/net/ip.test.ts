import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseHex, toHex } from '../bytes/hex.ts';
import { concat, type Octets, utf8 } from '../bytes/octets.ts';
import { address, type IpAddress } from './address.ts';
import { readEcho, writeEcho } from './icmp.ts';
import { hasGoodHeaderChecksum, writeIp } from './ip.ts';
import { type IpLayout, layOut } from './ip-layout.ts';
import { readTcp, tcpFlags, writeTcp } from './tcp.ts';
import { readUdp, writeUdp } from './udp.ts';

const [v4a, v4b, v6a, v6b] = [address('10.1.4.7'), address('10.1.4.9'), address('2001:db8::7'), address('2001:db8::9')];

describe('IPv4', () => {
  test('a header that a kernel wrote is laid out, and its checksum is good', () => {
    const packet = octets('45000054090400004001f988c0a87b03c0a87bc8', 64); // RFC 3602 case 7
    expect(laidOut(packet)).toMatchObject({ family: 4, length: 84, protocol: 1, upperAt: 20, splitAt: 20 });
    expect(hasGoodHeaderChecksum(packet)).toBe(true);
    expect(hasGoodHeaderChecksum(packet.with(8, 63))).toBe(false);
  });

  test('options stand before the upper layer', () => {
    const packet = writeIp({ source: v4a, destination: v4b, protocol: 6, payload: new Uint8Array(8) });
    packet[0] = 0x46;
    expect(laidOut(packet)).toMatchObject({ upperAt: 24, protocol: 6 });
  });

  test.each([
    ['loose', [131, 7, 4, 192, 0, 2, 1, 0], true],
    ['strict, behind a no-operation', [1, 137, 7, 4, 192, 0, 2, 1], true],
    ['loose, used up', [131, 7, 8, 192, 0, 2, 1, 0], false],
    ['behind the end of options', [0, 131, 7, 4, 192, 0, 2, 1], false],
    ['another option', [148, 4, 0, 0, 0, 0, 0, 0], false],
    ['an option that has no length', [148, 0, 131, 7, 4, 0, 0, 0], false],
    ['an option that runs out of the header', [131, 9, 4, 192, 0, 2, 1, 0], false],
  ])('a source route that has a way to go is seen: %s', (_, options, isRoutedOn) => {
    const payload = Uint8Array.from([...options, ...new Uint8Array(8)]);
    const packet = writeIp({ source: v4a, destination: v4b, protocol: 6, payload });
    packet[0] = 0x47;
    expect(laidOut(packet).isRoutedOn).toBe(isRoutedOn);
  });

  test('a fragment says where it goes and whether more follow', () => {
    const packet = writeIp({
      source: v4a,
      destination: v4b,
      protocol: 17,
      payload: new Uint8Array(8),
      identification: 9,
    });
    packet.set([0x20, 0x03], 6);
    expect(laidOut(packet).fragment).toMatchObject({ identification: 9, offset: 24, hasMore: true });
  });

  test.each([
    ['', { code: 'notIp', version: 0 }],
    ['45', { code: 'truncated', field: 'IPv4 header', needed: 20, got: 1 }],
    [`44${'00'.repeat(19)}`, { code: 'badHeader', field: 'header length', got: 16 }],
    [`45000013${'00'.repeat(16)}`, { code: 'badHeader', field: 'total length', got: 19 }],
    [`45000018${'00'.repeat(16)}`, { code: 'truncated', field: 'IPv4 packet', needed: 24, got: 20 }],
  ])('%s is refused', (hex, error) => {
    expect(layOut(octets(hex))).toEqual({ ok: false, error });
  });
});

describe('IPv6', () => {
  const tcp = new Uint8Array(20);

  test('a second fragment header, which would hide the first, is refused (RFC 8200 4.1)', () => {
    const packet = ipv6(44, [44, 8, 6, 8], tcp);
    packet[43] = 1; // more follow, says the first

    expect(layOut(packet)).toEqual({ ok: false, error: { code: 'badHeader', field: 'extension header', got: 44 } });
  });

  test('extension headers are walked to the upper protocol; ESP goes in before the last destination options', () => {
    const packet = ipv6(0, [43, 8, 60, 8, 6], tcp); // hop-by-hop, routing, destination options, TCP
    expect(laidOut(packet)).toMatchObject({
      protocol: 6,
      upperAt: 64,
      splitAt: 56,
      splitProtocol: 60,
      splitProtocolAt: 48,
      protocolAt: 56,
    });
  });

  test('destination options for the routing header stay before ESP', () => {
    const packet = ipv6(60, [43, 8, 6], tcp);
    expect(laidOut(packet)).toMatchObject({ protocol: 6, upperAt: 56, splitAt: 56, splitProtocol: 6 });
  });

  test.each([
    [0, false],
    [1, true],
  ])('a routing header with %i segments left', (segmentsLeft, isRoutedOn) => {
    const packet = ipv6(0, [43, 8, 6, 24], tcp);
    packet.set([2, 2, segmentsLeft], 49);
    expect(laidOut(packet)).toMatchObject({ protocol: 6, upperAt: 72 });
    expect(laidOut(packet).isRoutedOn).toBe(isRoutedOn);
  });

  test('a later fragment shows no upper layer beyond its header', () => {
    const packet = ipv6(44, [60, 8], tcp); // the fragment header announces destination options, which are elsewhere
    packet.set([0x05, 0xa9, 0, 0, 0, 7], 42);
    expect(laidOut(packet)).toMatchObject({
      protocol: 60,
      upperAt: 48,
      fragment: { identification: 7, offset: 0x5a8, hasMore: true, partAt: 48, announcedAt: 6 },
    });
  });

  test('a fragment header on a whole packet is no fragment', () => {
    const packet = ipv6(44, [6, 8], tcp);
    expect(laidOut(packet)).toMatchObject({ protocol: 6, upperAt: 48 });
    expect(laidOut(packet).fragment).toBeUndefined();
  });

  test('an extension header that runs out of the packet is refused', () => {
    const packet = ipv6(0, [6, 8], new Uint8Array(0));
    packet[41] = 9;
    expect(layOut(packet)).toMatchObject({ ok: false, error: { code: 'truncated', field: 'extension header 0' } });
  });
});

test('no octets make the walk throw, and none that it finds lie outside the packet', () => {
  const starts = fc.constantFrom(
    [0x45],
    [0x4f],
    [0x60, 0, 0, 0, 0, 16, 0],
    [0x60, 0, 0, 0, 0, 40, 44],
    [0x60, 0, 0, 0, 0, 64, 60],
  );
  fc.assert(
    fc.property(starts, fc.uint8Array({ maxLength: 160 }), (start, rest) => {
      const packet = Uint8Array.from([...start, ...rest]);
      const result = layOut(packet);
      if (!result.ok) return;
      const { upperAt, splitAt, length } = result.value;
      expect(splitAt).toBeLessThanOrEqual(upperAt);
      expect(upperAt).toBeLessThanOrEqual(length);
      expect(length).toBeLessThanOrEqual(packet.length);
    }),
    { seed: 1, numRuns: 2000 },
  );
});

describe.each([
  ['IPv4', v4a, v4b],
  ['IPv6', v6a, v6b],
])('over %s', (_family, source, destination) => {
  test('a UDP datagram is read as it was written, and refused when an octet changed', () => {
    const datagram = { source, destination, sourcePort: 500, destinationPort: 4500, payload: utf8('an odd payload.') };
    const packet = writeUdp(datagram);
    expect(readUdp(packet, laidOut(packet))).toEqual(datagram);
    expectEveryFlipRefused(packet, readUdp);
  });

  test('a TCP segment is read as it was written, and refused when an octet changed', () => {
    const segment = {
      ...{ source, destination, sourcePort: 51034, destinationPort: 2049, sequence: 0xfffffff0, acknowledgement: 7 },
      ...{ flags: tcpFlags.psh | tcpFlags.ack, window: 65535, payload: utf8('NFS') },
    };
    const packet = writeTcp(segment);
    expect(readTcp(packet, laidOut(packet))).toEqual(segment);
    expectEveryFlipRefused(packet, readTcp);
  });

  test('an echo is read as it was written, and refused when an octet changed', () => {
    const echo = { kind: 'request', source, destination, identifier: 1, sequence: 2, data: utf8('ping') } as const;
    const packet = writeEcho(echo);
    expect(readEcho(packet, laidOut(packet))).toEqual(echo);
    expectEveryFlipRefused(packet, readEcho);
  });
});

test.each([
  ['IPv4', v4a, v4b, true],
  ['IPv6', v6a, v6b, false], // RFC 8200 8.1
] as const)(
  'a UDP checksum of zero says that there is none, which %s alone allows',
  (_, source, destination, isTaken) => {
    const packet = writeUdp({ source, destination, sourcePort: 4500, destinationPort: 4500, payload: utf8('esp') });
    const layout = laidOut(packet);
    packet.fill(0, layout.upperAt + 6, layout.upperAt + 8);
    expect(readUdp(packet, layout) !== undefined).toBe(isTaken);
  },
);

test('a UDP checksum that comes to zero is written as all ones (RFC 768)', () => {
  const datagram = { source: v4a, destination: v4b, sourcePort: 4500, destinationPort: 4500 };
  const checksum = writeUdp({ ...datagram, payload: new Uint8Array(2) }).slice(26, 28);
  const packet = writeUdp({ ...datagram, payload: checksum });
  expect(toHex(packet.subarray(26, 28))).toBe('ffff');
  expect(readUdp(packet, laidOut(packet))).toMatchObject({ payload: checksum });
});

test('an echo request that a kernel sent is read', () => {
  const packet = octets(
    '4500003c99c300008001cb7c40679318010101010800085c020043006162636465666768696a6b6c6d6e6f7071727374757677616263646566676869',
  );
  expect(readEcho(packet, laidOut(packet))).toMatchObject({ kind: 'request', identifier: 0x200, sequence: 0x4300 });
});

/** Each octet of the upper layer wrong in one bit. */
function expectEveryFlipRefused(packet: Octets, read: (packet: Octets, layout: IpLayout) => unknown): void {
  const layout = laidOut(packet);
  for (let i = layout.upperAt; i < packet.length; i++) {
    const flipped = packet.with(i, (packet[i] as number) ^ 1);
    const isUdpSum =
      layout.protocol === 17 && toHex(flipped.subarray(layout.upperAt + 6, layout.upperAt + 8)) === '0000';
    if (!isUdpSum) expect(read(flipped, layout)).toBeUndefined();
  }
}

/** An IPv6 packet with extension headers: pairs of what follows one and its octets. */
function ipv6(first: number, chain: readonly number[], upper: Octets): Octets {
  const headers: Octets[] = [];
  for (let i = 0; i < chain.length; i += 2) {
    const header = new Uint8Array(chain[i + 1] ?? 8);
    header[0] = chain[i] as number;
    headers.push(header);
  }
  return writeIp({
    source: v6a as IpAddress,
    destination: v6b as IpAddress,
    protocol: first,
    payload: concat(...headers, upper),
  });
}

function laidOut(packet: Octets): IpLayout {
  const layout = layOut(packet);
  if (!layout.ok) throw new Error(layout.error.code);
  return layout.value;
}

function octets(hex: string, zeros = 0): Octets {
  return concat(parseHex(hex) as Octets, new Uint8Array(zeros));
}
