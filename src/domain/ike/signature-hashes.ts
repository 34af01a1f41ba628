/**
 * SIGNATURE_HASH_ALGORITHMS (RFC 7427 4): which hashes an end can verify signatures with, said in IKE_SA_INIT. It means method 14
 * too. SHA-1 is never said (RFC 8247 3.2).
 */
import type { SignatureScheme, SigningHash } from '../crypto/signature-scheme.ts';
import { type Connection, expectedOf } from './connection.ts';
import type { Payload } from './message/message.ts';
import { hashAlgorithms } from './message/names.ts';
import { findNotify, notify } from './notifies.ts';

const { SHA2_256, SHA2_384, SHA2_512, IDENTITY } = hashAlgorithms.numbers;

export const ownHashes: readonly number[] = [SHA2_256, SHA2_384, SHA2_512, IDENTITY];

/** Either end may sign: a responder answers with its hashes only who said its own, so who signs says them as well. */
export const offerHashes = (connections: readonly Connection[]): readonly Payload[] =>
  connections.some((each) => each.authentication.method === 'certificate' || expectedOf(each).method === 'certificate')
    ? [notify('SIGNATURE_HASH_ALGORITHMS', Uint8Array.from(ownHashes.flatMap((hash) => [0, hash])))]
    : [];

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
