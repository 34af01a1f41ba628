/** Every check of a path and of a signature has its sentence, which names the end, the certificate and what to do. */
import { expect, test } from 'vitest';
import { utf8 } from '../bytes/octets.ts';
import type { SignatureFault } from '../ike/auth/signature-auth.ts';
import { notifyOf, type Refusal } from '../ike/refusal.ts';
import type { PathFault } from '../pki/path-judge.ts';
import { explain, isHearsay } from './refusal.ts';

const scene = { own: { kind: 'cluster', name: 'ONTAP' }, peer: { kind: 'host', name: 'web-44' } } as const;
const certificate = {
  subject: 'O=Example, CN=web-44',
  issuer: 'O=Example, CN=authority',
  serial: '07',
  notBeforeMs: Date.UTC(2026, 0, 1),
  notAfterMs: Date.UTC(2026, 10, 24),
};
const peerIdentity = { type: 2, data: utf8('web-44.corp') };

const ofPath = (path: PathFault): Refusal => ({ code: 'authFailed', check: 'certificate', path, peerIdentity });
const ofSignature = (check: 'signature' | 'ownSignature', signature: SignatureFault): Refusal => ({
  code: 'authFailed',
  check,
  signature,
});

test.each<[PathFault, RegExp]>([
  [{ check: 'missing' }, /^web-44 sent no certificate, and ONTAP has no other way to its key\.$/],
  [
    { check: 'notFetched', url: 'http://b.test/cert' },
    /^web-44 sent only the address of its certificate \(http:\/\/b\.test\/cert\), and ONTAP fetches none\.$/,
  ],
  [{ check: 'encoding', encodings: [15, 99] }, /no X\.509 certificate but RAW_PUBLIC_KEY, encoding 99, which/],
  [{ check: 'unreadable' }, /^ONTAP could not read the certificate/],
  [{ check: 'notYetValid', certificate }, /valid only from 2026-01-01 on\.$/],
  [
    { check: 'expired', certificate },
    /^ONTAP refused the certificate O=Example, CN=web-44 .* it expired on 2026-11-24\.$/,
  ],
  [
    { check: 'untrusted', certificate, wantedIssuer: 'O=Example, CN=authority' },
    /^ONTAP does not trust .*: it holds no authority O=Example, CN=authority\.$/,
  ],
  [{ check: 'signature', certificate }, /the authority of that name did not sign it\.$/],
  [{ check: 'weakSignature', certificate }, /signed with SHA-1/],
  [{ check: 'weakKey', certificate, keyBits: 1024 }, /its key has 1024 bits, and it takes 2048 to 8192\.$/],
  [{ check: 'weakKey', certificate }, /of a kind that it does not know\.$/],
  [
    { check: 'badKey', certificate, keyFault: 'smallOrder' },
    /its key is a point of small order, by which anybody can sign\.$/,
  ],
  [
    { check: 'badKey', certificate, keyFault: 'parameters' },
    /its key has not the parameters that a key of its kind has\.$/,
  ],
  [{ check: 'badKey', certificate, keyFault: 'encoding' }, /its key is not written as a key of its kind is\.$/],
  [{ check: 'badKey', certificate, keyFault: 'exponent' }, /its key has an exponent that no key of RSA may have\.$/],
  [{ check: 'badKey', certificate, keyFault: 'point' }, /its key is no point of its curve\.$/],
  [{ check: 'notAnAuthority', certificate }, /is no certification authority\.$/],
  [{ check: 'keyCertSign', certificate }, /is not for signing certificates\.$/],
  [{ check: 'pathLength', certificate }, /does not allow so many authorities below it\.$/],
  [{ check: 'keyUsage', certificate }, /its key is not for signing\.$/],
  [{ check: 'criticalExtension', certificate, extension: '2.5.29.30' }, /extension 2\.5\.29\.30 be understood\.$/],
  [{ check: 'tooLong', certificate }, /longer than eight certificates\.$/],
  [{ check: 'tooMuchWork', certificate, mostSignatures: 72 }, /too many ways .* after 72 signatures none was found\.$/],
])('%j', (path, sentence) => {
  const explanation = explain(ofPath(path), scene);
  expect(explanation.sentence).toMatch(sentence);
  expect(explanation.remedy).toMatch(/\w.*\.$/);
  expect(isHearsay(ofPath(path))).toBe(false);
});

test.each<[Refusal, RegExp]>([
  [
    ofSignature('ownSignature', { why: 'noCommonHash', peerHashes: [], key: { type: 'rsa', bits: 2048 } }),
    /^ONTAP cannot sign with its key \(RSA 2048\) so that web-44 could verify it: web-44 names no hash at all\.$/,
  ],
  [
    ofSignature('ownSignature', { why: 'noCommonHash', peerHashes: [2, 3], key: { type: 'ed25519' } }),
    /names SHA2_256, SHA2_384\.$/,
  ],
  [
    ofSignature('signature', { why: 'weakKey', key: { type: 'rsa', bits: 1024 } }),
    /\(RSA 1024\) is of a length that is not used/,
  ],
  [ofSignature('signature', { why: 'algorithm' }), /^web-44 signed in a way that ONTAP does not know\.$/],
  [ofSignature('signature', { why: 'sha1' }), /^web-44 signed with SHA-1/],
  [ofSignature('signature', { why: 'method1', key: { type: 'rsa', bits: 2048 } }), /most likely with SHA-1/],
  [
    ofSignature('signature', {
      why: 'notDemanded',
      scheme: { type: 'rsaPkcs1', hash: 'SHA-256' },
      demand: { rsaPadding: 'pss', hashes: ['SHA-384', 'SHA-512'] },
    }),
    /^web-44 signed by RSA PKCS#1 v1.5 with SHA-256, and ONTAP takes only RSA-PSS with SHA-384 or SHA-512\.$/,
  ],
  [ofSignature('signature', { why: 'otherKind', key: { type: 'ecdsa', curve: 'P-256' } }), /\(ECDSA P-256\) cannot\.$/],
  [ofSignature('signature', { why: 'mismatch', key: { type: 'ed448' } }), /not by the key of its certificate\.$/],
  [
    { code: 'authFailed', check: 'certified', certificate, peerIdentity },
    /^web-44 calls itself web-44\.corp, and its certificate O=Example, CN=web-44 does not certify that name\.$/,
  ],
  [
    { code: 'authFailed', check: 'method', method: 2, expectedMethod: 'certificate' },
    /^web-44 proves itself by a pre-shared key, ONTAP wants a certificate\.$/,
  ],
  [
    { code: 'authFailed', check: 'method', method: 14, expectedMethod: 'psk' },
    /^web-44 proves itself by a certificate, ONTAP wants a pre-shared key\.$/,
  ],
])('%j', (refusal, sentence) => {
  expect(explain(refusal, scene).sentence).toMatch(sentence);
  expect(notifyOf[refusal.code]).toBe(24); // the peer learns no more (RFC 7296 2.21.2)
});
