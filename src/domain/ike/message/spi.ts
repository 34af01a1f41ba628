/** SPIs between octets and the values that maps and screens use. */
import { toHex } from '../../bytes/hex.ts';
import type { Octets } from '../../bytes/octets.ts';
import type { Reader } from '../../bytes/reader.ts';
import { invariant } from '../../bytes/result.ts';
import type { Writer } from '../../bytes/writer.ts';
import type { EspSpi, IkeSpi } from './message.ts';

/** The SPI of eight octets. */
export function ikeSpiOf(octets: Octets): IkeSpi {
  invariant(octets.length === 8, 'an IKE SPI has eight octets');
  return toHex(octets) as IkeSpi; // minted here
}

export function octetsOfIkeSpi(spi: IkeSpi): Octets {
  return Uint8Array.from({ length: 8 }, (_, i) => hexOctet(spi, i));
}

/** The SPI of four octets, or undefined where it is none: another length, or one of 0 to 255 (RFC 4303 2.1). */
export function espSpiOf(octets: Octets): EspSpi | undefined {
  if (octets.length !== 4) return undefined;
  const value = new DataView(octets.buffer, octets.byteOffset, 4).getUint32(0);
  return value > 255 ? (value as EspSpi) : undefined; // minted here
}

export function octetsOfEspSpi(spi: EspSpi): Octets {
  return Uint8Array.of(spi >>> 24, spi >>> 16, spi >>> 8, spi);
}

/** Reads an IKE SPI where it lies in a header. */
export function readIkeSpi(reader: Reader, field: string): IkeSpi {
  return toHex(reader.take(8, field)) as IkeSpi; // minted here
}

export function writeIkeSpi(writer: Writer, spi: IkeSpi): void {
  for (let i = 0; i < 8; i++) writer.u8(hexOctet(spi, i));
}

/** The octet of two lower-case hex digits: a branded SPI has no others. */
function hexOctet(spi: IkeSpi, index: number): number {
  return 16 * digit(spi.charCodeAt(2 * index)) + digit(spi.charCodeAt(2 * index + 1));
}

const digit = (code: number): number => (code < 58 ? code - 48 : code - 87); // '0' is 48, 'a' is 97
