/**
 * To which conversation of two applications a packet belongs, in whichever direction it goes: protocol and ports, or of an echo
 * its identifier. What neither direction tells (ICMP's other messages, a later fragment) belongs to none.
 */
import type { Gathered } from '../bytes/gathered.ts';
import { echoIdentifierOf } from '../net/icmp.ts';
import { type IpLayout, upperLayerOf } from '../net/ip-layout.ts';
import { isIcmp, protocols } from '../net/protocol.ts';
import { tcpFlags } from '../net/tcp.ts';
import type { Flow } from '../spd/flow.ts';

/** Names a conversation between two addresses; not to be read. */
export type Conversation = number;

/** `flow` is the packet's. */
export function conversationOf(packet: Gathered, layout: IpLayout, flow: Flow): Conversation | undefined {
  const isEcho = isIcmp(layout.protocol);
  const local = isEcho ? 0 : flow.localPort;
  const remote = isEcho ? echoIdentifierOf(packet, layout) : flow.remotePort;
  if (local === undefined || remote === undefined) return undefined;
  return (layout.protocol * 0x1_0000 + local) * 0x1_0000 + remote;
}

const minuteMs = 60_000;

/** How long it is remembered after this packet: what a NAT keeps at least, since a NAT is why (RFC 5382 5, RFC 4787 4.3). */
export function rememberedMs(packet: Gathered, layout: IpLayout): number {
  if (layout.protocol !== protocols.tcp) return 5 * minuteMs;
  const isAtItsEnd = ((upperLayerOf(packet, layout)[13] ?? 0) & (tcpFlags.fin | tcpFlags.rst)) !== 0;
  return (isAtItsEnd ? 4 : 124) * minuteMs;
}
