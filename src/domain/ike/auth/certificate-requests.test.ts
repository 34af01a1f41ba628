/** Which of several certificates an end proves itself with: CERTREQ and hashes decide, and the order where they do not. */
import { expect, test } from 'vitest';
import { toHex } from '../../bytes/hex.ts';
import { concat, emptyOctets, type Octets } from '../../bytes/octets.ts';
import { webProvider } from '../../crypto/web-provider.ts';
import { type Certificate, parseCertificate } from '../../pki/certificate.ts';
import { printName } from '../../pki/distinguished-name.ts';
import type { CertificateAuthentication } from '../connection.ts';
import type { Payload } from '../message/message.ts';
import { find } from '../message/payloads.ts';
import { authority, credentialOf } from '../testing/certificates.ts';
import { agreementOf, type EndName, makePair, type Pair } from '../testing/pair.ts';
import { messageFrom, rewrite } from '../testing/tamper.ts';
import { byPreference, readCertificateRequest } from './certificate-requests.ts';

const names = { host: 'host.test', cluster: 'cluster.test' } as const;
const otherName = { name: 'CN=other', key: 'otherP384' } as const;
const [usual, other] = await Promise.all([authority(), authority({ subject: 'CN=other', key: 'otherP384' })]);

/** A certificate by each authority, the usual one first. */
async function twoOf(dns: string): Promise<CertificateAuthentication> {
  const second = await credentialOf({ key: 'ed25519', dns, certificate: { issuer: otherName } });
  return credentialOf({ key: 'p256', dns, anchors: [usual, other], authentication: { others: [second] } });
}

/** One end has two certificates, the other trusts one authority. */
async function pairOf(chooser: EndName, trusted: Certificate): Promise<Pair> {
  const of = (end: EndName) =>
    end === chooser ? twoOf(names[end]) : credentialOf({ key: 'p256', dns: names[end], anchors: [trusted] });
  const [host, cluster] = await Promise.all([of('host'), of('cluster')]);
  return makePair({
    host: { id: names.host, peerId: names.cluster, more: { authentication: host } },
    cluster: { id: names.cluster, peerId: names.host, more: { authentication: cluster } },
  });
}

/** Who issued the certificate that an end sent first. */
function issuerSentBy(pair: Pair, end: EndName): string {
  const sent = pair[end].transcript.find(({ direction, header }) => direction === 'out' && header?.exchange === 35);
  const parsed = parseCertificate(find(sent?.payloads ?? [], 'CERT')?.data ?? emptyOctets);
  return parsed.ok ? printName(parsed.value.issuer) : 'nobody';
}

test.each([
  ['host', usual, 'O=Tests, CN=authority'],
  ['host', other, 'CN=other'],
  ['cluster', usual, 'O=Tests, CN=authority'],
  ['cluster', other, 'CN=other'],
] as const)(
  '%s has a certificate of each of two authorities: the other end gets the one that it asks for',
  async (chooser, trusted, issuer) => {
    const pair = await pairOf(chooser, trusted);
    await pair.establish();

    expect(agreementOf(pair).host).toHaveLength(1);
    expect(issuerSentBy(pair, chooser)).toBe(issuer);
  },
);

test('without CERTREQ the first one is sent, as configured, though the peer would have liked another', async () => {
  const pair = await pairOf('host', other);
  pair.wire.tamper = (datagram) => [
    messageFrom(datagram)?.header.exchange === 34 ? rewrite(datagram, withoutRequest) : datagram,
  ];
  await pair.establish();

  expect(issuerSentBy(pair, 'host')).toBe('O=Tests, CN=authority');
  expect(pair.cluster.failures[0]?.refusal).toMatchObject({ check: 'certificate', path: { check: 'untrusted' } });
});

test('a peer that cannot verify with the first key gets the next that it can, whomever it asks for', async () => {
  const pair = await pairOf('host', other);
  const { connection } = pair.cluster;
  const peerAuthentication = { method: 'certificate', anchors: [usual, other], hashes: ['SHA-256'] } as const;
  await pair.cluster.endpoint.setConnections([{ ...connection, peerAuthentication }], pair.nowMs);
  await pair.establish();

  expect(issuerSentBy(pair, 'host')).toBe('O=Tests, CN=authority');
});

test('a chain is asked for by any authority in it, or by the anchor above it; else the order stays', async () => {
  const middle = await authority({ subject: 'CN=middle', issuer: otherName, key: 'ed25519' });
  const issuer = { name: 'CN=middle', key: 'ed25519' } as const;
  const below = await credentialOf({ key: 'p521', dns: names.host, certificate: { issuer } });
  const authentication: CertificateAuthentication = {
    ...(await credentialOf({ key: 'p256', dns: names.host, anchors: [usual] })),
    others: [{ chain: [below.chain[0], middle, other], key: below.key }],
  };
  const firstFor = async (...authorities: readonly Octets[]) => {
    const request = readCertificateRequest([requestFor(...authorities)]);
    const [{ chain }] = await byPreference(webProvider, authentication, request);
    return chain === authentication.chain ? 'first' : 'second';
  };
  const [ofUsual, ofOther, ofMiddle] = await Promise.all([hashOf(usual), hashOf(other), hashOf(middle)]);
  const stranger = new Uint8Array(20);

  expect(await Promise.all([firstFor(ofUsual), firstFor(ofOther), firstFor(ofMiddle)])).toEqual([
    'first',
    'second',
    'second',
  ]);
  expect(await Promise.all([firstFor(), firstFor(stranger), firstFor(ofOther, ofUsual)])).toEqual([
    'first',
    'first',
    'first',
  ]);
  expect(await firstFor(stranger, ofOther)).toBe('second');
});

test('several CERTREQ are one request; encodings that are no certificates ask for none; an odd tail says nothing', async () => {
  const [one, two] = [await hashOf(usual), await hashOf(other)];
  const read = (...payloads: readonly Payload[]) => readCertificateRequest(payloads)?.authorities;

  expect(read(requestFor(one), requestFor(two, one))).toEqual([toHex(one), toHex(two)]);
  expect(read(requestFor(one), requestFor())).toEqual([]);
  expect(read({ type: 'CERTREQ', encoding: 14, authorities: one })).toBeUndefined(); // OCSP (RFC 4806)
  expect(read({ type: 'CERTREQ', encoding: 12, authorities: one })).toEqual([toHex(one)]);
  expect(read(requestFor(one, Uint8Array.of(1, 2, 3)))).toEqual([toHex(one)]);
  expect(read()).toBeUndefined();
});

const hashOf = async ({ spki }: Certificate): Promise<Octets> => webProvider.digest('SHA-1', spki);

const requestFor = (...authorities: readonly Octets[]): Payload => ({
  type: 'CERTREQ',
  encoding: 4,
  authorities: concat(...authorities),
});

const withoutRequest = (payloads: readonly Payload[]) => payloads.filter(({ type }) => type !== 'CERTREQ');
