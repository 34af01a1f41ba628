/** One subjectAltName (RFC 5280 4.2.1.6): what a certificate says its subject is, by kind. Kinds are never mixed. */
import type { Der } from '../bytes/der.ts';
import type { Octets } from '../bytes/octets.ts';
import { type DistinguishedName, parseName } from './distinguished-name.ts';

export type GeneralName =
  /** As they came: of a text that was decoded nobody knows any more of which octets. */
  | { readonly kind: 'dns' | 'mail' | 'uri'; readonly octets: Octets }
  /** Four octets or sixteen. */
  | { readonly kind: 'address'; readonly octets: Octets }
  | { readonly kind: 'directory'; readonly name: DistinguishedName }
  /** Of a kind, or in a form, that certifies nobody. */
  | { readonly kind: 'other'; readonly tag: number };

export function generalNameOf({ tag, content }: Der): GeneralName {
  const other: GeneralName = { kind: 'other', tag };
  switch (tag) {
    case 0x81:
      return { kind: 'mail', octets: content };
    case 0x82:
      return { kind: 'dns', octets: content };
    case 0xa4: {
      const name = parseName(content);
      return name ? { kind: 'directory', name } : other;
    }
    case 0x86:
      return { kind: 'uri', octets: content };
    case 0x87:
      return content.length === 4 || content.length === 16 ? { kind: 'address', octets: content } : other;
    default:
      return other;
  }
}
