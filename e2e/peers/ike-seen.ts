/** IKE on a guest's cable as anybody sees it: who sends what, whatever a daemon's log says of it. On port 500, so without a NAT. */
import { inOnePiece } from '../../src/domain/bytes/gathered.ts';
import type { Octets } from '../../src/domain/bytes/octets.ts';
import type { Message } from '../../src/domain/ike/message/message.ts';
import { readMessage } from '../../src/domain/ike/message/parse.ts';
import { find } from '../../src/domain/ike/message/payloads.ts';
import { layOut } from '../../src/domain/net/ip-layout.ts';
import { readUdp } from '../../src/domain/net/udp.ts';
import type { EthernetLink } from './ethernet-link.ts';

export interface SeenMessage extends Message {
  readonly from: 'own' | 'guest';
}

/** Grows from now on, as long as the cable stays. */
export function watchIke(link: EthernetLink): readonly SeenMessage[] {
  const seen: SeenMessage[] = [];
  link.cable = (packet, from, carry) => {
    const message = messageIn(inOnePiece(packet));
    if (message) seen.push({ ...message, from });
    carry();
  };
  return seen;
}

export const isFragment = ({ payloads }: Message): boolean => find(payloads, 'SKF') !== undefined;

function messageIn(packet: Octets): Message | undefined {
  const layout = layOut(packet);
  const datagram = layout.ok ? readUdp(packet, layout.value) : undefined;
  const message = datagram && readMessage(datagram.payload);
  return message?.ok ? message.value : undefined;
}
