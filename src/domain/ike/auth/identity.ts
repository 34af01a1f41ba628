/**
 * Identities (RFC 7296 3.5) and what a policy expects of the peer's (RFC 4301 4.4.3.1).
 *
 * Types never mix: an FQDN that reads like an address is no address. ID types 4 and 6 (address and mask), 7 and 8 (two addresses)
 * are not of IKEv2; strongSwan sends them for `id = a/n` and `id = a-b`, and an ONTAP endpoint whose policy names no identity the
 * former, hence all are known.
 */
import { parseHex, toHex } from '../../bytes/hex.ts';
import { compareOctets, concat, inAsciiLowerCase, type Octets, textOf, utf8 } from '../../bytes/octets.ts';
import { addressOf, compareAddresses, type IpAddress, parseAddress, printAddress } from '../../net/address.ts';
import { bitsOf, firstAddress, lastAddress, type Prefix } from '../../net/prefix.ts';
import {
  type DistinguishedName,
  equalNames,
  matchesName,
  matchesNameInAnyOrder,
  parseName,
  parseNameText,
  printName,
  writeName,
} from '../../pki/distinguished-name.ts';
import type { GeneralName } from '../../pki/general-name.ts';
import { idTypes } from '../message/names.ts';

const id = idTypes.numbers;

export interface Identity {
  readonly type: number;
  readonly data: Octets;
}

export type IdentityPattern =
  | { readonly kind: 'any' }
  /** Equal in type and value; FQDN and mail without regard to case. */
  | { readonly kind: 'exactly'; readonly identity: Identity }
  /** `*.example.com`, `*@example.com`: something, then the suffix. */
  | { readonly kind: 'suffix'; readonly type: number; readonly suffix: string }
  /** A distinguished name in which a value `*` stands for any. */
  | { readonly kind: 'name'; readonly name: DistinguishedName; readonly isInAnyOrder?: true }
  /** An address, or a whole subnet or range, between two addresses. */
  | ({ readonly kind: 'range' } & Range);

interface Range {
  readonly start: IpAddress;
  readonly end: IpAddress;
}

export const anyIdentity: IdentityPattern = { kind: 'any' };

export const exactly = (identity: Identity): IdentityPattern => ({ kind: 'exactly', identity });

export const addressIdentity = (address: IpAddress): Identity => ({
  type: address.family === 4 ? id.ID_IPV4_ADDR : id.ID_IPV6_ADDR,
  data: address.octets,
});

/** Address and mask, types 4 and 6. */
export const subnetIdentity = (prefix: Prefix): Identity => ({
  type: prefix.address.family === 4 ? id.ID_IPV4_ADDR_SUBNET : id.ID_IPV6_ADDR_SUBNET,
  data: concat(firstAddress(prefix).octets, maskOf(prefix)),
});

/** The first and the last address, types 7 and 8. */
const rangeIdentity = ({ start, end }: Range): Identity => ({
  type: start.family === 4 ? id.ID_IPV4_ADDR_RANGE : id.ID_IPV6_ADDR_RANGE,
  data: concat(start.octets, end.octets),
});

/**
 * As peers write it: `@name`, `@#hex`, `C=CH, CN=a`, `a@b`, an address, `a/n`, `a-b`; what else has `=` or `:` in it a key id, and
 * the rest a name. Undefined where it names no one.
 */
export function parseIdentity(text: string): Identity | undefined {
  if (text === '' || text.includes('*') || text.startsWith('%')) return undefined;
  const name = nameIn(text);
  if (name) return { type: id.ID_DER_ASN1_DN, data: writeName(name) };
  if (text.includes('=')) return { type: id.ID_KEY_ID, data: utf8(text) };
  if (text.startsWith('@#')) {
    const data = parseHex(text.slice(2));
    return data && { type: id.ID_KEY_ID, data };
  }
  if (text.startsWith('@@')) return { type: id.ID_RFC822_ADDR, data: utf8(text.slice(2)) };
  if (text.startsWith('@')) return { type: id.ID_FQDN, data: utf8(text.slice(1)) };
  if (text.includes('@')) return { type: id.ID_RFC822_ADDR, data: utf8(text) };
  const address = parseAddress(text);
  if (address.ok) return addressIdentity(address.value);
  const subnet = parseSubnet(text);
  if (subnet) return subnetIdentity(subnet);
  const range = parseRange(text);
  if (range) return rangeIdentity(range);
  return { type: text.includes(':') ? id.ID_KEY_ID : id.ID_FQDN, data: utf8(text) };
}

