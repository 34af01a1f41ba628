/** Certificates as they travel in CERT (RFC 7296 3.6): what is read of a pile of them, and what comes instead of one. */
import { expect, test } from 'vitest';
import { concat, type Octets, utf8 } from '../../bytes/octets.ts';
import { printName } from '../../pki/distinguished-name.ts';
import type { Payload } from '../message/message.ts';
import { ikeAuthRequest, occurrenceFaultOf } from '../message/occurrence.ts';
import { authority, credentialOf } from '../testing/certificates.ts';
import { answerWith } from '../testing/other-answer.ts';
import { makePair } from '../testing/pair.ts';
import { offerCertificates, readCertificates } from './certificate-payloads.ts';

const certOf = (data: Octets, encoding = 4): Payload => ({ type: 'CERT', encoding, data });
const issuer = { name: 'CN=middle', key: 'ed25519' } as const;
const [root, middle, credential] = await Promise.all([
  authority(),
  authority({ subject: issuer.name, key: issuer.key, issuer: { name: 'O=Tests, CN=authority', key: 'p384' } }),
  credentialOf({ key: 'p256', dns: 'host.test', certificate: { issuer } }),
]);
const [own] = credential.chain;

function subjectsOf(...payloads: readonly Payload[]): readonly string[] | string {
  const read = readCertificates(payloads);
  return read.ok ? read.value.map(({ subject }) => printName(subject)) : read.error.check;
}

test('the first is the end’s own, the others come in any order, each once; other encodings and rubbish are passed over', () => {
  expect(
    subjectsOf(
      certOf(utf8('a list of revoked ones'), 7),
      certOf(own.der),
      certOf(root.der),
      certOf(utf8('no certificate')),
      certOf(middle.der),
      certOf(root.der),
      certOf(own.der),
      certOf(concat(new Uint8Array(20), utf8('http://a.test/middle')), 12),
      certOf(utf8('of the future'), 200),
    ),
  ).toEqual(['O=Tests, CN=host.test', 'O=Tests, CN=authority', 'CN=middle']);
});

test('no certificate, none that can be read, and none of an encoding that we know are three reasons', () => {
  expect(subjectsOf()).toBe('missing');
  expect(subjectsOf(certOf(utf8('no certificate')), certOf(own.der))).toBe('unreadable');
  expect(subjectsOf(certOf(utf8('a key'), 15), certOf(utf8('a list'), 7))).toBe('encoding');
});

test.each([12, 13])(
  'encoding %i, an address in place of the certificate: refused, and the address is told',
  async (encoding) => {
    const authentication = { ...credential, chain: [own, middle] } as const;
    const pair = makePair({
      both: { more: { authentication } },
      host: { id: 'host.test', peerId: 'cluster.test' },
      cluster: { id: 'cluster.test', peerId: 'host.test' },
    });
    await pair.host.initiate();
    await answerWith(pair, 'IKE_AUTH', [
      { type: 'IDr', idType: 2, data: utf8('cluster.test') },
      certOf(concat(new Uint8Array(20), utf8('http://b.test/cert')), encoding),
      certOf(middle.der),
      { type: 'AUTH', method: 14, data: Uint8Array.of(0) },
    ]);

    expect(pair.host.failures[0]?.refusal).toMatchObject({
      check: 'certificate',
      path: { check: 'notFetched', url: 'http://b.test/cert' },
    });
    expect(pair.cluster.failures[0]).toMatchObject({ by: 'remote', notify: 24 });
  },
);

test('twenty certificates are taken, one more is malformed', () => {
  const pile = (count: number) => Array.from({ length: count }, () => certOf(middle.der));
  const rest: readonly Payload[] = [
    { type: 'IDi', idType: 2, data: utf8('host.test') },
    { type: 'AUTH', method: 14, data: Uint8Array.of(0) },
  ];
  expect(occurrenceFaultOf([...rest, ...pile(20)], ikeAuthRequest)).toBeUndefined();
  expect(occurrenceFaultOf([...rest, ...pile(21)], ikeAuthRequest)).toMatchObject({ payload: 'CERT', found: 21 });
});

test('a root in the chain stays at home; an authority’s new key under its old name goes along', async () => {
  const [old, young] = [Uint8Array.of(1), Uint8Array.of(2)];
  const keyIds = { own: young, issuer: old };
  const rolled = await authority({ key: 'p521', issuer: { name: 'O=Tests, CN=authority', key: 'p384' }, keyIds });
  const sent = (chain: readonly (typeof own)[]) =>
    offerCertificates({ ...credential, chain: [own, ...chain] }, { sends: 'always' }, undefined).length;
  expect(sent([middle, root])).toBe(2);
  expect(sent([middle, rolled])).toBe(3);
});
