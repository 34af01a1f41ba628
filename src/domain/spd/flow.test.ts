import { expect, test } from 'vitest';
import { utf8 } from '../bytes/octets.ts';
import { address } from '../net/address.ts';
import { writeEcho } from '../net/icmp.ts';
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

test('ICMP shows type and code on both sides', () => {
  const echo = writeEcho({ kind: 'request', source: a, destination: b, identifier: 1, sequence: 1, data: utf8('x') });
  expect(flow(echo, 'outbound')).toMatchObject({ protocol: 1, localPort: 0x0800, remotePort: 0x0800 });
});

function flow(packet: typeof udp, direction: 'inbound' | 'outbound') {
  const layout = layOut(packet);
  if (!layout.ok) throw new Error(layout.error.code);
  return flowOf([packet], layout.value, direction);
}