/**
 * An identity, or `%any`, `*`, `*.example.com`, `*@example.com`, `C=CH, CN=*`, `a/n`, `a-b`. Undefined: such a pattern fits
 * nobody.
 */
export function parseIdentityPattern(text: string): IdentityPattern | undefined {
  if (text === '' || text === '*' || text === '%any') return anyIdentity;
  const name = nameIn(text);
  if (name) return { kind: 'name', name };
  if (text.startsWith('*') && !text.includes('=')) {
    const suffix = text.slice(1);
    if (suffix.includes('*')) return undefined;
    return {
      kind: 'suffix',
      type: suffix.includes('@') ? id.ID_RFC822_ADDR : id.ID_FQDN,
      suffix,
    };
  }
  const subnet = parseSubnet(text);
  const range = subnet ? { start: firstAddress(subnet), end: lastAddress(subnet) } : parseRange(text);
  if (range) return { kind: 'range', ...range };
  const identity = parseIdentity(text);
  return identity && exactly(identity);
}

export function printIdentity({ type, data }: Identity): string {
  switch (type) {
    case id.ID_IPV4_ADDR:
    case id.ID_IPV6_ADDR: {
      const address = addressOf(data);
      return address ? printAddress(address) : toHex(data);
    }
    case id.ID_FQDN:
    case id.ID_RFC822_ADDR:
      return textOf(data);
    case id.ID_IPV4_ADDR_SUBNET:
    case id.ID_IPV6_ADDR_SUBNET: {
      const half = data.length / 2;
      const address = addressOf(data.subarray(0, half));
      return address ? `${printAddress(address)}/${onesOf(data.subarray(half))}` : toHex(data);
    }
    case id.ID_IPV4_ADDR_RANGE:
    case id.ID_IPV6_ADDR_RANGE: {
      const [start, end] = [addressOf(data.subarray(0, data.length / 2)), addressOf(data.subarray(data.length / 2))];
      return start && end ? `${printAddress(start)}-${printAddress(end)}` : toHex(data);
    }
    case id.ID_DER_ASN1_DN: {
      const name = parseName(data);
      return name ? printName(name) : toHex(data);
    }
    case id.ID_KEY_ID:
      return `@#${toHex(data)}`;
    default:
      return `type ${type} ${toHex(data)}`;
  }
}

export function printIdentityPattern(pattern: IdentityPattern): string {
  switch (pattern.kind) {
    case 'any':
      return '%any';
    case 'exactly':
      return printIdentity(pattern.identity);
    case 'suffix':
      return `*${pattern.suffix}`;
    case 'name':
      return printName(pattern.name);
    case 'range':
      return `${printAddress(pattern.start)}-${printAddress(pattern.end)}`;
  }
}

export function matchesIdentity(identity: Identity, pattern: IdentityPattern): boolean {
  switch (pattern.kind) {
    case 'any':
      return true;
    case 'exactly':
      return equalIdentities(identity, pattern.identity) || coverTheSame(identity, pattern.identity);
    case 'suffix': {
      const [whole, suffix] = [identity.data, utf8(pattern.suffix)].map(inAsciiLowerCase);
      if (identity.type !== pattern.type || !whole || !suffix || whole.length <= suffix.length) return false;
      return compareOctets(whole.subarray(whole.length - suffix.length), suffix) === 0;
    }
    case 'name': {
      const name = identity.type === id.ID_DER_ASN1_DN ? parseName(identity.data) : undefined;
      const matches = pattern.isInAnyOrder ? matchesNameInAnyOrder : matchesName;
      return name !== undefined && matches(name, pattern.name);
    }
    case 'range': {
      const span = spanOf(identity);
      return (
        span !== undefined &&
        span.start.length === pattern.start.octets.length &&
        compareOctets(pattern.start.octets, span.start) <= 0 &&
        compareOctets(span.end, pattern.end.octets) <= 0
      );
    }
  }
}

/** Whether somebody may fit both. Of two that name nobody alone it is assumed. */
export function mayMeanTheSame(a: IdentityPattern, b: IdentityPattern): boolean {
  if (a.kind === 'exactly') return matchesIdentity(a.identity, b);
  return b.kind !== 'exactly' || matchesIdentity(b.identity, a);
}

