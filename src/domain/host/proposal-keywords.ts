/**
 * strongSwan's proposal keywords: 'aes256-sha384-ecp384' to a proposal and back. An integrity keyword also gives the PRF of
 * IKE where no PRF keyword stands beside it; beside an AEAD it gives nothing else. What a protocol has no use for is left
 * out, what it cannot do without is a fault.
 */
import { emptyOctets } from '../bytes/octets.ts';
import { err, ok, type Result } from '../bytes/result.ts';
import { encryptionOf, isAdditionalKeyExchange } from '../crypto/transforms.ts';
import type { Proposal, Transform } from '../ike/message/message.ts';
import { protocols } from '../ike/message/names.ts';
import { areSame, transformTypes } from '../ike/proposal/proposal.ts';

export type ProposalProtocol = Exclude<keyof typeof protocols.numbers, 'NONE'>;

export type KeywordFault =
  | { readonly code: 'unknownKeyword'; readonly keyword: string }
  /** The protocol needs a transform of this type, and no keyword gives one. */
  | { readonly code: 'lacks'; readonly type: 'ENCR' | 'PRF' | 'INTEG' | 'KE' }
  /** AEAD and other ciphers go in proposals of their own (RFC 7296 3.3). */
  | { readonly code: 'mixesAead' };

const { ENCR, PRF, INTEG, KE, ESN } = transformTypes;

/** One proposal, numbered 1. */
export function parseProposalKeywords(protocol: ProposalProtocol, text: string): Result<Proposal, KeywordFault> {
  const transforms: Transform[] = [];
  for (const keyword of text.split('-').filter((part) => part !== '')) {
    const meant = transformsOf(protocol, keyword.toLowerCase());
    if (!meant) return err({ code: 'unknownKeyword', keyword });
    for (const transform of meant)
      if (!transforms.some((other) => areSame(other, transform))) transforms.push(transform);
  }
  const fitted = fitTo[protocol](transforms);
  if (!fitted.ok) return fitted;
  return ok({ number: 1, protocol: protocols.numbers[protocol], spi: emptyOctets, transforms: inOrder(fitted.value) });
}

/** Several proposals, separated by commas and numbered from 1. */
export function parseProposalList(protocol: ProposalProtocol, text: string): Result<readonly Proposal[], KeywordFault> {
  const proposals: Proposal[] = [];
  for (const part of text.split(',')) {
    const parsed = parseProposalKeywords(protocol, part.trim());
    if (!parsed.ok) return parsed;
    proposals.push({ ...parsed.value, number: proposals.length + 1 });
  }
  return ok(proposals);
}

/** The shortest keywords that are read as this proposal; undefined where a transform has no keyword. */
export function printProposalKeywords(proposal: Proposal): string | undefined {
  const { transforms } = proposal;
  const implied = impliedPrfs(transforms);
  const prfs = transforms.filter(({ type }) => type === PRF);
  const isImplied = prfs.length === implied.length && prfs.every((prf) => implied.some((each) => areSame(each, prf)));
  const hasPlainEsn = transforms.filter(({ type }) => type === ESN).every(({ id }) => id === 0);
  const words = transforms
    .filter(({ type }) => !(type === PRF && isImplied) && !(type === ESN && hasPlainEsn))
    .map((transform) => keywordOf(proposal.protocol, transform));
  return words.includes(undefined) ? undefined : words.join('-');
}

const fitTo: Readonly<Record<ProposalProtocol, (transforms: Transform[]) => Result<Transform[], KeywordFault>>> = {
  IKE(given) {
    const transforms = without(given, ESN);
    const cipher = cipherKind(transforms);
    if (!cipher.ok) return cipher;
    const withPrf = has(transforms, PRF) ? transforms : [...transforms, ...impliedPrfs(transforms)];
    if (cipher.value === 'plain' && !has(withPrf, INTEG)) return err({ code: 'lacks', type: 'INTEG' });
    if (!has(withPrf, PRF)) return err({ code: 'lacks', type: 'PRF' });
    if (!withPrf.some(({ type, id }) => type === KE && id !== 0)) return err({ code: 'lacks', type: 'KE' });
    return ok(cipher.value === 'aead' ? without(withPrf, INTEG) : withPrf);
  },
  ESP(given) {
    const transforms = withEsn(without(given, PRF));
    const cipher = cipherKind(transforms);
    if (!cipher.ok) return cipher;
    return ok(cipher.value === 'aead' ? without(transforms, INTEG) : transforms); // charon takes a cipher without integrity too
  },
  AH(given) {
    const transforms = withEsn(without(without(given, PRF), ENCR));
    return has(transforms, INTEG) ? ok(transforms) : err({ code: 'lacks', type: 'INTEG' });
  },
};

