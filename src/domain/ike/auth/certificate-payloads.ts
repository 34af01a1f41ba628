/**
 * CERT and CERTREQ (RFC 7296 3.6, 3.7; RFC 4945 3.2, 3.3). The first CERT holds the key that signs, the others come in any order. A
 * CERTREQ names authorities by the SHA-1 of their keys; what it names is a hint: a chain that leads elsewhere is sent all the
 * same, since the peer may know a way from there.
 */
import { toHex } from '../../bytes/hex.ts';
import { concat } from '../../bytes/octets.ts';
import { err, ok, type Result } from '../../bytes/result.ts';
import type { CryptoProvider } from '../../crypto/provider.ts';
import { type Certificate, parseCertificate } from '../../pki/certificate.ts';
import type { PathFault } from '../../pki/path-judge.ts';
import { type CertificateAuthentication, type Connection, expectedOf } from '../connection.ts';
import type { Payload } from '../message/message.ts';
import { certEncodings } from '../message/names.ts';
import { findAll } from '../message/payloads.ts';

const encoding = certEncodings.numbers.X509_SIGNATURE;

/** CERTREQ, if a certificate may be what we expect: with the anchors of all connections that may apply. */
export async function requestCertificates(
  provider: CryptoProvider,
  connections: readonly Connection[],
): Promise<readonly Payload[]> {
  const anchors = connections.flatMap((each) => {
    const expected = expectedOf(each);
    return expected.method === 'certificate' ? expected.anchors : [];
  });
  if (anchors.length === 0) return [];
  const hashes = await Promise.all([...new Set(anchors)].map(({ spki }) => provider.digest('SHA-1', spki)));
  const distinct = new Map(hashes.map((hash) => [toHex(hash), hash]));
  return [{ type: 'CERTREQ', encoding, authorities: concat(...distinct.values()) }];
}

export const offerCertificates = (
  { chain, sends }: CertificateAuthentication,
  peer: { readonly asks: boolean },
): readonly Payload[] =>
  sends === 'always' || peer.asks ? chain.map(({ der }) => ({ type: 'CERT', encoding, data: der })) : [];

export const asksForCertificate = (payloads: readonly Payload[]): boolean => findAll(payloads, 'CERTREQ').length > 0;

/** The peer's certificates, its own first. Others of another encoding, or that cannot be read, are left out. */
export function readCertificates(
  payloads: readonly Payload[],
): Result<readonly [Certificate, ...Certificate[]], PathFault> {
  const [first, ...others] = findAll(payloads, 'CERT').filter((each) => each.encoding === encoding);
  if (!first) return err({ check: 'missing' });
  const own = parseCertificate(first.data.slice()); // it outlives the datagram
  if (!own.ok) return err({ check: 'unreadable' });
  const readable = others.map(({ data }) => parseCertificate(data)).filter((each) => each.ok);
  return ok([own.value, ...readable.map(({ value }) => value)]);
}
