/** Messages changed on the wire, as an attacker or a broken peer would. */
import type { Datagram } from '../datagram.ts';
import type { Header, Message, Payload } from '../message/message.ts';
import { readMessage } from '../message/parse.ts';
import { writeMessage } from '../message/write.ts';

export function messageFrom({ octets }: Datagram): Message | undefined {
  const read = readMessage(octets);
  return read.ok ? read.value : undefined;
}

/** The same header but for what is given of it, other payloads. */
export function rewrite(
  datagram: Datagram,
  change: (payloads: readonly Payload[]) => readonly Payload[],
  of: Partial<Header> = {},
): Datagram {
  const message = messageFrom(datagram);
  if (!message) return datagram;
  const header = { ...message.header, ...of };
  return { ...datagram, octets: writeMessage({ header, payloads: change(message.payloads) }) };
}