export function equalIdentities(a: Identity, b: Identity): boolean {
  if (a.type !== b.type) return false;
  if (compareOctets(a.data, b.data) === 0) return true;
  if (a.type === id.ID_FQDN || a.type === id.ID_RFC822_ADDR) {
    return compareOctets(inAsciiLowerCase(a.data), inAsciiLowerCase(b.data)) === 0;
  }
  if (a.type === id.ID_DER_ASN1_DN) {
    const [one, other] = [parseName(a.data), parseName(b.data)];
    return one !== undefined && other !== undefined && equalNames(one, other);
  }
  return false;
}

/** What a certificate would have to say of its subject; undefined: no certificate can (RFC 4945 3.1). */
export function claimOf({ type, data }: Identity): GeneralName | undefined {
  switch (type) {
    case id.ID_FQDN:
      return { kind: 'dns', octets: data };
    case id.ID_RFC822_ADDR:
      return { kind: 'mail', octets: data };
    case id.ID_IPV4_ADDR:
    case id.ID_IPV6_ADDR:
      return data.length === octetsByType.get(type) ? { kind: 'address', octets: data } : undefined;
    case id.ID_DER_ASN1_DN: {
      const name = parseName(data);
      return name && { kind: 'directory', name };
    }
    default:
      return undefined;
  }
}

/** A text with `=` in it that reads as a distinguished name. */
const nameIn = (text: string): DistinguishedName | undefined => (text.includes('=') ? parseNameText(text) : undefined);

/** One address, the subnet of one address and the range of one are the same to whoever expects any of them. */
function coverTheSame(a: Identity, b: Identity): boolean {
  const one = spanOf(a);
  const other = one && spanOf(b);
  if (!other) return false;
  return compareOctets(one.start, other.start) === 0 && compareOctets(one.end, other.end) === 0;
}

/** Addresses (RFC 7296 3.5), subnets with their masks, ranges (RFC 2407 4.6.2). */
const octetsByType: ReadonlyMap<number, number> = new Map([
  [id.ID_IPV4_ADDR, 4],
  [id.ID_IPV6_ADDR, 16],
  [id.ID_IPV4_ADDR_SUBNET, 8],
  [id.ID_IPV6_ADDR_SUBNET, 32],
  [id.ID_IPV4_ADDR_RANGE, 8],
  [id.ID_IPV6_ADDR_RANGE, 32],
]);

/** The addresses that an identity of addresses covers; undefined: it is none, not as long as its type, or ends before it begins. */
function spanOf({ type, data }: Identity): { readonly start: Octets; readonly end: Octets } | undefined {
  if (data.length !== octetsByType.get(type)) return undefined;
  if (type === id.ID_IPV4_ADDR || type === id.ID_IPV6_ADDR) return { start: data, end: data };
  const half = data.length / 2;
  const start = data.slice(0, half);
  if (type === id.ID_IPV4_ADDR_RANGE || type === id.ID_IPV6_ADDR_RANGE) {
    const end = data.slice(half);
    return compareOctets(start, end) <= 0 ? { start, end } : undefined;
  }
  return { start, end: start.map((octet, i) => octet | (0xff ^ (data[half + i] ?? 0))) };
}

/** `a-b`, in that order. */
function parseRange(text: string): Range | undefined {
  const [startText = '', endText = '', ...more] = text.split('-');
  const [start, end] = [parseAddress(startText), parseAddress(endText)];
  if (more.length > 0 || !start.ok || !end.ok || start.value.family !== end.value.family) return undefined;
  return compareAddresses(start.value, end.value) <= 0 ? { start: start.value, end: end.value } : undefined;
}

/** `a/n`, host bits allowed and cleared later, as peers read it. */
function parseSubnet(text: string): Prefix | undefined {
  const [addressText = '', lengthText = '', ...more] = text.split('/');
  const address = parseAddress(addressText);
  if (more.length > 0 || !address.ok || !/^\d{1,3}$/.test(lengthText)) return undefined;
  const length = Number(lengthText);
  return length <= bitsOf(address.value) ? { address: address.value, length } : undefined;
}

function maskOf({ address, length }: Prefix): Octets {
  const ones: IpAddress = { family: address.family, octets: new Uint8Array(address.octets.length).fill(0xff) };
  return firstAddress({ address: ones, length }).octets;
}

function onesOf(mask: Octets): number {
  return mask.reduce((sum, octet) => sum + octet.toString(2).replaceAll('0', '').length, 0);
}
