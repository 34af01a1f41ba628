/** Octets as rows of 16, hex beside characters, as packet tools show them. */

export interface HexRow {
  readonly offset: string;
  /** Pairs of digits, a gap after each and a wider one after eight. */
  readonly hex: string;
  /** Printable ASCII; a dot for the rest. */
  readonly text: string;
}

const octetsPerRow = 16;

export function hexRows(hex: string): readonly HexRow[] {
  const pairs = hex.match(/[0-9a-f]{2}/gi) ?? [];
  const rowCount = Math.ceil(pairs.length / octetsPerRow);
  return Array.from({ length: rowCount }, (_, row) => {
    const octets = pairs.slice(row * octetsPerRow, (row + 1) * octetsPerRow);
    return {
      offset: (row * octetsPerRow).toString(16).padStart(4, '0'),
      hex: [octets.slice(0, 8).join(' '), octets.slice(8).join(' ')].filter((half) => half !== '').join('  '),
      text: octets.map((pair) => printable(Number.parseInt(pair, 16))).join(''),
    };
  });
}

const printable = (octet: number): string => (octet >= 0x20 && octet < 0x7f ? String.fromCharCode(octet) : '.');
