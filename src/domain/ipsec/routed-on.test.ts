/** Packets that their headers send on by way of others (RFC 791 3.1, RFC 8200 4.4). */
import { expect, test } from 'vitest';
import { inOnePiece } from '../bytes/gathered.ts';
import { concat, type Octets } from '../bytes/octets.ts';
import { laidOut, makeSas } from '../esp/testing/sa-pair.ts';
import { address } from '../net/address.ts';
import { fitHeader, writeIp } from '../net/ip.ts';
import { aSelector } from '../spd/testing/builders.ts';
import { hostAddress, lifAddress, message, twoBoundaries } from './testing/two-boundaries.ts';
import { anEnd, twoEndsOfAPair } from './testing/two-paths.ts';

/** A routing header with one segment left. */
const routedIpv6 = writeIp({
  ...{ source: address('2001:db8::1'), destination: address('2001:db8::99'), protocol: 43 },
  payload: concat(Uint8Array.of(6, 2, 2, 1, 0, 0, 0, 0), address('2001:db8::2').octets, new Uint8Array(20)),
});

test.each([
  ['IPv4', routed(message(hostAddress, lifAddress)), 'RFC 791 3.1'],
  ['IPv6', routedIpv6, 'RFC 8200 4.4'],
])(
  'such a packet of ours goes nowhere: its policy is that of its last destination (%s)',
  async (_, packet, rfcSection) => {
    const end = anEnd();
    expect(end.path.sendIp(packet, 0)).toMatchObject({ fate: 'dropped', drop: { why: 'routedOn', rfcSection } });
    expect(await end.sent()).toEqual([]);
  },
);

test('one that comes is for somebody else, in clear as under ESP', async () => {
  const world = await twoBoundaries();
  const { host, cluster } = world;
  host.send(message(hostAddress, lifAddress));
  await world.run();
  host.send(message(hostAddress, lifAddress));
  const [sealed] = host.transmitted.slice(-1);
  for (const packet of [routedIpv6, routed(sealed as Octets)]) cluster.boundary.receiveIp(packet, 0);
  await cluster.boundary.settle();
  expect(cluster.drops).toMatchObject([
    { why: 'routedOn', rfcSection: 'RFC 8200 4.4' },
    { why: 'routedOn', rfcSection: 'RFC 791 3.1' },
  ]);
});

test('and so is one that comes out of a tunnel', async () => {
  const { outbound, inbound } = await makeSas({ mode: 'tunnel' });
  const everything = [aSelector('::/0')];
  const { cluster } = await twoEndsOfAPair({ selectors: { lif: everything, host: everything } });
  const end = anEnd();
  end.path.install({ ...cluster, inbound }, 0);
  const sealed = outbound.seal(routedIpv6, laidOut(routedIpv6), 0);
  if (sealed.ok) end.receive(inOnePiece(await sealed.value));
  expect(await end.got()).toEqual([]);
  expect(end.drops).toMatchObject([{ why: 'routedOn', rfcSection: 'RFC 8200 4.4' }]);
});

/** The same with a loose source route that has one address to go. */
function routed(packet: Octets): Octets {
  const options = Uint8Array.of(131, 7, 4, 192, 0, 2, 1, 0);
  const longer = concat(packet.subarray(0, 20), options, packet.subarray(20));
  longer[0] = 0x47;
  fitHeader(longer, longer.length);
  return longer;
}