function cipherKind(transforms: readonly Transform[]): Result<'aead' | 'plain', KeywordFault> {
  const kinds = new Set(transforms.filter(({ type }) => type === ENCR).map(({ id }) => isAead(id)));
  if (kinds.size === 0) return err({ code: 'lacks', type: 'ENCR' });
  if (kinds.size === 2) return err({ code: 'mixesAead' });
  return ok(kinds.has(true) ? 'aead' : 'plain');
}

const isAead = (id: number): boolean => (encryptionOf(id)?.icvOctets ?? 0) > 0;
const has = (transforms: readonly Transform[], type: number) => transforms.some((transform) => transform.type === type);
const without = (transforms: readonly Transform[], type: number) => transforms.filter((each) => each.type !== type);

function withEsn(transforms: Transform[]): Transform[] {
  return has(transforms, ESN) ? transforms : [...transforms, { type: ESN, id: 0 }];
}

/** ENCR, INTEG, PRF, key exchanges, ESN: as charon prints them. Within a type the order is the writer's. */
function inOrder(transforms: readonly Transform[]): readonly Transform[] {
  const rank = ({ type }: Transform) =>
    type === ENCR ? 0 : type === INTEG ? 1 : type === PRF ? 2 : type === ESN ? 13 : type;
  return [...transforms].sort((a, b) => rank(a) - rank(b));
}

/** The HMAC PRF of the same hash, for each integrity transform that has one. */
function impliedPrfs(transforms: readonly Transform[]): readonly Transform[] {
  const ids = transforms.filter(({ type }) => type === INTEG).map(({ id }) => prfOfIntegrity.get(id));
  return [...new Set(ids.filter((id) => id !== undefined))].map((id) => ({ type: PRF, id }));
}

const prfOfIntegrity = new Map([
  [1, 1],
  [2, 2],
  [5, 4],
  [6, 1],
  [7, 2],
  [8, 8],
  [12, 5],
  [13, 6],
  [14, 7],
]);

function transformsOf(protocol: ProposalProtocol, keyword: string): readonly Transform[] | undefined {
  const additional = /^ke([1-7])_(.+)$/.exec(keyword);
  if (additional?.[1] && additional[2]) {
    const id = groups.get(additional[2]);
    return id === undefined ? undefined : [{ type: 5 + Number(additional[1]), id }];
  }
  const group = groups.get(keyword);
  if (group !== undefined) return [{ type: KE, id: group }];
  const cipher = ciphers.get(keyword);
  if (cipher) {
    const integrity = protocol === 'AH' ? gmacIntegrity.get(keyword) : undefined;
    return integrity === undefined ? [cipher] : [{ type: INTEG, id: integrity }];
  }
  const other = others.get(keyword);
  return other && [other];
}

function keywordOf(protocol: number, transform: Transform): string | undefined {
  if (transform.unknownAttributes) return undefined;
  const { type, id } = transform;
  if (type === KE) return keyOf(groups, id);
  if (isAdditionalKeyExchange(type)) {
    const group = keyOf(groups, id);
    return group && `ke${type - 5}_${group}`;
  }
  if (type === INTEG && protocol === protocols.numbers.AH && id >= 9 && id <= 11) return keyOf(gmacIntegrity, id);
  for (const [keyword, each] of [...ciphers, ...others]) if (areSame(each, transform)) return keyword;
  return undefined;
}

function keyOf(table: ReadonlyMap<string, number>, wanted: number): string | undefined {
  for (const [keyword, id] of table) if (id === wanted) return keyword;
  return undefined;
}

