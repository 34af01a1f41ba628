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
  const high = wordOf(spi, 0);
  const low = wordOf(spi, 8);
  return Uint8Array.of(high >>> 24, high >>> 16, high >>> 8, high, low >>> 24, low >>> 16, low >>> 8, low);
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
  return (hexOf(reader.u32(field)) + hexOf(reader.u32(field))) as IkeSpi; // minted here
}

export function writeIkeSpi(writer: Writer, spi: IkeSpi): void {
  writer.u32(wordOf(spi, 0)).u32(wordOf(spi, 8));
}

/** Eight lower-case hex digits. */
function hexOf(word: number): string {
  return String.fromCharCode(
    digitOf(word >>> 28),
    digitOf(word >>> 24),
    digitOf(word >>> 20),
    digitOf(word >>> 16),
    digitOf(word >>> 12),
    digitOf(word >>> 8),
    digitOf(word >>> 4),
    digitOf(word),
  );
}

const digitOf = (word: number): number => {
  const digit = word & 0x0f;
  return digit < 10 ? digit + 48 : digit + 87;
};

/** The number of eight lower-case hex digits, by their codes: a branded SPI has no others, and parseInt costs more. */
function wordOf(spi: IkeSpi, start: number): number {
  let word = 0;
  for (let i = start; i < start + 8; i++) {
    const code = spi.charCodeAt(i);
    word = (word << 4) | (code < 58 ? code - 48 : code - 87); // '0' is 48, 'a' is 97
  }
  return word;
}
