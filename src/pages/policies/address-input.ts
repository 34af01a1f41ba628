/**
 * Reads what an administrator types for an address: one address, `address/length`, `address mask`, a range, or several of them.
 * A policy of ONTAP holds one subnet, so several become the smallest subnet around them, with the count of what it adds. Nothing
 * is rounded silently: a subnet with host bits set is given back as a question.
 */
import { err, ok, type Result } from '../../domain/bytes/result.ts';
import { addressOf, parseAddress, printAddress } from '../../domain/net/address.ts';

export interface Subnet {
  readonly family: 'ipv4' | 'ipv6';
  /** In its shortest form, as ONTAP answers it. */
  readonly address: string;
  readonly length: number;
}

export type AddressReading =
  | { readonly kind: 'empty' }
  | { readonly kind: 'subnet'; readonly subnet: Subnet }
  /** `10.1.4.7/24`: a host inside a subnet. Which of the two is meant is for a person to say. */
  | { readonly kind: 'hostBits'; readonly given: string; readonly subnet: Subnet; readonly host: Subnet }
  /** More than one subnet holds. `foreignCount` addresses of the covering one were not asked for. */
  | { readonly kind: 'several'; readonly count: number; readonly covering: Subnet; readonly foreignCount: bigint }
  | { readonly kind: 'refused'; readonly because: string };

/** Addresses as numbers: both ends included. */
interface Span {
  readonly family: 'ipv4' | 'ipv6';
  readonly first: bigint;
  readonly last: bigint;
}

type Part = { readonly span: Span } | { readonly hostBits: { readonly subnet: Subnet; readonly host: Subnet } };

const bitsOf = { ipv4: 32, ipv6: 128 } as const;

export function readAddress(text: string): AddressReading {
  const parts = splitParts(text);
  if (parts.length === 0) return { kind: 'empty' };
  const spans: Span[] = [];
  for (const part of parts) {
    const read = readPart(part);
    if (!read.ok) return { kind: 'refused', because: read.error };
    if ('hostBits' in read.value) return { kind: 'hostBits', given: part, ...read.value.hostBits };
    spans.push(read.value.span);
  }
  return cover(spans);
}

export const printSubnet = ({ address, length }: Subnet): string => `${address}/${length}`;

export const isOneHost = ({ family, length }: Subnet): boolean => length === bitsOf[family];

export const isEveryAddress = ({ length }: Subnet): boolean => length === 0;

/** `256 addresses, 10.1.4.0–10.1.4.255`, or `one host`. */
export function describeSubnet(subnet: Subnet, locale?: string): string {
  if (isOneHost(subnet)) return 'one host';
  const { first, last } = spanOf(subnet);
  if (isEveryAddress(subnet)) return `every ${subnet.family === 'ipv4' ? 'IPv4' : 'IPv6'} address`;
  if (subnet.family === 'ipv6' && subnet.length <= 64) return `${print('ipv6', first)}–${print('ipv6', last)}`;
  const count = last - first + 1n;
  return `${count.toLocaleString(locale)} addresses, ${print(subnet.family, first)}–${print(subnet.family, last)}`;
}

/** Whether every address of `inner` lies in `outer`. */
export function contains(outer: Subnet, inner: Subnet): boolean {
  const [wide, narrow] = [spanOf(outer), spanOf(inner)];
  return outer.family === inner.family && wide.first <= narrow.first && narrow.last <= wide.last;
}

/** A subnet as ONTAP's endpoint has it (`address`, `netmask`), or undefined where it is none. */
export function subnetOf(endpoint: { address?: string | undefined; netmask?: string | undefined }): Subnet | undefined {
  const { address, netmask } = endpoint;
  if (address === undefined) return undefined;
  const parsed = numberOf(address);
  if (parsed === undefined) return undefined;
  const length = netmask === undefined ? bitsOf[parsed.family] : lengthOf(netmask, parsed.family);
  if (length === undefined) return undefined;
  return { family: parsed.family, address: print(parsed.family, parsed.value), length };
}

/** Commas, semicolons and white space part; `10.1.4.0 255.255.255.0` belongs together. */
function splitParts(text: string): readonly string[] {
  const words = text
    .trim()
    .split(/[\s,;]+/)
    .filter(Boolean);
  const parts: string[] = [];
  for (const word of words) {
    const previous = parts.at(-1);
    const isMask =
      previous !== undefined && isPlainIpv4(previous) && isPlainIpv4(word) && maskLength(word) !== undefined;
    if (isMask) parts[parts.length - 1] = `${previous}/${word}`;
    else parts.push(word);
  }
  return parts;
}

function readPart(text: string): Result<Part, string> {
  if (text.includes('/')) return readPrefix(text);
  if (/^[\da-f.:]*[.:][\da-f.:]*-[^-]+$/i.test(text)) return readRange(text);
  const parsed = numberOf(text);
  if (parsed === undefined) return err(whyNoAddress(text));
  return ok({ span: { family: parsed.family, first: parsed.value, last: parsed.value } });
}

function readPrefix(text: string): Result<Part, string> {
  const [address = '', mask = '', ...surplus] = text.split('/');
  if (surplus.length > 0) return err(`${text} has more than one slash.`);
  const parsed = numberOf(address);
  if (parsed === undefined) return err(whyNoAddress(address));
  const length = lengthOf(mask, parsed.family);
  if (length === undefined) return err(whyNoMask(mask, parsed.family));
  const span = spanAround(parsed.family, parsed.value, length);
  if (span.first === parsed.value) return ok({ span });
  const subnet: Subnet = { family: parsed.family, address: print(parsed.family, span.first), length };
  const host: Subnet = { ...subnet, address: print(parsed.family, parsed.value), length: bitsOf[parsed.family] };
  return ok({ hostBits: { subnet, host } });
}

