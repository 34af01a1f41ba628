import { describe, expect, test } from 'vitest';
import { derNull, tags, writeDer } from '../bytes/der.ts';
import { parseHex } from '../bytes/hex.ts';
import { emptyOctets, type Octets, utf8 } from '../bytes/octets.ts';
import { writeAlgorithmIdentifier } from '../crypto/signature-scheme.ts';
import { testKey } from '../crypto/testing/signing-keys.ts';
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
    key: { ok: true, value: { type: 'ecdsa', curve: 'P-384' } },
    basicConstraints: { isAuthority: true, pathLength: 1 },
    keyUsage: new Set(['digitalSignature', 'keyCertSign']),
    subjectAltNames: [
      { kind: 'mail', octets: utf8('a@example.test') },
      { kind: 'dns', octets: utf8('a.test') },
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
  const dns = (name: string) => certifies(certificate, { kind: 'dns', octets: utf8(name) });
  expect([dns('a.test'), dns('A.Test'), dns('common.test'), dns('x.wild.test'), dns('')]).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
  expect(certifies(certificate, { kind: 'mail', octets: utf8('who@a.test') })).toBe(true);
  expect(certifies(certificate, { kind: 'mail', octets: utf8('a.test') })).toBe(false);
  expect(certifies(certificate, { kind: 'address', octets: Uint8Array.of(192, 0, 2, 1) })).toBe(true);
  expect(certifies(certificate, { kind: 'address', octets: Uint8Array.of(192, 0, 2, 9) })).toBe(false);
  const directory = (text: string) => certifies(certificate, { kind: 'directory', name: parseNameText(text) ?? [] });
  expect([directory('c=ch, cn=COMMON.TEST'), directory('CN=common.test, C=CH'), directory('CN=common.test')]).toEqual([
    true,
    false,
    false,
  ]);
});

test('names are the same octets but for the case of ASCII, and of a mailbox only where its host stands', async () => {
  const certificate = await issueCertificate({
    subject: 'CN=a',
    key: 'p256',
    dns: ['kiwi.test', '\u00fd.test'],
    mail: ['Kim@kiwi.test', 'kiwi.test', '@kiwi.test'],
  });
  const certified = (kind: 'dns' | 'mail', name: string | Octets) =>
    certifies(certificate, { kind, octets: typeof name === 'string' ? utf8(name) : name });

  expect(certified('dns', 'KIWI.TEST')).toBe(true);
  expect(certified('dns', '\u212aiwi.test')).toBe(false); // the sign of Kelvin, whose lower case is k
  expect(certified('dns', '\ufeffkiwi.test')).toBe(false);
  expect(certified('dns', Uint8Array.of(0xff, ...utf8('.test')))).toBe(false); // read as UTF-8 it is what 0xfd is: U+FFFD
  expect(certified('mail', 'Kim@KIWI.test')).toBe(true);
  expect(certified('mail', 'kim@kiwi.test')).toBe(false);
  expect(certified('mail', 'Kim@\u212aiwi.test')).toBe(false);
  expect(certified('mail', 'kiwi.test')).toBe(false); // no mailbox
  expect(certified('mail', '@kiwi.test')).toBe(false);
});

test('an empty name certifies nobody', async () => {
  const certificate = await issueCertificate({ subject: 'CN=a', key: 'p256', dns: [''], mail: [''] });
  expect(certificate.subjectAltNames).toHaveLength(2);
  for (const kind of ['dns', 'mail'] as const) expect(certifies(certificate, { kind, octets: utf8('') })).toBe(false);
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
  expect(equalNames(name, parseNameText('C=CH, O=Exämple\\, Ltd, OU=a  b, E=x@y.z') ?? [])).toBe(false);
  expect(equalNames(name, name.toReversed())).toBe(false);
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

describe('what DER leaves no choice in is held to it', () => {
  const sequence = (...parts: readonly Octets[]) => writeDer(tags.sequence, ...parts);
  const oid = (hexText: string) => writeDer(tags.oid, parseHex(hexText) ?? emptyOctets);
  const yes = writeDer(tags.boolean, Uint8Array.of(0xff));
  const value = writeDer(tags.octetString, derNull);
  const unknown = oid('2a0304');
  const extensionsOf = (...all: readonly Octets[]) => writeDer(0xa3, sequence(...all));
  const fine = extensionsOf(sequence(unknown, value));

  interface Laid {
    readonly notAfter?: string;
    readonly behindKey?: readonly Octets[];
  }

  /** Nobody signed it: what is read of it says nothing of that. */
  function lay({ notAfter = '20360101000000Z', behindKey = [fine] }: Laid): Octets {
    const algorithm = writeAlgorithmIdentifier({ type: 'ecdsa', hash: 'SHA-256', form: 'der' });
    const name = writeName(parseNameText('CN=a') ?? []);
    const time = (text: string) => writeDer(0x18, utf8(text));
    const version = writeDer(0xa0, writeDer(tags.integer, Uint8Array.of(2)));
    const serial = writeDer(tags.integer, Uint8Array.of(1));
    const validity = sequence(time('20260101000000Z'), time(notAfter));
    const { spki } = testKey('p256');
    const tbs = sequence(version, serial, algorithm, name, validity, name, spki, ...behindKey);
    return sequence(tbs, algorithm, writeDer(tags.bitString, new Uint8Array(9)));
  }

  test('as laid out here it is read', () => {
    expect(parseCertificate(lay({}))).toMatchObject({ ok: true, value: { otherCritical: [] } });
  });

  test.each<[string, Laid, string]>([
    ['a date that no calendar has', { notAfter: '20260631000000Z' }, 'validity'],
    ['a year that a calendar of ours takes for another', { notAfter: '00500101000000Z' }, 'validity'],
    ['a time of no zone', { notAfter: '20360101000000' }, 'validity'],
    ['a time of another zone than Z', { notAfter: '20360101000000A' }, 'validity'],
    ['a time with a fraction', { notAfter: '20360101000000.5Z' }, 'validity'],
    ['a time with more than seconds', { notAfter: '2036010100000050Z' }, 'validity'],
    ['a month that no year has', { notAfter: '20261399999999Z' }, 'validity'],
    ['extensions twice', { behindKey: [fine, extensionsOf(sequence(unknown, yes, value))] }, 'structure'],
    ['something behind the extensions', { behindKey: [fine, value] }, 'structure'],
    [
      'an extension whose critical flag stands behind its value',
      { behindKey: [extensionsOf(sequence(unknown, value, yes))] },
      'extension',
    ],
    [
      'an extension with more than it has',
      { behindKey: [extensionsOf(sequence(unknown, yes, value, value))] },
      'extension',
    ],
    [
      'a key usage of 255 unused bits',
      {
        behindKey: [
          extensionsOf(
            sequence(oid('551d0f'), writeDer(tags.octetString, writeDer(tags.bitString, Uint8Array.of(255, 128)))),
          ),
        ],
      },
      'extension',
    ],
  ])('%s: no certificate', (_, laid, part) => {
    expect(parseCertificate(lay(laid))).toMatchObject({ ok: false, error: { part } });
  });

  test('an extended key usage that is critical is one that nobody judges: it counts as unread', () => {
    const purposes = writeDer(tags.octetString, sequence(oid('2b06010505070301')));
    const behindKey = [extensionsOf(sequence(oid('551d25'), yes, purposes))];

    expect(parseCertificate(lay({ behindKey }))).toMatchObject({
      ok: true,
      value: { extendedKeyUsage: ['1.3.6.1.5.5.7.3.1'], otherCritical: ['2.5.29.37'] },
    });
  });
});
