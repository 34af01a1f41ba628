/** A packet is dropped by the rule of its own IP. */
import { expect, test } from 'vitest';
import type { Octets } from '../bytes/octets.ts';
import { address } from '../net/address.ts';
import { writeUdp } from '../net/udp.ts';
import { aPolicy } from '../spd/testing/builders.ts';
import { twoBoundaries } from './testing/two-boundaries.ts';
import { anEnd, twoEndsOfAPair } from './testing/two-paths.ts';

const ipv4 = { source: address('10.2.2.2'), destination: address('10.1.1.1') };
const ipv6 = { source: address('2001:db8::2'), destination: address('2001:db8::1') };

test.each([
  ['IPv4', 4, ipv4, 'RFC 1122 3.2.1'],
  ['IPv6', 6, ipv6, 'RFC 8200 3'],
] as const)('one that is cut short, in or out (%s)', async (_, family, ends, rfcSection) => {
  const { cluster } = await twoBoundaries();
  const cutShort = aDatagram(ends, 100).subarray(0, 90);

  cluster.send(cutShort);
  cluster.boundary.receiveIp(cutShort, 0);

  const drop = { why: 'malformed', family, rfcSection };
  expect(cluster.drops).toMatchObject([
    { ...drop, direction: 'outbound' },
    { ...drop, direction: 'inbound' },
  ]);
});

test.each([
  ['IPv4', ipv4, '0.0.0.0/0', 'RFC 791 3.1'],
  ['IPv6', ipv6, '::/0', 'RFC 8200 3'],
] as const)('one that would be too long with ESP (%s)', async (_, ends, everything, rfcSection) => {
  const policy = aPolicy('nfs', everything, everything);
  const end = anEnd({ policies: [policy] });
  const { cluster } = await twoEndsOfAPair({ selectors: { lif: policy.local, host: policy.remote } });
  end.path.install(cluster, 0);

  expect(end.path.sendIp(aDatagram(ends, 65_450), 0)).toMatchObject({ drop: { why: 'tooLong', rfcSection } });
});

function aDatagram(ends: typeof ipv4, octets: number): Octets {
  return writeUdp({ ...ends, sourcePort: 700, destinationPort: 2049, payload: new Uint8Array(octets) });
}
