/**
 * To which conversation of two applications a packet belongs, in whichever direction it goes: addresses, protocol and ports, or
 * of an echo its identifier. What neither direction tells (ICMP's other messages, a later fragment) belongs to none.
 */
import type { Octets } from '../bytes/octets.ts';
import { echoIdentifierOf } from '../net/icmp.ts';
import type { IpLayout } from '../net/ip-layout.ts';
import { isIcmp, protocols } from '../net/protocol.ts';
import { tcpFlags } from '../net/tcp.ts';
import type { Flow } from '../spd/flow.ts';

export interface Conversation {
  /** Names it; not to be read. */
  readonly key: string;
  /** How long it is remembered when nothing more is heard of it. */
  readonly keepMs: number;
}

const minuteMs = 60_000;
/** What a NAT keeps at least, since a NAT is why we keep it: RFC 5382 5 (TCP), RFC 4787 4.3 (UDP). */
const keepMs = { tcp: 124 * minuteMs, tcpAtItsEnd: 4 * minuteMs, other: 5 * minuteMs };

/** `flow` is the packet's. */
export function conversationOf(packet: Octets, layout: IpLayout, flow: Flow): Conversation | undefined {
  const ports = isIcmp(layout.protocol) ? echoIdentifierOf(packet, layout) : portsOf(flow);
  if (ports === undefined) return undefined;
  const ends = String.fromCharCode(...flow.local.octets, ...flow.remote.octets);
  return { key: `${layout.protocol} ${ports} ${ends}`, keepMs: keepMsOf(packet, layout) };
}

const portsOf = ({ localPort, remotePort }: Flow): string | undefined =>
  localPort === undefined || remotePort === undefined ? undefined : `${localPort} ${remotePort}`;

function keepMsOf(packet: Octets, { protocol, upperAt }: IpLayout): number {
  if (protocol !== protocols.tcp) return keepMs.other;
  const isAtItsEnd = ((packet[upperAt + 13] ?? 0) & (tcpFlags.fin | tcpFlags.rst)) !== 0;
  return isAtItsEnd ? keepMs.tcpAtItsEnd : keepMs.tcp;
}
