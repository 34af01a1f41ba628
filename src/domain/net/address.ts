/**
 * IP addresses as values. Text is read strictly: four decimal parts for IPv4 (no `10.1`, no leading zeros, no octal), any form of
 * RFC 4291 2.2 for IPv6 but no zone. IPv6 is printed compressed (RFC 5952), so equal addresses print equal.
 */
import ipaddr from 'ipaddr.js';
import { compareOctets, type Octets } from '../bytes/octets.ts';
import { err, ok, type Result } from '../bytes/result.ts';

export interface IpAddress {
  readonly family: 4 | 6;
  /** 4 or 16 octets in network order; may be a view into a packet. */
  readonly octets: Octets;
}

export type AddressRefusal = { readonly code: 'notAnAddress'; readonly text: string };

export function parseAddress(text: string): Result<IpAddress, AddressRefusal> {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ok({ family: 4, octets: octetsOf(text) });
  if (!text.includes('%') && ipaddr.IPv6.isValid(text)) return ok({ family: 6, octets: octetsOf(text) });
  return err({ code: 'notAnAddress', text });
}

export function printAddress(address: IpAddress): string {
  if (address.family === 4) return address.octets.join('.');
  return new ipaddr.IPv6(Array.from(address.octets)).toRFC5952String();
}

/** The address of 4 or 16 octets; undefined for any other count. */
export function addressOf(octets: Octets): IpAddress | undefined {
  if (octets.length === 4) return { family: 4, octets };
  if (octets.length === 16) return { family: 6, octets };
  return undefined;
}

/** A constant of the source code: text that is no address is a bug. */
export function address(text: string): IpAddress {
  const parsed = parseAddress(text);
  if (!parsed.ok) throw new Error(`not an address: ${text}`);
  return parsed.value;
}

/** IPv4 before IPv6, then by value. */
export function compareAddresses(a: IpAddress, b: IpAddress): number {
  return a.family - b.family || compareOctets(a.octets, b.octets);
}

export function equalAddresses(a: IpAddress, b: IpAddress): boolean {
  return a.family === b.family && compareOctets(a.octets, b.octets) === 0;
}

function octetsOf(text: string): Octets {
  return new Uint8Array(ipaddr.parse(text).toByteArray());
}
