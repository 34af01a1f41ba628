/**
 * A pre-shared key from its text to the octets that AUTH is computed with (RFC 7296 2.15). ONTAP takes the text itself, `0x` and
 * hex, or `0s` and Base64. This is the one place of the cluster that looks into a key; it keeps no text.
 */
import { parseHex } from '../bytes/hex.ts';
import { textOf, utf8 } from '../bytes/octets.ts';
import { err, ok, type Result } from '../bytes/result.ts';
import { Secret } from '../bytes/secret.ts';
import { preSharedKeyLength } from './limits.ts';
import { type OntapRefusal, refusal } from './ontap-errors.ts';

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The key's octets. `typed` is the UTF-8 of what was typed. */
export function parsePreSharedKey(typed: Secret): Result<Secret, OntapRefusal> {
  const text = textOf(typed.reveal());
  const { min, max } = preSharedKeyLength;
  if (!/^[\x20-\x7e]*$/.test(text) || text.length < min || text.length > max) return err(refusal('keyMalformed'));

  if (text.startsWith('0x')) {
    const octets = parseHex(text.slice(2));
    return octets === undefined ? err(refusal('keyNotHex')) : ok(new Secret(octets));
  }
  if (text.startsWith('0s')) {
    const encoded = text.slice(2);
    if (!base64.test(encoded)) return err(refusal('keyNotBase64'));
    return ok(new Secret(Uint8Array.from(atob(encoded), (char) => char.charCodeAt(0))));
  }
  return ok(typed);
}

/** A typed key on its way to `parsePreSharedKey`. */
export const typedSecret = (text: string): Secret => new Secret(utf8(text));
