/**
 * SIGNATURE_HASH_ALGORITHMS (RFC 7427 4): which hashes an end can verify signatures with, said in IKE_SA_INIT. It means method 14
 * too. SHA-1 is never said (RFC 8247 3.2).
 */
import type { SignatureScheme, SigningHash } from '../../crypto/signature-scheme.ts';
import { type Connection, demandOf, expectedOf, type SignatureDemand } from '../connection.ts';
import type { Payload } from '../message/message.ts';
import { hashAlgorithms } from '../message/names.ts';
import { findNotify, notify } from '../message/notifies.ts';

const { SHA2_256, SHA2_384, SHA2_512, IDENTITY } = hashAlgorithms.numbers;

export const ownHashes: readonly number[] = [SHA2_256, SHA2_384, SHA2_512, IDENTITY];

/** Who signs or expects a signature says its hashes: a responder answers with its own only who did. */
export const offerHashes = (connection: Connection): readonly Payload[] =>
  connection.authentication.method === 'certificate' || expectedOf(connection).method === 'certificate'
    ? answerHashes([connection])
    : [];

/**
 * Even an end that expects no signature says what it could verify, since otherwise a peer that has nothing but a certificate could
 * not come as far as to be refused. Where every connection demands certain hashes, only these are said.
 */
export function answerHashes(connections: readonly Connection[]): readonly Payload[] {
  const said = ownHashes.filter((hash) => connections.some((each) => takes(each, hash)));
  return [notify('SIGNATURE_HASH_ALGORITHMS', Uint8Array.from(said.flatMap((hash) => [0, hash])))];
}

function takes(connection: Connection, hash: number): boolean {
  const { hashes } = demandOf(connection);
  return !hashes || hashes.some((each) => numbers[each] === hash);
}

/** Whether a signature, good in itself, is what a connection demands. */
export const meetsDemand = (scheme: SignatureScheme, { hashes, rsaPadding }: SignatureDemand): boolean =>
  (!hashes || ('hash' in scheme && hashes.includes(scheme.hash))) &&
  (!rsaPadding || !isRsa(scheme) || scheme.type === paddedBy[rsaPadding]);

const paddedBy = { pss: 'rsaPss', pkcs1: 'rsaPkcs1' } as const;
const isRsa = ({ type }: SignatureScheme): boolean => type === 'rsaPss' || type === 'rsaPkcs1';

export function readHashes(payloads: readonly Payload[]): readonly number[] {
  const { data } = findNotify(payloads, 'SIGNATURE_HASH_ALGORITHMS') ?? {};
  if (!data || data.length % 2 !== 0) return [];
  return Array.from({ length: data.length / 2 }, (_, i) => 256 * (data[2 * i] ?? 0) + (data[2 * i + 1] ?? 0));
}

const numbers: Readonly<Record<SigningHash, number>> = {
  'SHA-256': SHA2_256,
  'SHA-384': SHA2_384,
  'SHA-512': SHA2_512,
};

/** Ed25519 and Ed448 sign the octets themselves, which is a hash of its own name (RFC 8420). */
export const hashNumberOf = (scheme: SignatureScheme): number => ('hash' in scheme ? numbers[scheme.hash] : IDENTITY);
