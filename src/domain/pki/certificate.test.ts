import { expect, test } from 'vitest';
import { labelOf, parseCertificate } from './certificate.ts';
import {
  equalNames,
  matchesName,
  matchesNameInAnyOrder,
  parseName,
  parseNameText,
  printName,
  writeName,
} from './distinguished-name.ts';
import { certifies } from './identity.ts';
import { issueCertificate, issueDer } from './testing/authority.ts';

test('a certificate is read into what it says', async () => {
  const certificate = await issueCertificate({
    subject: 'C=CH, O=Example\\, Ltd, CN=a',
    key: 'p384',
    dns: ['a.test'],
    mail: ['a@example.test'],
    addresses: [Uint8Array.of(192, 0, 2, 1)],
    isAuthority: true,
    pathLength: 1,
    keyUsage: 0x84,
    serial: 7,
  });
  expect(labelOf(certificate)).toEqual({
    subject: 'C=CH, O=Example\\, Ltd, CN=a',
    issuer: 'C=CH, O=Example\\, Ltd, CN=a',
    serial: '07',
    notBeforeMs: Date.UTC(2026, 0),
    notAfterMs: Date.UTC(2036, 0),
  });
  expect(certificate).toMatchObject({
    version: 3,
    keyKind: { type: 'ecdsa', curve: 'P-384' },
    basicConstraints: { isAuthority: true, pathLength: 1 },
    keyUsage: new Set(['digitalSignature', 'keyCertSign']),
    subjectAltNames: [
      { kind: 'mail', address: 'a@example.test' },
      { kind: 'dns', name: 'a.test' },
      { kind: 'address', octets: Uint8Array.of(192, 0, 2, 1) },
    ],
    otherCritical: [],
  });
});

test('a certificate cut or changed at any octet is refused or read, never thrown', async () => {
  const der = await issueDer({ subject: 'CN=a', key: 'p256', dns: ['a.test'], keyUsage: 0x80 });
  for (let at = 0; at < der.length; at++) {
    expect(parseCertificate(der.slice(0, at)).ok).toBe(false);
    for (const value of [0, 0xff, (der[at] ?? 0) ^ 0x01, (der[at] ?? 0) ^ 0x20]) {
      const spoiled = der.slice();
      spoiled[at] = value;
      parseCertificate(spoiled);
    }
  }
  expect(parseCertificate(Uint8Array.of(...der, 0))).toMatchObject({ ok: false, error: { part: 'encoding' } });
});

test('an identity is certified by a name of its own kind, never by the common name or a wildcard', async () => {
  const certificate = await issueCertificate({
    subject: 'C=CH, CN=common.test',
    key: 'p256',
    dns: ['a.test', '*.wild.test', '192.0.2.9'],
    mail: ['who@a.test'],
    addresses: [Uint8Array.of(192, 0, 2, 1)],
  });
  const dns = (name: string) => certifies(certificate, { kind: 'dns', name });
  expect([dns('a.test'), dns('A.Test'), dns('common.test'), dns('x.wild.test'), dns('')]).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
  expect(certifies(certificate, { kind: 'mail', address: 'who@a.test' })).toBe(true);
  expect(certifies(certificate, { kind: 'mail', address: 'a.test' })).toBe(false);
  expect(certifies(certificate, { kind: 'address', octets: Uint8Array.of(192, 0, 2, 1) })).toBe(true);
  expect(certifies(certificate, { kind: 'address', octets: Uint8Array.of(192, 0, 2, 9) })).toBe(false);
  const directory = (text: string) => certifies(certificate, { kind: 'directory', name: parseNameText(text) ?? [] });
  expect([directory('c=ch, cn=COMMON.TEST'), directory('CN=common.test, C=CH'), directory('CN=common.test')]).toEqual([
    true,
    false,
    false,
  ]);
});

test('an empty subject certifies no name', async () => {
  const certificate = await issueCertificate({ subject: '', issuer: { name: 'CN=ca', key: 'p384' }, key: 'p256' });
  expect(certifies(certificate, { kind: 'directory', name: [] })).toBe(false);
});

test('a name is written, parsed and printed back equal, whatever its strings are encoded in', () => {
  const name = parseNameText('C=CH, O=Exämple\\, Ltd,  CN = a  b , E=x@y.z') ?? [];
  expect(printName(name)).toBe('C=CH, O=Exämple\\, Ltd, CN=a  b, E=x@y.z');
  expect(parseName(writeName(name))).toEqual(name);
  expect(equalNames(name, parseNameText('c=ch, o=EXÄMPLE\\, ltd, cn=A B, email=X@y.z') ?? [])).toBe(true);
  expect(matchesName(name, parseNameText('C=*, O=*, CN=*, E=*') ?? [])).toBe(true);
  expect(matchesName(name, parseNameText('C=*, O=*, CN=*') ?? [])).toBe(false);
  const inAnyOrder = (text: string) => matchesNameInAnyOrder(name, parseNameText(text) ?? []);
  expect(['CN=*, C=*, E=*, O=*', 'CN=*, C=*, E=*', 'CN=*, C=*, E=*, CN=*'].map(inAnyOrder)).toEqual([
    true,
    false,
    false,
  ]);
  expect([parseNameText('nonsense'), parseNameText('XYZ=1'), parseNameText('C=CH,,CN=a')]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
