/**
 * A message as a tree of named octet ranges, for a reader who wants to see which octets say what: the same parsers as the
 * engine's, watched. What is inside SK has a tree of its own, whose offsets count from the start of the plaintext.
 */
import type { Octets } from '../../bytes/octets.ts';
import { tracing, type WireField } from '../../bytes/tracing-reader.ts';
import { readChain } from './chain.ts';
import { headerOctets, readHeader } from './header.ts';

/** A datagram without its non-ESP marker. Octets that could not be read are in no field but the outermost. */
export function dissectMessage(datagram: Octets): WireField {
  return tracing(datagram, 'message', (reader) => {
    const { first } = reader.within(Math.min(headerOctets, reader.left), 'header', readHeader);
    return readChain(reader, first);
  }).field;
}

/** The plaintext of SK, its padding removed; `first` is the `inner` of the payload. */
export function dissectPlaintext(first: number, plaintext: Octets): WireField {
  return tracing(plaintext, 'plaintext', (reader) => readChain(reader, first)).field;
}
