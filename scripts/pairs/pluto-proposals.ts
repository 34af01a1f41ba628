/** Proposals as ipsec.conf writes them (ipsec.conf(5), Libreswan 4.10): `aes_gcm256-sha2_384;dh20,aes256-sha2_256;dh14`. */
import type { Result } from '../../src/domain/bytes/result.ts';
import { type KeywordFault, parseProposalList } from '../../src/domain/host/proposal-keywords.ts';
import type { Proposal } from '../../src/domain/ike/message/message.ts';

type Parsed = Result<readonly Proposal[], KeywordFault>;

/** What pluto offers and takes where `ike` is not said; SHA-384 is not among its hashes. */
const defaultGroups = 'ecp256-ecp384-ecp521-x25519-modp4096-modp3072-modp2048-modp8192';
const defaultIke = ['aes256gcm16', 'chacha20poly1305', 'aes256-sha512-sha256', 'aes128gcm16', 'aes128-sha512-sha256']
  .map((cipher) => `${cipher}-prfsha512-prfsha256-${defaultGroups}`)
  .join(',');
const defaultEsp = 'aes256gcm16,chacha20poly1305,aes256-sha512-sha256,aes128gcm16,aes128-sha512-sha256';

export const ikeProposalsOf = (text: string | undefined): Parsed =>
  parseProposalList('IKE', text === undefined ? defaultIke : wordsOf(text).map(ikeKeywords).join(','));

/** `groups`: for PFS, which is in force unless `pfs=no`: those of the IKE SA. */
export function espProposalsOf(text: string | undefined, esn: string, groups: readonly string[]): Parsed {
  const suites = text === undefined ? defaultEsp.split(',') : wordsOf(text).map((word) => keywordsIn(word).join('-'));
  return parseProposalList(
    'ESP',
    suites.map((suite) => [suite, esnKeywords[esn] ?? both, ...groups].join('-')).join(','),
  );
}

/** strongSwan's keywords of the groups in an `ike` value. */
export const groupsIn = (text: string | undefined): readonly string[] =>
  text === undefined
    ? defaultGroups.split('-')
    : [...new Set(wordsOf(text).flatMap((word) => keywordsIn(word).filter((each) => isGroup(each))))];

const both = 'esn-noesn';
const esnKeywords: Readonly<Record<string, string>> = { yes: 'esn', no: 'noesn', either: both };

/** A hash beside an AEAD is the PRF alone; beside another cipher it is both, as in strongSwan. */
function ikeKeywords(word: string): string {
  const keywords = keywordsIn(word);
  const isAead = /gcm|ccm|poly/.test(keywords[0] ?? '');
  const withPrf = keywords.map((each) => (isAead && /^sha/.test(each) ? `prf${each}` : each));
  const hasGroup = keywords.some(isGroup);
  return [...withPrf, ...(hasGroup ? [] : [defaultGroups])].join('-');
}

const wordsOf = (text: string): readonly string[] => text.split(',').map((word) => word.trim().toLowerCase());

const isGroup = (keyword: string): boolean => /^(ecp|modp|x25519)/.test(keyword);

const keywordsIn = (word: string): readonly string[] =>
  word
    .split(/[-;+]/)
    .filter((part) => part !== '')
    .map(
      (part) =>
        keywords.get(part) ??
        part.replace(/^(aes)_(gcm|ccm)_?[abc]?_?(\d{3})$/, '$1$3$216').replace(/^aes_(ctr|cbc)?_?(\d{3})$/, 'aes$2$1'),
    );

const keywords: ReadonlyMap<string, string> = new Map([
  ['aes', 'aes128'],
  ['aes_gcm', 'aes256gcm16'],
  ['aes_gcm_128', 'aes128gcm16'],
  ['chacha20_poly1305', 'chacha20poly1305'],
  ['null', 'null'],
  ['sha2', 'sha256'],
  ['sha2_256', 'sha256'],
  ['sha2_384', 'sha384'],
  ['sha2_512', 'sha512'],
  ['dh14', 'modp2048'],
  ['dh15', 'modp3072'],
  ['dh16', 'modp4096'],
  ['dh17', 'modp6144'],
  ['dh18', 'modp8192'],
  ['dh19', 'ecp256'],
  ['dh20', 'ecp384'],
  ['dh21', 'ecp521'],
  ['dh31', 'x25519'],
]);
