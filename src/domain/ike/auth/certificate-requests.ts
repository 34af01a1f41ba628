/**
 * CERTREQ (RFC 7296 3.7; RFC 4945 3.2): authorities by the SHA-1 of their keys. What it names is a hint: of several certificates it
 * chooses one, and where none fits, the first is sent all the same, since the peer may know a way from there.
 */
import { toHex } from '../../bytes/hex.ts';
import { concat } from '../../bytes/octets.ts';
import type { CryptoProvider } from '../../crypto/provider.ts';
import type { Certificate } from '../../pki/certificate.ts';
import { mayHaveIssued } from '../../pki/issuing.ts';
import { type CertificateAuthentication, type Connection, type Credential, expectedOf } from '../connection.ts';
import type { Payload } from '../message/message.ts';
import { certEncodings } from '../message/names.ts';
import { findAll } from '../message/payloads.ts';

/** What the peer asked for, in all its CERTREQ together. */
export interface CertificateRequest {
  /** SHA-1 of SubjectPublicKeyInfo, in hex; empty: any authority. */
  readonly authorities: readonly string[];
}

const { X509_SIGNATURE, HASH_AND_URL_X509, HASH_AND_URL_BUNDLE } = certEncodings.numbers;
/** Who would like an address to fetch a certificate from takes the certificate itself too (RFC 7296 3.6). */
const askingForX509: readonly number[] = [X509_SIGNATURE, HASH_AND_URL_X509, HASH_AND_URL_BUNDLE];
const hashOctets = 20;

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
  return [{ type: 'CERTREQ', encoding: X509_SIGNATURE, authorities: concat(...distinct.values()) }];
}

/** Undefined: the peer asks for no certificate. One request that takes any authority takes any, whatever the others name. */
export function readCertificateRequest(payloads: readonly Payload[]): CertificateRequest | undefined {
  const requests = findAll(payloads, 'CERTREQ').filter(({ encoding }) => askingForX509.includes(encoding));
  if (requests.length === 0) return undefined;
  if (requests.some(({ authorities }) => authorities.length === 0)) return { authorities: [] };
  const authorities = requests.flatMap(({ authorities: hashes }) =>
    Array.from({ length: Math.floor(hashes.length / hashOctets) }, (_, i) =>
      toHex(hashes.subarray(hashOctets * i, hashOctets * (i + 1))),
    ),
  );
  return { authorities: [...new Set(authorities)] };
}

/** Ours, those first that lead to an authority that the peer named; else in the order in which they are configured. */
export async function byPreference(
  provider: CryptoProvider,
  { chain, key, others = [], anchors }: CertificateAuthentication,
  request: CertificateRequest | undefined,
): Promise<readonly [Credential, ...Credential[]]> {
  const first: Credential = { chain, key };
  if (others.length === 0 || !request || request.authorities.length === 0) return [first, ...others];
  const asked: Credential[] = [];
  const rest: Credential[] = [];
  for (const each of [first, ...others]) {
    const hashes = await Promise.all(
      authoritiesOf(each, anchors).map(async ({ spki }) => toHex(await provider.digest('SHA-1', spki))),
    );
    (hashes.some((hash) => request.authorities.includes(hash)) ? asked : rest).push(each);
  }
  const [best = first, ...more] = [...asked, ...rest];
  return [best, ...more];
}

/** Those in the chain, and those of our anchors that issued its end: a root seldom stands in a chain. */
function authoritiesOf({ chain }: Credential, anchors: readonly Certificate[]): readonly Certificate[] {
  const top = chain.at(-1) ?? chain[0];
  return [...chain, ...anchors.filter((anchor) => mayHaveIssued(anchor, top))];
}
