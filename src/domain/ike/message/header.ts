/**
 * The IKE header (RFC 7296 3.1): 28 octets. Of the flags only I and R say
 * anything, V and the reserved bits are written 0 and ignored.
 */
import type { Reader } from '../../bytes/reader.ts';
import type { Writer } from '../../bytes/writer.ts';
import type { Header } from './message.ts';
import { readIkeSpi, writeIkeSpi } from './spi.ts';

export const headerOctets = 28;

const initiatorFlag = 0x08;
const responseFlag = 0x20;

/** The header, and the two fields that only framing needs. */
export interface FramedHeader {
  readonly header: Header;
  /** The type of the first payload, 0 for none. */
  readonly first: number;
  /** Of the whole message, header included. */
  readonly length: number;
}

export function readHeader(reader: Reader): FramedHeader {
  const initiatorSpi = readIkeSpi(reader, 'initiator SPI');
  const responderSpi = readIkeSpi(reader, 'responder SPI');
  const first = reader.u8('next payload');
  const version = reader.u8('version');
  const exchange = reader.u8('exchange type');
  const flags = reader.u8('flags');
  const messageId = reader.u32('message id');
  const length = reader.u32('length');
  return {
    header: {
      initiatorSpi,
      responderSpi,
      exchange,
      majorVersion: version >>> 4,
      minorVersion: version & 0x0f,
      isFromInitiator: (flags & initiatorFlag) !== 0,
      isResponse: (flags & responseFlag) !== 0,
      messageId,
    },
    first,
    length,
  };
}

/** Writes the header without what only its payloads tell: the first one's type and the length, to be put in afterwards. */
export function writeHeader(writer: Writer, header: Header): void {
  writeIkeSpi(writer, header.initiatorSpi);
  writeIkeSpi(writer, header.responderSpi);
  writer.u8(0);
  writer.u8((header.majorVersion << 4) | header.minorVersion);
  writer.u8(header.exchange);
  writer.u8((header.isFromInitiator ? initiatorFlag : 0) | (header.isResponse ? responseFlag : 0));
  writer.u32(header.messageId);
  writer.u32(0);
}

export const firstOffset = 16;
export const lengthOffset = 24;