/** `10.1.4.10-20` (last part) or two whole addresses. */
function readRange(text: string): Result<Part, string> {
  const [from = '', to = ''] = text.split('-');
  const first = numberOf(from);
  if (first === undefined) return err(whyNoAddress(from));
  const last = /^\d+$/.test(to) && first.family === 'ipv4' ? numberOf(from.replace(/\d+$/, to)) : numberOf(to);
  if (last === undefined) return err(whyNoAddress(to));
  if (last.family !== first.family) return err(`${text} mixes IPv4 and IPv6.`);
  if (last.value < first.value) return err(`${text} ends before it begins.`);
  return ok({ span: { family: first.family, first: first.value, last: last.value } });
}

function cover(spans: readonly Span[]): AddressReading {
  const [head] = spans;
  if (head === undefined) return { kind: 'empty' };
  if (spans.some((span) => span.family !== head.family)) {
    return { kind: 'refused', because: 'A policy holds addresses of one family; these are IPv4 and IPv6.' };
  }
  const byFirst = spans.toSorted((a, b) => (a.first < b.first ? -1 : 1));
  const byLast = spans.toSorted((a, b) => (a.last < b.last ? -1 : 1));
  const first = byFirst[0]?.first ?? head.first;
  const last = byLast.at(-1)?.last ?? head.last;
  const length = commonLength(head.family, first, last);
  const around = spanAround(head.family, first, length);
  const covering: Subnet = { family: head.family, address: print(head.family, around.first), length };
  const foreignCount = around.last - around.first + 1n - countOf(byFirst);
  if (foreignCount === 0n) return { kind: 'subnet', subnet: covering };
  return { kind: 'several', count: spans.length, covering, foreignCount };
}

/** How many addresses the spans, sorted by their first, hold together; overlaps count once. */
function countOf(byFirst: readonly Span[]): bigint {
  let count = 0n;
  let reached = -1n;
  for (const { first, last } of byFirst) {
    const from = first > reached ? first : reached + 1n;
    if (last < from) continue;
    count += last - from + 1n;
    reached = last;
  }
  return count;
}

function commonLength(family: Subnet['family'], first: bigint, last: bigint): number {
  let length: number = bitsOf[family];
  for (let difference = first ^ last; difference > 0n; difference >>= 1n) length--;
  return length;
}

function spanAround(family: Subnet['family'], value: bigint, length: number): Span {
  const hostBits = BigInt(bitsOf[family] - length);
  const first = (value >> hostBits) << hostBits;
  return { family, first, last: first + (1n << hostBits) - 1n };
}

const spanOf = ({ family, address, length }: Subnet): Span =>
  spanAround(family, numberOf(address)?.value ?? 0n, length);

const isPlainIpv4 = (text: string): boolean => numberOf(text)?.family === 'ipv4';

function numberOf(text: string): { readonly family: Subnet['family']; readonly value: bigint } | undefined {
  const parsed = parseAddress(text);
  if (!parsed.ok) return undefined;
  const value = parsed.value.octets.reduce((sum, octet) => (sum << 8n) | BigInt(octet), 0n);
  return { family: parsed.value.family === 4 ? 'ipv4' : 'ipv6', value };
}

function print(family: Subnet['family'], value: bigint): string {
  const octets = new Uint8Array(bitsOf[family] / 8);
  for (let place = octets.length - 1, rest = value; place >= 0; place--, rest >>= 8n)
    octets[place] = Number(rest & 0xffn);
  const address = addressOf(octets);
  return address === undefined ? '' : printAddress(address);
}

function lengthOf(mask: string, family: Subnet['family']): number | undefined {
  if (family === 'ipv4' && isPlainIpv4(mask)) return maskLength(mask);
  if (!/^\d{1,3}$/.test(mask)) return undefined;
  const length = Number(mask);
  return length <= bitsOf[family] ? length : undefined;
}

/** The length of a dotted mask: ones, then zeros; undefined for any other address. */
function maskLength(mask: string): number | undefined {
  const bits = numberOf(mask)?.value.toString(2).padStart(32, '0') ?? '';
  return /^1*0*$/.test(bits) && bits.length === 32 ? bits.lastIndexOf('1') + 1 : undefined;
}

function whyNoMask(mask: string, family: Subnet['family']): string {
  if (mask === '') return 'After the slash comes the length of the subnet, for example /24.';
  if (family === 'ipv4') return `/${mask} is not an IPv4 subnet: the length goes from 0 to 32.`;
  return `/${mask} is not an IPv6 subnet: the length goes from 0 to 128.`;
}

/** The first thing that is wrong, by name: the person who typed it sees where to look. */
function whyNoAddress(text: string): string {
  if (text.includes('%')) return `${text} names an interface; a policy takes the address alone.`;
  if (text.includes(':')) return `${text} is not an IPv6 address.`;
  const parts = text.split('.');
  const tooBig = parts.find((part) => /^\d+$/.test(part) && Number(part) > 255);
  if (tooBig !== undefined) {
    return `${text} is not an IPv4 address: ${tooBig} is above 255. Each part goes from 0 to 255.`;
  }
  if (/^[\d.]+$/.test(text)) {
    if (parts.some((part) => part === '')) return `${text} is not an IPv4 address: a part between the dots is empty.`;
    if (parts.length !== 4) return `${text} is not an IPv4 address: it has ${parts.length} of 4 parts.`;
    return `${text} is not an IPv4 address: a part begins with 0, which some systems read as octal.`;
  }
  return `${text} is a name or a word; a policy takes addresses, for example 10.1.4.7 or 10.1.4.0/24.`;
}
