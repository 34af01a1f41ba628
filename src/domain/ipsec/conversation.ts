/**
 * To which conversation of two applications a packet belongs, in whichever direction it goes: protocol and ports, or of an echo
 * its identifier. What neither direction tells (ICMP's other messages, a later fragment) belongs to none, but an error that goes out
 * belongs where the packet came from that it quotes.
 */
import type { Gathered } from '../bytes/gathered.ts';
import { echoIdentifierOf, quotedIn } from '../net/icmp.ts';
import { type IpLayout, layOut, upperLayerOf } from '../net/ip-layout.ts';
import { isIcmp, protocols } from '../net/protocol.ts';
import { tcpFlags } from '../net/tcp.ts';
import { type Flow, flowOf } from '../spd/flow.ts';

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

/** What an error must quote behind the IP header (RFC 792). */
const quotedOctets = 8;

/** Of a packet that goes out and is an ICMP error: the conversation of what it quotes, which came in. */
export function quotedConversationOf([packet]: Gathered, layout: IpLayout): Conversation | undefined {
  const quoted = quotedIn(packet, layout);
  const whole = quoted && layOut(quoted, Number.POSITIVE_INFINITY); // only its beginning is quoted
  if (!whole?.ok || quoted === undefined || quoted.length < whole.value.upperAt + quotedOctets) return undefined;
  return conversationOf([quoted], whole.value, flowOf([quoted], whole.value, 'inbound'));
}

const minuteMs = 60_000;

/** How long it is remembered after this packet: what a NAT keeps at least, since a NAT is why (RFC 5382 5, RFC 4787 4.3). */
export function rememberedMs(packet: Gathered, layout: IpLayout): number {
  if (layout.protocol !== protocols.tcp) return 5 * minuteMs;
  const isAtItsEnd = ((upperLayerOf(packet, layout)[13] ?? 0) & (tcpFlags.fin | tcpFlags.rst)) !== 0;
  return (isAtItsEnd ? 4 : 124) * minuteMs;
}
