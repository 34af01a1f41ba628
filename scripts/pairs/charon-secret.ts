/**
 * Pre-shared keys as swanctl.conf writes them: `0x` hex, `0s` base64, anything else its octets in UTF-8. Quotes are gone by then
 * and protect nothing; what only looks like hex is text.
 */
import { parseHex } from '../../src/domain/bytes/hex.ts';
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

/** The `ike…` sections of `secrets`; those of other kinds are not for IKE_AUTH. */
export function ikeSecretsOf(secrets: Section): readonly CharonSecret[] {
  return [...secrets.sections]
    .filter(([name]) => name.startsWith('ike'))
    .map(([, section]) => ({
      secret: new Secret(octetsOfSecret(section.values.get('secret') ?? '')),
      owners: ownersOf(section),
    }));
}

/** The `ppk…` section that bears this identity (RFC 8784). */
export function ppkSecretOf(secrets: Section, id: string): Secret | undefined {
  const found = [...secrets.sections].find(
    ([name, { values }]) => name.startsWith('ppk') && [...values.values()].includes(id),
  );
  return found && new Secret(octetsOfSecret(found[1].values.get('secret') ?? ''));
}

export function octetsOfSecret(text: string): Octets {
  const [, prefix = '', digits = ''] = /^(0x|0s)(.*)$/i.exec(text) ?? [];
  const kind = prefix.toLowerCase();
  const decoded = kind === '0x' ? parseHex(evenDigits(digits)) : kind === '0s' ? parseBase64(digits) : undefined;
  return decoded ?? utf8(text);
}

/** Hex of an odd length gets a zero in front; colons between octets are allowed. */
function evenDigits(text: string): string {
  const digits = text.replaceAll(':', '');
  return digits.length % 2 === 0 ? digits : `0${digits}`;
}

function parseBase64(text: string): Octets | undefined {
  return /^[\w+/]+={0,2}$/.test(text) ? Uint8Array.from(Buffer.from(text, 'base64')) : undefined;
}

/** `%any` makes a secret everybody's, as if it had no owner. */
function ownersOf({ values }: Section): readonly IdentityPattern[] {
  const texts = [...values].filter(([key]) => key === 'id' || key.startsWith('id-')).map(([, text]) => text);
  const owners = texts.map(patternOf).filter((each) => each !== undefined);
  return owners.includes(anyIdentity) ? [] : owners;
}
