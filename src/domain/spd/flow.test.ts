import { expect, test } from 'vitest';
import { utf8 } from '../bytes/octets.ts';
import { address } from '../net/address.ts';
import { writeEcho } from '../net/icmp.ts';
import { writeIp } from '../net/ip.ts';
import { layOut } from '../net/ip-layout.ts';
import { cutUp } from '../net/testing/cut-up.ts';
import { writeUdp } from '../net/udp.ts';
import { flowOf } from './flow.ts';

const [a, b] = [address('10.1.4.7'), address('10.1.4.9')];
const udp = writeUdp({
  source: a,
  destination: b,
  sourcePort: 700,
  destinationPort: 2049,
  payload: new Uint8Array(64),
});

test('local and remote are the two ends seen from here', () => {
  expect(flow(udp, 'outbound')).toEqual({ local: a, remote: b, protocol: 17, localPort: 700, remotePort: 2049 });
  expect(flow(udp, 'inbound')).toEqual({ local: b, remote: a, protocol: 17, localPort: 2049, remotePort: 700 });
});

test('of a packet cut up only the first fragment shows its ports', () => {
  const ports = cutUp(udp, 24).map((fragment) => flow(fragment, 'outbound').localPort);
  expect(ports).toEqual([700, undefined, undefined]);
});

test.each([
  ['SCTP', 132],
  ['DCCP', 33],
  ['UDP-Lite', 136],
])('%s has its ports where TCP has them (RFC 4301 4.4.1.1)', (_, protocol) => {
  const packet = writeIp({ source: a, destination: b, protocol, payload: Uint8Array.of(2, 188, 8, 1, 0, 0, 0, 0) });
  expect(flow(packet, 'outbound')).toEqual({ local: a, remote: b, protocol, localPort: 700, remotePort: 2049 });
});

test('a mobility header shows its type in the high octet', () => {
  const [source, destination] = [address('2001:db8::1'), address('2001:db8::2')];
  const update = Uint8Array.of(59, 0, 5, 0, 0, 0, 0, 0);
  expect(flow(writeIp({ source, destination, protocol: 135, payload: update }), 'outbound')).toMatchObject({
    ...{ protocol: 135, localPort: 0x0500, remotePort: 0x0500 },
  });
});

test('ICMP shows type and code on both sides', () => {
  const echo = writeEcho({ kind: 'request', source: a, destination: b, identifier: 1, sequence: 1, data: utf8('x') });
  expect(flow(echo, 'outbound')).toMatchObject({ protocol: 1, localPort: 0x0800, remotePort: 0x0800 });
});

function flow(packet: typeof udp, direction: 'inbound' | 'outbound') {
  const layout = layOut(packet);
  if (!layout.ok) throw new Error(layout.error.code);
  return flowOf([packet], layout.value, direction);
}
