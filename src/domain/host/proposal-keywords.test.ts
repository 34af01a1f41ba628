import { describe, expect, test } from 'vitest';
import { ontapSuites } from '../ike/proposal/ontap-suites.ts';
import { printProposal } from '../ike/proposal/print-proposal.ts';
import { parseProposalKeywords, parseProposalList, printProposalKeywords } from './proposal-keywords.ts';

test.each([
  ['suiteb_gcm256', 'aes256-sha384-ecp384', 'aes256gcm16'],
  ['suiteb_gmac256', 'aes256-sha384-ecp384', 'aes256gmac'],
  [
    'suite_aescbc',
    'aes256-sha384-ecp384,aes256-sha256-ecp384-ecp256-modp2048,aes256-sha512-ecp521-modp4096',
    'aes256-sha256,aes256-sha384,aes256-sha512',
  ],
] as const)('%s is written as a strongSwan client writes it, and read back', (name, ike, esp) => {
  const { ikeProposals, espProposals } = ontapSuites[name];

  expect(ikeProposals.map(printProposalKeywords).join()).toBe(ike);
  expect(espProposals.map(printProposalKeywords).join()).toBe(esp);
  expect(parseProposalList('IKE', ike)).toMatchObject({
    ok: true,
    value: ikeProposals.map(({ number }) => ({ number })),
  });
});

test.each([
  ['IKE', 'aes256-sha384-ecp999', { code: 'unknownKeyword', keyword: 'ecp999' }],
  ['IKE', '', { code: 'lacks', type: 'ENCR' }],
  ['IKE', 'aes256-ecp384', { code: 'lacks', type: 'INTEG' }],
  ['IKE', 'aes256-sha384', { code: 'lacks', type: 'KE' }],
  ['IKE', 'aes256gcm16-ecp384', { code: 'lacks', type: 'PRF' }],
  ['ESP', 'aes256gcm16-aes256-sha384', { code: 'mixesAead' }],
] as const)('%s "%s" is refused, and the fault says what is wrong', (protocol, text, error) => {
  expect(parseProposalKeywords(protocol, text)).toEqual({ ok: false, error });
});

test('what is only named is read as well, so that an offer of it can be shown', () => {
  const parsed = parseProposalKeywords('IKE', 'camellia256-sha256-modp2048');
  expect(parsed.ok && printProposal(parsed.value)).toContain('CAMELLIA');
});

test('of a list, the first proposal that is wrong is refused', () => {
  expect(parseProposalList('ESP', 'aes256gcm16, aes999')).toEqual({
    ok: false,
    error: { code: 'unknownKeyword', keyword: 'aes999' },
  });
});

describe('proposals as people say them', () => {
  test.each([
    ['IKE', 'aes256-sha384-ecp384', 'AES-256-CBC, HMAC-SHA-384, P-384'],
    ['IKE', 'aes128gcm16-prfsha512-modp3072', 'AES-128-GCM, PRF HMAC-SHA-512, MODP-3072'],
    ['IKE', 'aes128-sha256-prfsha384-x25519', 'AES-128-CBC, HMAC-SHA-256, PRF HMAC-SHA-384, X25519'],
    [
      'IKE',
      'aes256-aes128-sha1-x25519-ke1_mlkem768',
      'AES-256-CBC or AES-128-CBC, HMAC-SHA-1, X25519, then ML-KEM-768',
    ],
    ['ESP', 'chacha20poly1305-esn', 'ChaCha20-Poly1305, ESN'],
    ['ESP', 'aes256gmac', 'AES-256-GMAC'],
    ['ESP', 'aes128gcm8', 'AES-128-GCM (64-bit ICV)'],
    ['ESP', '3des-md5', '3DES_CBC, HMAC_MD5_96'],
  ] as const)('%s %s', (protocol, keywords, expected) => {
    const parsed = parseProposalKeywords(protocol, keywords);

    expect(parsed.ok && printProposal(parsed.value)).toBe(expected);
  });
});
