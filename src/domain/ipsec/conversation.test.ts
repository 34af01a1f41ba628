import { expect, test } from 'vitest';
import type { Octets } from '../bytes/octets.ts';
import { address } from '../net/address.ts';
import { writeEcho } from '../net/icmp.ts';
import { writeIp } from '../net/ip.ts';
import { type IpLayout, layOut } from '../net/ip-layout.ts';
import { protocols } from '../net/protocol.ts';
import { writeUdp } from '../net/udp.ts';
import { flowOf } from '../spd/flow.ts';
import { type Conversation, conversationOf, quotedConversationOf } from './conversation.ts';

const families = {
  IPv4: { ends: { source: address('10.0.0.7'), destination: address('10.0.0.1') }, icmp: protocols.icmp, type: 3 },
  IPv6: { ends: { source: address('fd00::7'), destination: address('fd00::1') }, icmp: protocols.icmpv6, type: 1 },
} as const;

test.each(['IPv4', 'IPv6'] as const)('an error about a packet is of its conversation, %s', (family) => {
  const { ends, icmp, type } = families[family];
  const came = [
    writeUdp({ ...ends, sourcePort: 700, destinationPort: 111, payload: new Uint8Array(1400) }),
    writeEcho({ ...ends, kind: 'request', identifier: 7, sequence: 1, data: new Uint8Array(1400) }),
  ];
  const of = (packet: Octets): Conversation | undefined =>
    conversationOf([packet], laidOut(packet), flowOf([packet], laidOut(packet), 'inbound'));
  const error = (first: number, quoted: Octets) => {
    const payload = new Uint8Array(8 + quoted.length);
    payload.set([first]);
    payload.set(quoted, 8);
    const answer = { source: ends.destination, destination: ends.source };
    const packet = writeIp({ ...answer, protocol: icmp, payload });
    return quotedConversationOf([packet], laidOut(packet));
  };

  expect(came.map((packet) => error(type, packet.subarray(0, 64)))).toEqual(came.map(of));
  expect(new Set(came.map(of)).size).toBe(2);
  for (const packet of came) {
    for (let quoted = 0; quoted < 28; quoted++) expect(error(type, packet.subarray(0, quoted))).toBeUndefined();
    expect(error(200, packet.subarray(0, 64)), 'no error').toBeUndefined();
  }
});

function laidOut(packet: Octets): IpLayout {
  const layout = layOut(packet);
  if (!layout.ok) throw new Error(layout.error.code);
  return layout.value;
}
