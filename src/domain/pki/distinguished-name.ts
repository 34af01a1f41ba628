/**
 * Distinguished names (RFC 5280 4.1.2.4): parsed from DER or from a text, compared as RFC 4945 3.1.5 wants it: RDN by RDN in
 * their order, without regard to case, to runs of spaces, or to which kind of string holds a value.
 *
 * Texts are in the order of the DER, as strongSwan and ONTAP write them (`C=CH, O=Example, CN=a`), not in LDAP's.
 */
import { childrenOf, type Der, readDer, tags, writeDer } from '../bytes/der.ts';
import { parseHex, toHex } from '../bytes/hex.ts';
import { type Octets, textOf, utf8 } from '../bytes/octets.ts';

/** Most have one attribute. */
export type Rdn = readonly Attribute[];
export type DistinguishedName = readonly Rdn[];

export interface Attribute {
  /** The object identifier, its content octets as hex. */
  readonly type: string;
  readonly value: string;
}

export function parseName(der: Octets): DistinguishedName | undefined {
  const name = readDer(der);
  return name?.tag === tags.sequence ? allOf(childrenOf(name), parseRdn) : undefined;
}

/** `C=CH, CN=moon`; a comma in a value is `\,`. Or `/C=CH/CN=moon`, as OpenSSL writes it. Undefined where it is no name. */
export function parseNameText(text: string): DistinguishedName | undefined {
  const [, slashed] = /^\s*\/(.*)$/s.exec(text) ?? [];
  const parts = slashed === undefined ? text.split(/(?<!\\),/) : slashed.split('/');
  return allOf(parts, (part) => {
    const [, keyword = '', value = ''] = /^\s*([A-Za-z0-9.]+)\s*=\s*(.*?)\s*$/s.exec(part) ?? [];
    const type = typesByKeyword.get(keyword.toLowerCase());
    return type === undefined ? undefined : [{ type, value: value.replaceAll('\\,', ',') }];
  });
}

export function writeName(name: DistinguishedName): Octets {
  const rdns = name.map((rdn) => writeDer(tags.set, ...rdn.map(writeAttribute)));
  return writeDer(tags.sequence, ...rdns);
}

export const printName = (name: DistinguishedName): string =>
  name
    .map((rdn) => rdn.map(({ type, value }) => `${keywordOf(type)}=${value.replaceAll(',', '\\,')}`).join('+'))
    .join(', ');

export const equalNames = (a: DistinguishedName, b: DistinguishedName): boolean =>
  a.length === b.length && a.every((rdn, i) => equalRdns(rdn, b[i] ?? []));

/** As `equalNames`, but that a value `*` of the pattern stands for any. */
export const matchesName = (name: DistinguishedName, pattern: DistinguishedName): boolean =>
  name.length === pattern.length && name.every((rdn, i) => matchesRdn(rdn, pattern[i] ?? []));

/** The same, the RDNs in any order: tools write them from either end. */
export function matchesNameInAnyOrder(name: DistinguishedName, pattern: DistinguishedName): boolean {
  const left = [...name];
  const wildcardsLast = pattern.toSorted((a, b) => Number(isWildcard(a)) - Number(isWildcard(b)));
  for (const wanted of wildcardsLast) {
    const at = left.findIndex((rdn) => matchesRdn(rdn, wanted));
    if (at < 0) return false;
    left.splice(at, 1);
  }
  return left.length === 0;
}

/** Keywords of texts, the first of a type is the one that is printed. */
const keywords: readonly (readonly [string, string])[] = [
  ['C', '550406'],
  ['ST', '550408'],
  ['S', '550408'],
  ['L', '550407'],
  ['STREET', '550409'],
  ['O', '55040a'],
  ['OU', '55040b'],
  ['CN', '550403'],
  ['SN', '550405'],
  ['serialNumber', '550405'],
  ['T', '55040c'],
  ['G', '55042a'],
  ['DC', '0992268993f22c640119'],
  ['UID', '0992268993f22c640101'],
  ['E', '2a864886f70d010901'],
  ['email', '2a864886f70d010901'],
  ['emailAddress', '2a864886f70d010901'],
];

