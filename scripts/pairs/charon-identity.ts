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
} from '../../src/domain/ike/identity.ts';
import { idTypes } from '../../src/domain/ike/message/names.ts';

/** Undefined where it names nobody: `%any`, a wildcard. */
export const identityOf = (text: string): Identity | undefined => typedIdentity(text) ?? parseIdentity(text);

export function patternOf(text: string): IdentityPattern | undefined {
  if (text === '%any') return anyIdentity;
  const typed = typedIdentity(text);
  return typed ? exactly(typed) : parseIdentityPattern(text);
}

function typedIdentity(text: string): Identity | undefined {
  const [, type = '', value = ''] = /^(\w+):(.*)$/.exec(text) ?? [];
  const number = typeOf.get(type);
  return number === undefined ? undefined : { type: number, data: utf8(value) };
}

const typeOf: ReadonlyMap<string, number> = new Map([
  ['keyid', idTypes.numbers.ID_KEY_ID],
  ['fqdn', idTypes.numbers.ID_FQDN],
  ['dns', idTypes.numbers.ID_FQDN],
  ['email', idTypes.numbers.ID_RFC822_ADDR],
  ['rfc822', idTypes.numbers.ID_RFC822_ADDR],
  ['userfqdn', idTypes.numbers.ID_RFC822_ADDR],
]);
