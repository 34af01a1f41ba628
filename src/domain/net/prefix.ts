/**
 * Prefixes: `10.1.4.0/24`, `2001:db8:7::/64`. A bare address is a prefix of its full length. Host bits that are set are refused and
 * named, not cleared: an administrator who writes 10.1.4.7/24 means either 10.1.4.0/24 or 10.1.4.7.
 */
import { err, ok, type Result } from '../bytes/result.ts';
import { type IpAddress, parseAddress, printAddress } from './address.ts';

export interface Prefix {
  readonly address: IpAddress;
  /** Bits, 0 to 32 or 0 to 128. */
  readonly length: number;
}

export type PrefixRefusal =
  | { readonly code: 'notAnAddress'; readonly text: string }
  | { readonly code: 'notALength'; readonly text: string; readonly atMost: number }
  /** `meant` is the same prefix with the host bits cleared. */
  | { readonly code: 'hostBitsSet'; readonly text: string; readonly meant: Prefix };

export function parsePrefix(text: string): Result<Prefix, PrefixRefusal> {
  const [addressText = '', lengthText, ...more] = text.split('/');
  const address = parseAddress(addressText);
  if (!address.ok) return err({ code: 'notAnAddress', text: addressText });

  const atMost = bitsOf(address.value);
  if (lengthText === undefined) return ok({ address: address.value, length: atMost });
  const length = Number(lengthText);
  if (more.length > 0 || !/^(0|[1-9]\d{0,2})$/.test(lengthText) || length > atMost) {
    return err({ code: 'notALength', text: [lengthText, ...more].join('/'), atMost });
  }

  const first = firstAddress({ address: address.value, length });
  if (first.octets.some((octet, i) => octet !== address.value.octets[i])) {
    return err({ code: 'hostBitsSet', text, meant: { address: first, length } });
  }
  return ok({ address: address.value, length });
}

export function printPrefix(prefix: Prefix): string {
  return `${printAddress(prefix.address)}/${prefix.length}`;
}

/** The prefix that holds this address alone. */
export function hostPrefix(address: IpAddress): Prefix {
  return { address, length: bitsOf(address) };
}

/** The lowest address inside: the host bits cleared. */
export function firstAddress({ address, length }: Prefix): IpAddress {
  return { family: address.family, octets: address.octets.map((octet, i) => octet & maskOctet(length, i)) };
}

/** The highest address inside: the host bits set. */
export function lastAddress({ address, length }: Prefix): IpAddress {
  return { family: address.family, octets: address.octets.map((octet, i) => octet | (0xff ^ maskOctet(length, i))) };
}

/** Bits of an address: 32 or 128. */
export function bitsOf(address: IpAddress): 32 | 128 {
  return address.family === 4 ? 32 : 128;
}

/** What an address is filed under: a number in IPv4, text in IPv6. */
export type AddressKey = number | string;

/** The first `length` bits. Two prefixes of one length and family are the same where these are. */
export function leadingBits({ family, octets }: IpAddress, length: number): AddressKey {
  if (family === 4) {
    if (length === 0) return 0;
    const [a, b, c, d] = octets as unknown as readonly [number, number, number, number]; // an IPv4 address
    return ((a << 24) | (b << 16) | (c << 8) | d) >>> (32 - length);
  }
  let key = '';
  const whole = length >> 3;
  for (let i = 0; i < whole; i++) key += String.fromCharCode(octets[i] as number); // below 16
  const rest = length & 7;
  return rest === 0 ? key : key + String.fromCharCode((octets[whole] as number) >> (8 - rest));
}

/** The `i`th octet of the mask of a prefix of this length. */
function maskOctet(length: number, i: number): number {
  const bits = Math.min(Math.max(length - 8 * i, 0), 8);
  return (0xff << (8 - bits)) & 0xff;
}
