/** IKE fragments (RFC 7383) on a guest's cable: how many each end sends, whatever a daemon's log says of it. */
import { inOnePiece } from '../../src/domain/bytes/gathered.ts';
import type { Octets } from '../../src/domain/bytes/octets.ts';
import { readMessage } from '../../src/domain/ike/message/parse.ts';
import { find } from '../../src/domain/ike/message/payloads.ts';
import { layOut } from '../../src/domain/net/ip-layout.ts';
import { readUdp } from '../../src/domain/net/udp.ts';
import type { EthernetLink } from './ethernet-link.ts';

/** Counts from now on, as long as the cable stays. IKE on port 500, so without a NAT. */
export function countFragments(link: EthernetLink): Readonly<Record<'own' | 'guest', number>> {
  const counts = { own: 0, guest: 0 };
  link.cable = (packet, from, carry) => {
    if (isFragment(inOnePiece(packet))) counts[from] += 1;
    carry();
  };
  return counts;
}

function isFragment(packet: Octets): boolean {
  const layout = layOut(packet);
  const datagram = layout.ok ? readUdp(packet, layout.value) : undefined;
  const message = datagram && readMessage(datagram.payload);
  return message?.ok === true && find(message.value.payloads, 'SKF') !== undefined;
}
