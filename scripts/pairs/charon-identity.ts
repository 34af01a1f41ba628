/**
 * Identities as charon reads them (swanctl.conf(5), strongSwan 5.9.8): a type in front (`keyid:`, `fqdn:`), or guessed from the
 * form. Everything that carries no type is read as the engine reads it.
 */
import { utf8 } from '../../src/domain/bytes/octets.ts';
import {
  anyIdentity,
  exactly,
  type Identity,
  type IdentityPattern,
  parseIdentity,
  parseIdentityPattern,
} from '../../src/domain/ike/auth/identity.ts';
import { idTypes } from '../../src/domain/ike/message/names.ts';
import { parseName } from '../../src/domain/pki/distinguished-name.ts';

/** Undefined where it names nobody: `%any`, a wildcard. */
export const identityOf = (text: string): Identity | undefined => typedIdentity(text) ?? parseIdentity(text);

export function patternOf(text: string): IdentityPattern | undefined {
  if (text === '%any') return anyIdentity;
  const exact = typedIdentity(text) ?? (text.includes('=') ? parseIdentity(text) : undefined); // a name without a wildcard
  return exact ? exactly(exact) : parseIdentityPattern(text);
}

/** `rdn_matching = reordered`. */
export function inAnyOrder(pattern: IdentityPattern): IdentityPattern {
  if (pattern.kind === 'name') return { ...pattern, isInAnyOrder: true };
  const isName = pattern.kind === 'exactly' && pattern.identity.type === idTypes.numbers.ID_DER_ASN1_DN;
  const name = isName ? parseName(pattern.identity.data) : undefined;
  return name ? { kind: 'name', name, isInAnyOrder: true } : pattern;
}

function typedIdentity(text: string): Identity | undefined {
  const [, type = '', value = ''] = /^(\w+):(.*)$/.exec(text) ?? [];
  if (untyped.has(type)) return parseIdentity(value);
  const number = typeOf.get(type);
  return number === undefined ? undefined : { type: number, data: utf8(value) };
}

/** Types that the form of the value tells as well. */
const untyped: ReadonlySet<string> = new Set(['ipv4', 'ipv6', 'asn1dn', 'ipv4net', 'ipv6net']);

const typeOf: ReadonlyMap<string, number> = new Map([
  ['keyid', idTypes.numbers.ID_KEY_ID],
  ['fqdn', idTypes.numbers.ID_FQDN],
  ['dns', idTypes.numbers.ID_FQDN],
  ['email', idTypes.numbers.ID_RFC822_ADDR],
  ['rfc822', idTypes.numbers.ID_RFC822_ADDR],
  ['userfqdn', idTypes.numbers.ID_RFC822_ADDR],
]);
