/**
 * IP protocol numbers and their names (IANA protocol-numbers). A number without a name prints as itself.
 */
import { err, ok, type Result } from '../bytes/result.ts';

export const protocols = {
  hopByHop: 0,
  icmp: 1,
  ipv4: 4,
  tcp: 6,
  udp: 17,
  dccp: 33,
  ipv6: 41,
  routing: 43,
  fragment: 44,
  esp: 50,
  ah: 51,
  icmpv6: 58,
  noNext: 59,
  destinationOptions: 60,
  sctp: 132,
  mobility: 135,
  udpLite: 136,
} as const;

/** A selector's protocol that matches every protocol (RFC 7296 3.13.1); the same number as the hop-by-hop header's. */
export const anyProtocol = 0;

const names: ReadonlyMap<number, string> = new Map([
  [0, 'any'],
  [1, 'icmp'],
  [4, 'ipencap'],
  [6, 'tcp'],
  [17, 'udp'],
  [33, 'dccp'],
  [41, 'ipv6'],
  [47, 'gre'],
  [50, 'esp'],
  [51, 'ah'],
  [58, 'ipv6-icmp'],
  [89, 'ospf'],
  [132, 'sctp'],
  [135, 'mobility-header'],
  [136, 'udplite'],
]);

const numbers: ReadonlyMap<string, number> = new Map([
  ...Array.from(names, ([number, name]) => [name, number] as const),
  ['icmpv6', 58],
]);

export type ProtocolRefusal = { readonly code: 'notAProtocol'; readonly text: string };

/** A name in any case, or a number from 0 to 255. */
export function parseProtocol(text: string): Result<number, ProtocolRefusal> {
  const named = numbers.get(text.toLowerCase());
  if (named !== undefined) return ok(named);
  if (/^(0|[1-9]\d{0,2})$/.test(text) && Number(text) <= 255) return ok(Number(text));
  return err({ code: 'notAProtocol', text });
}

export function printProtocol(protocol: number): string {
  return names.get(protocol) ?? String(protocol);
}

/** ICMP in either family: its selectors carry type and code where others carry ports. */
export function isIcmp(protocol: number): boolean {
  return protocol === protocols.icmp || protocol === protocols.icmpv6;
}
