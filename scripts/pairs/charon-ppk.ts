/** `ppk_id` and `ppk_required` of a connection, with the `ppk…` sections of its secrets (RFC 8784, swanctl.conf(5)). */
import { inAsciiLowerCase, textOf, utf8 } from '../../src/domain/bytes/octets.ts';
import { Secret } from '../../src/domain/bytes/secret.ts';
import { type Identity, type IdentityPattern, matchesIdentity } from '../../src/domain/ike/auth/identity.ts';
import type { PostquantumKey } from '../../src/domain/ike/connection.ts';
import { identityOf, patternOf } from './charon-identity.ts';
import { type CharonSecret, ppkSecretsOf } from './charon-secret.ts';
import { isOn } from './charon-words.ts';
import type { Section } from './swanctl-file.ts';

/** `missing`: one is required, and there is no secret for it; undefined: none is wanted, or it can be done without. */
export function ppkOf(
  { values }: Section,
  secretsSection: Section,
  { answers }: { readonly answers: boolean },
): PostquantumKey | 'missing' | undefined {
  const secrets = ppkSecretsOf(secretsSection);
  const required = isOn(values.get('ppk_required'));
  const text = values.get('ppk_id');
  const held = text === undefined ? (answers ? heldAs(undefined, secrets) : undefined) : heldUnder(text, secrets);
  if (held) return { ...held, required };
  // Who has any secret says that it could, and refuses another's identity.
  if (answers && text !== undefined && secrets.length > 0) return { id: text, secret: nobodys, required };
  return required ? 'missing' : undefined;
}

const nobodys = new Secret(utf8('of nobody'));

function heldUnder(text: string, secrets: readonly CharonSecret[]): PostquantumKey | undefined {
  const identity = identityOf(text);
  return identity ? heldFor(identity, secrets) : heldAs(patternOf(text), secrets);
}

function heldFor(identity: Identity, secrets: readonly CharonSecret[]): PostquantumKey | undefined {
  const found = secrets.find(
    ({ owners }) => owners.length === 0 || owners.some((owner) => matchesIdentity(identity, owner)),
  );
  return found && { id: nameOf(identity), secret: found.secret, required: false };
}

/** The first that bears a name of its own, one that fits. */
function heldAs(pattern: IdentityPattern | undefined, secrets: readonly CharonSecret[]): PostquantumKey | undefined {
  for (const { secret, owners } of secrets) {
    for (const owner of owners) {
      const isNamed = owner.kind === 'exactly' && (!pattern || matchesIdentity(owner.identity, pattern));
      if (isNamed) return { id: nameOf(owner.identity), secret, required: false };
    }
  }
  return undefined;
}

/** Charon compares these as identities, without regard to case. */
const nameOf = ({ data }: Identity): string => textOf(inAsciiLowerCase(data));
