/** What an end must never say twice: an IV under one key (RFC 5282 3.1), a message id for two messages (RFC 7296 2.2). */
import { toHex } from '../../bytes/hex.ts';
import { invariant } from '../../bytes/result.ts';
import { encryptionOf } from '../../crypto/transforms.ts';
import type { Datagram } from '../datagram.ts';
import { protocols } from '../message/names.ts';
import { find } from '../message/payloads.ts';
import { chosenOf, transformTypes } from '../proposal/proposal.ts';
import type { TranscriptEntry } from '../transcript.ts';

/** Where the IV begins: behind the IKE header and the generic header of SK (46), or the longer one of SKF (53). */
const ivAt: Readonly<Record<number, number>> = { 46: 32, 53: 36 };
const ikeIntermediate = 43;

/**
 * Throws where one IV stands before two ciphertexts. `sent` is all of one end, repetitions too, which are the same octets; its transcript
 * says how long the IVs of each IKE SA are. Each IKE_INTERMEDIATE exchange has keys of its own (RFC 9370 2.2.2), everything from IKE_AUTH on
 * has one set.
 */
export function demandFreshIvs(end: string, sent: readonly Datagram[], transcript: readonly TranscriptEntry[]): void {
  const ivOctetsOf = ivLengthsIn(transcript);
  const first = new Map<string, string>();
  for (const { octets } of sent) {
    const at = ivAt[octets[16] ?? 0];
    if (at === undefined) continue;
    const ivOctets = ivOctetsOf.get(toHex(octets.subarray(8, 16)));
    invariant(ivOctets, `${end} seals under what was chosen for this IKE SA`);
    const keys = octets[18] === ikeIntermediate ? toHex(octets.subarray(20, 24)) : 'last';
    const iv = `${toHex(octets.subarray(0, 16))} ${keys} ${toHex(octets.subarray(at, at + ivOctets))}`;
    demandOne(`${end}: IV ${iv}`, first, iv, toHex(octets));
  }
}

/** By the responder's SPI, what each answer chose: its own in IKE_SA_INIT, that of the proposal where an IKE SA is rekeyed. */
function ivLengthsIn(transcript: readonly TranscriptEntry[]): ReadonlyMap<string, number> {
  const lengths = new Map<string, number>();
  for (const { header, payloads } of transcript) {
    const chosen = header?.isResponse && payloads ? find(payloads, 'SA')?.proposals[0] : undefined;
    const encr = chosen && chosenOf(chosen, transformTypes.ENCR);
    if (!header || !chosen || !encr || chosen.protocol !== protocols.numbers.IKE) continue;
    const spi = chosen.spi.length > 0 ? toHex(chosen.spi) : header.responderSpi;
    lengths.set(spi, encryptionOf(encr.id)?.ivOctets ?? 0);
  }
  return lengths;
}

/** Throws where one message id stands on two protected messages; fragments that are cut anew carry the same message. */
export function demandFreshMessageIds(end: string, transcript: readonly TranscriptEntry[]): void {
  const first = new Map<string, string>();
  for (const { direction, octets, header, payloads } of transcript) {
    if (direction !== 'out' || !header || !payloads || ivAt[octets[16] ?? 0] === undefined) continue;
    const { initiatorSpi, responderSpi, isResponse, messageId, exchange } = header;
    const id = `${initiatorSpi} ${responderSpi} ${isResponse ? 'response' : 'request'} ${messageId}`;
    demandOne(`${end}: message id ${id}`, first, id, `${exchange} ${JSON.stringify(payloads, asText)}`);
  }
}

function demandOne(what: string, first: Map<string, string>, key: string, said: string): void {
  const before = first.get(key);
  if (before === undefined) first.set(key, said);
  else if (before !== said) throw new Error(`${what} is used twice: ${before} and ${said}`);
}

const asText = (_: string, value: unknown): unknown =>
  value instanceof Uint8Array ? toHex(Uint8Array.from(value)) : typeof value === 'bigint' ? `${value}` : value;