const typesByKeyword = new Map(keywords.map(([keyword, type]) => [keyword.toLowerCase(), type]));

const keywordOf = (type: string): string => keywords.find(([, each]) => each === type)?.[0] ?? `OID.${type}`;

function parseRdn(element: Der): Rdn | undefined {
  const attributes = element.tag === tags.set ? childrenOf(element) : undefined;
  return attributes && attributes.length > 0 ? allOf(attributes, parseAttribute) : undefined;
}

function parseAttribute(element: Der): Attribute | undefined {
  const [type, value, ...more] = (element.tag === tags.sequence ? childrenOf(element) : undefined) ?? [];
  if (type?.tag !== tags.oid || !value || more.length > 0) return undefined;
  return { type: toHex(type.content), value: stringIn(value) };
}

const stringTags = { utf8: 0x0c, printable: 0x13, teletex: 0x14, ia5: 0x16, universal: 0x1c, bmp: 0x1e } as const;

function stringIn({ tag, content, whole }: Der): string {
  switch (tag) {
    case stringTags.utf8:
    case stringTags.printable:
    case stringTags.ia5:
      return textOf(content);
    case stringTags.teletex: // in practice Latin-1
      return [...content].map((octet) => String.fromCharCode(octet)).join('');
    case stringTags.bmp:
      return wideText(content, 2);
    case stringTags.universal:
      return wideText(content, 4);
    default:
      return `#${toHex(whole)}`;
  }
}

function wideText(content: Octets, width: number): string {
  let text = '';
  for (let at = 0; at + width <= content.length; at += width) {
    const code = content.subarray(at, at + width).reduce((sum, octet) => sum * 256 + octet, 0);
    text += String.fromCodePoint(code <= 0x10ffff ? code : 0xfffd);
  }
  return text;
}

function writeAttribute({ type, value }: Attribute): Octets {
  const keyword = keywordOf(type);
  const tag =
    keyword === 'C' || keyword === 'SN'
      ? stringTags.printable
      : keyword === 'E' || keyword === 'DC'
        ? stringTags.ia5
        : stringTags.utf8;
  return writeDer(tags.sequence, writeDer(tags.oid, parseHex(type) ?? utf8('')), writeDer(tag, utf8(value)));
}

/** Most that are equal are so to the letter: folding, which costs more than all of the rest, is for those that are not. */
const equalRdns = (a: Rdn, b: Rdn): boolean => areAlike(a, b) || keyOf(a) === keyOf(b);

const areAlike = (a: Rdn, b: Rdn): boolean =>
  a.length === b.length && a.every(({ type, value }, i) => type === b[i]?.type && value === b[i].value);

/** Equal for RDNs that are equal; the order within an RDN says nothing, it is a SET. */
const keyOf = (rdn: Rdn): string =>
  rdn
    .map(({ type, value }) => `${type}=${folded(value)}`)
    .sort()
    .join('\n');

const folded = (value: string): string => value.normalize('NFKC').trim().replaceAll(/\s+/g, ' ').toLowerCase();

function matchesRdn(rdn: Rdn, pattern: Rdn): boolean {
  if (isWildcard(pattern)) return rdn.length === 1 && rdn[0]?.type === pattern[0]?.type;
  return equalRdns(rdn, pattern);
}

const isWildcard = (rdn: Rdn): boolean => rdn.length === 1 && rdn[0]?.value === '*';

/** Every element made into something, or nothing at all. */
function allOf<From, To>(
  from: readonly From[] | undefined,
  make: (each: From) => To | undefined,
): readonly To[] | undefined {
  const made = from?.map(make);
  return made?.every((each) => each !== undefined) ? made : undefined;
}
