/** SPIs between octets and the values that maps and screens use. */
import { type Octets, utf8 } from '../../bytes/octets.ts';
import type { Reader } from '../../bytes/reader.ts';
import { invariant } from '../../bytes/result.ts';
import type { Writer } from '../../bytes/writer.ts';
import { type EspSpi, type IkeSpi, noSpi } from './message.ts';

/** The SPI of eight octets. */
export function ikeSpiOf(octets: Octets): IkeSpi {
  invariant(octets.length === 8, 'an IKE SPI has eight octets');
  const view = new DataView(octets.buffer, octets.byteOffset, 8);
  return hexOf(view.getUint32(0), view.getUint32(4)) as IkeSpi; // minted here
}

export function octetsOfIkeSpi(spi: IkeSpi): Octets {
  const octets = new Uint8Array(8);
  for (let i = 0; i < 8; i++) octets[i] = octetOf(spi, i);
  return octets;
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
  const high = reader.u32(field);
  const low = reader.u32(field);
  return high === 0 && low === 0 ? noSpi : (hexOf(high, low) as IkeSpi); // minted here
}

export function writeIkeSpi(writer: Writer, spi: IkeSpi): void {
  for (let i = 0; i < 8; i++) writer.u8(octetOf(spi, i));
}

/** Sixteen lower-case hex digits, made at once: a text put together of two would be copied again by who uses it as a key. */
function hexOf(high: number, low: number): string {
  return String.fromCharCode(
    digitOf(high >>> 28),
    digitOf(high >>> 24),
    digitOf(high >>> 20),
    digitOf(high >>> 16),
    digitOf(high >>> 12),
    digitOf(high >>> 8),
    digitOf(high >>> 4),
    digitOf(high),
    digitOf(low >>> 28),
    digitOf(low >>> 24),
    digitOf(low >>> 20),
    digitOf(low >>> 16),
    digitOf(low >>> 12),
    digitOf(low >>> 8),
    digitOf(low >>> 4),
    digitOf(low),
  );
}

const digits = utf8('0123456789abcdef');
const digitOf = (word: number): number => digits[word & 0x0f] as number; // one of sixteen

/** The number of two lower-case hex digits, by their codes: a branded SPI has no others, and parseInt costs more. */
const octetOf = (spi: IkeSpi, index: number): number =>
  (numberOf(spi.charCodeAt(2 * index)) << 4) | numberOf(spi.charCodeAt(2 * index + 1));

/** Without a branch, which nobody could foresee: codes of letters end in 1 to 6, and have a bit that those of digits lack. */
const numberOf = (code: number): number => (code & 0x0f) + 9 * (code >>> 6);