/** The first keyword of an id is the one that is printed; those behind it are other spellings. */
const groups: ReadonlyMap<string, number> = new Map([
  ['none', 0],
  ['modp768', 1],
  ['modp1024', 2],
  ['modp1536', 5],
  ['modp2048', 14],
  ['modp3072', 15],
  ['modp4096', 16],
  ['modp6144', 17],
  ['modp8192', 18],
  ['ecp256', 19],
  ['ecp384', 20],
  ['ecp521', 21],
  ['modp1024s160', 22],
  ['modp2048s224', 23],
  ['modp2048s256', 24],
  ['ecp192', 25],
  ['ecp224', 26],
  ['ecp224bp', 27],
  ['ecp256bp', 28],
  ['ecp384bp', 29],
  ['ecp512bp', 30],
  ['x25519', 31],
  ['curve25519', 31],
  ['x448', 32],
  ['curve448', 32],
  ['mlkem512', 35],
  ['mlkem768', 36],
  ['mlkem1024', 37],
]);

const keyLengths = [128, 192, 256];

/** A cipher in one mode, in three key lengths, under one suffix or several. */
const ciphersNamed =
  (name: string) =>
  (id: number, ...suffixes: string[]): readonly [string, Transform][] =>
    keyLengths.flatMap((keyBits) =>
      suffixes.map((suffix): [string, Transform] => [`${name}${keyBits}${suffix}`, { type: ENCR, id, keyBits }]),
    );
const aes = ciphersNamed('aes');
const camellia = ciphersNamed('camellia');

const ciphers: ReadonlyMap<string, Transform> = new Map([
  ...aes(12, ''),
  ...aes(13, 'ctr'),
  ...aes(14, 'ccm8', 'ccm64'),
  ...aes(15, 'ccm12', 'ccm96'),
  ...aes(16, 'ccm16', 'ccm128', 'ccm'),
  ...aes(18, 'gcm8', 'gcm64'),
  ...aes(19, 'gcm12', 'gcm96'),
  ...aes(20, 'gcm16', 'gcm128', 'gcm'),
  ...aes(21, 'gmac'),
  ['aes', { type: ENCR, id: 12, keyBits: 128 }],
  ...camellia(23, ''),
  ...camellia(24, 'ctr'),
  ['camellia', { type: ENCR, id: 23, keyBits: 128 }],
  ['chacha20poly1305', { type: ENCR, id: 28 }],
  ['null', { type: ENCR, id: 11 }],
  ['3des', { type: ENCR, id: 3 }],
  ['des', { type: ENCR, id: 2 }],
]);

/** In AH the GMAC keywords name integrity (RFC 4543 9). */
const gmacIntegrity: ReadonlyMap<string, number> = new Map([
  ['aes128gmac', 9],
  ['aes192gmac', 10],
  ['aes256gmac', 11],
]);

const of = (type: number, id: number): Transform => ({ type, id });

const others: ReadonlyMap<string, Transform> = new Map([
  ['md5', of(INTEG, 1)],
  ['sha1', of(INTEG, 2)],
  ['sha', of(INTEG, 2)],
  ['aesxcbc', of(INTEG, 5)],
  ['md5_128', of(INTEG, 6)],
  ['sha1_160', of(INTEG, 7)],
  ['aescmac', of(INTEG, 8)],
  ['sha256', of(INTEG, 12)],
  ['sha2_256', of(INTEG, 12)],
  ['sha256_96', of(INTEG, 1026)], // private use of strongSwan: what old Linux kernels took SHA-256 for
  ['sha2_256_96', of(INTEG, 1026)],
  ['sha384', of(INTEG, 13)],
  ['sha2_384', of(INTEG, 13)],
  ['sha512', of(INTEG, 14)],
  ['sha2_512', of(INTEG, 14)],
  ['prfmd5', of(PRF, 1)],
  ['prfsha1', of(PRF, 2)],
  ['prfsha', of(PRF, 2)],
  ['prfaesxcbc', of(PRF, 4)],
  ['prfsha256', of(PRF, 5)],
  ['prfsha384', of(PRF, 6)],
  ['prfsha512', of(PRF, 7)],
  ['prfaescmac', of(PRF, 8)],
  ['noesn', of(ESN, 0)],
  ['esn', of(ESN, 1)],
]);
