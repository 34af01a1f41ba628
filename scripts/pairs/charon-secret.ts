/**
 * Pre-shared keys as swanctl.conf writes them: `0x` hex, `0s` base64, anything else its octets in UTF-8. Quotes are gone by then
 * and protect nothing.
 */
import { type Octets, utf8 } from '../../src/domain/bytes/octets.ts';
import { Secret } from '../../src/domain/bytes/secret.ts';
import { anyIdentity, type IdentityPattern } from '../../src/domain/ike/auth/identity.ts';
import { patternOf } from './charon-identity.ts';
import type { Section } from './swanctl-file.ts';

export interface CharonSecret {
  readonly secret: Secret;
  /** Whose it is; empty: anybody's. */
  readonly owners: readonly IdentityPattern[];
}

/** The `ike…` sections of `secrets`; those of other kinds are not for IKE_AUTH. Of two that fit alike charon takes the later one. */
export const ikeSecretsOf = (secrets: Section): readonly CharonSecret[] => secretsOfKind(secrets, 'ike').toReversed();

/** A section whose secret is missing or has no octets is refused by itself. */
function secretsOfKind(secrets: Section, kind: 'ike' | 'ppk'): readonly CharonSecret[] {
  return [...secrets.sections]
    .filter(([name]) => name.startsWith(kind))
    .map(([, section]) => ({ octets: octetsOfSecret(section.values.get('secret') ?? ''), owners: ownersOf(section) }))
    .filter(({ octets }) => octets.length > 0)
    .map(({ octets, owners }) => ({ secret: new Secret(octets), owners }));
}

/** The `ppk…` sections (RFC 8784). */
export const ppkSecretsOf = (secrets: Section): readonly CharonSecret[] => secretsOfKind(secrets, 'ppk');

export function octetsOfSecret(text: string): Octets {
  const [, prefix = '', digits = ''] = /^(0x|0s)([\s\S]*)$/i.exec(text) ?? [];
  if (prefix === '') return utf8(text);
  return prefix.toLowerCase() === '0x' ? fromHex(digits) : fromBase64(digits);
}

/** Of an odd number of digits the first octet has one; colons between octets are allowed, and what is no digit counts as 0. */
function fromHex(text: string): Octets {
  const digits = octetByOctet(text)
    .replace(/^0x/, '')
    .replaceAll(':', '')
    .replace(/[^\da-f]/gi, '0');
  return Uint8Array.from(Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex'));
}

/** In fours: a rest is left out, and what is no digit counts as 0. */
function fromBase64(text: string): Octets {
  const whole = octetByOctet(text);
  const digits = whole.slice(0, whole.length - (whole.length % 4));
  const padding = digits.match(/=/g)?.length ?? 0;
  const octets = Buffer.from(digits.replace(/[^A-Za-z\d+/]/g, 'A'), 'base64');
  return Uint8Array.from(octets.subarray(0, octets.length - padding));
}

const octetByOctet = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

/** `%any` makes a secret everybody's, as if it had no owner. */
function ownersOf({ values }: Section): readonly IdentityPattern[] {
  const texts = [...values].filter(([key]) => key.startsWith('id')).map(([, text]) => text);
  const owners = texts.map(patternOf).filter((each) => each !== undefined);
  return owners.includes(anyIdentity) ? [] : owners;
}
