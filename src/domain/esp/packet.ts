/**
 * The ESP packet (RFC 4303 2): what is sealed, what is authenticated, and the padding.
 *
 *     SPI | sequence | IV | payload, padding 1 2 3 ..., pad length, next header | ICV
 *
 * The plaintext is laid out in memory that serves every packet, since a cipher has read it when its call returns; its answer goes
 * out in the memory in which it came, behind a head of our own. Nothing is awaited when the cipher answers at once.
 */
import type { Gathered } from '../bytes/gathered.ts';
import { type Octets, octetsOf } from '../bytes/octets.ts';
import { err, ok, type Result } from '../bytes/result.ts';
import type { Awaitable } from '../crypto/awaitable.ts';
import type { Protection } from '../crypto/protection.ts';

/** SPI and sequence number. */
export const espHeaderOctets = 8;

export interface EspFrame {
  readonly spi: number;
  readonly sequenceLow: number;
  /** With extended sequence numbers: authenticated, not sent. */
  readonly sequenceHigh: number | undefined;
  readonly iv: Octets;
}

export interface Opened {
  /** What was protected, a view. */
  readonly payload: Octets;
  readonly nextHeader: number;
}

export type EspRefusal =
  | { readonly code: 'truncated'; readonly octets: number }
  /** The ICV does not fit: wrong keys, or a packet that was changed on its way. */
  | { readonly code: 'icv' }
  /** The ICV fits but the padding is not 1, 2, 3, …: the peer does not keep RFC 4303 2.4. */
  | { readonly code: 'padding' };

/** Octets of an ESP packet around so many octets of payload. */
export function espOctets(protection: Protection, payloadOctets: number): number {
  return espHeadOctets(protection) + paddedOctets(protection, payloadOctets) + protection.icvOctets;
}

/** What stands before the ciphertext: SPI, sequence number, IV. */
export function espHeadOctets({ ivOctets }: Protection): number {
  return espHeaderOctets + ivOctets;
}

/** `head` (IP header, perhaps UDP, then room for ESP's own head, which is written here) and the ESP packet around `payload`. */
export function sealEsp(
  protection: Protection,
  frame: EspFrame,
  head: Octets,
  payload: Octets,
  nextHeader: number,
): Awaitable<Gathered> {
  const espAt = head.length - espHeadOctets(protection);
  writeU32(head, espAt, frame.spi);
  writeU32(head, espAt + 4, frame.sequenceLow);
  copyOctets(head, frame.iv, espAt + espHeaderOctets);

  const plainOctets = paddedOctets(protection, payload.length);
  const plain = scratchOf(plainOctets);
  plain.set(payload);
  writeTrailer(plain, payload.length, plainOctets, nextHeader);

  return protection.seal(
    frame.iv,
    associatedOf(protection, frame.spi, frame.sequenceLow, frame.sequenceHigh),
    plain,
    head,
    tailOf(protection, frame.sequenceHigh),
  );
}

/** Memory for the plaintext in the making. The last view is kept: most packets are as long as the one before. */
function scratchOf(octets: number): Octets {
  if (octets > scratch.length) return new Uint8Array(octets);
  if (octets !== lastScratch.length) lastScratch = scratch.subarray(0, octets);
  return lastScratch;
}

const scratch: Octets = new Uint8Array(16_384);
let lastScratch: Octets = scratch;

/**
 * Opens the ESP packet that stands in `packet` from `espAt` to its end: ICV first, then the padding. Gives what `next` makes of
 * it: a promise more would cost as much as the padding's check.
 */
export function openEsp<T>(
  protection: Protection,
  packet: Octets,
  espAt: number,
  sequenceHigh: number | undefined,
  next: (opened: Result<Opened, EspRefusal>) => T,
): Awaitable<T> {
  const ivAt = espAt + espHeaderOctets;
  const sealedAt = ivAt + protection.ivOctets;
  const sealedOctets = packet.length - sealedAt - protection.icvOctets;
  if (sealedOctets < 2 || sealedOctets % protection.blockOctets !== 0) {
    return next(err({ code: 'truncated', octets: packet.length - espAt }));
  }
  return protection.open(
    packet,
    ivAt,
    associatedOf(protection, readU32(packet, espAt), readU32(packet, espAt + 4), sequenceHigh),
    (plain) => next(plain === undefined ? err({ code: 'icv' }) : readTrailer(plain)),
    tailOf(protection, sequenceHigh),
  );
}

/** SPI of an ESP packet; undefined where not even that is there. */
export function spiOf(packet: Octets, espAt: number): number | undefined {
  return packet.length < espAt + espHeaderOctets ? undefined : readU32(packet, espAt);
}

/** The sequence number as sent. */
export function sequenceOf(packet: Octets, espAt: number): number {
  return readU32(packet, espAt + 4);
}

/** Payload and trailer, a multiple of 4 octets and of the cipher's block (RFC 4303 2.4). */
function paddedOctets({ blockOctets }: Protection, payloadOctets: number): number {
  const align = blockOctets > 4 ? blockOctets : 4;
  const octets = payloadOctets + 2;
  return octets + ((align - (octets % align)) % align);
}

function writeTrailer(packet: Octets, from: number, end: number, nextHeader: number): void {
  const padOctets = end - from - 2;
  for (let i = 0; i < padOctets; i++) packet[from + i] = i + 1;
  packet[end - 2] = padOctets;
  packet[end - 1] = nextHeader;
}

function readTrailer(plain: Uint8Array): Result<Opened, EspRefusal> {
  const padOctets = plain[plain.length - 2] as number; // `openEsp` saw to two octets
  const end = plain.length - 2 - padOctets;
  if (end < 0) return err({ code: 'padding' });
  for (let i = 0; i < padOctets; i++) if (plain[end + i] !== i + 1) return err({ code: 'padding' });
  return ok({ payload: octetsOf(plain, end), nextHeader: plain[plain.length - 1] as number });
}

/**
 * SPI and sequence as sent; for an AEAD with extended numbers the high half stands between them (RFC 4106 5). In memory that
 * serves every packet, since a cipher has read it when its call returns: node:crypto takes half a microsecond to look into a
 * small array for the first time.
 */
function associatedOf(
  { isAead }: Protection,
  spi: number,
  sequenceLow: number,
  sequenceHigh: number | undefined,
): Octets {
  if (!isAead || sequenceHigh === undefined) {
    writeU32(associated, 0, spi);
    writeU32(associated, 4, sequenceLow);
    return associated;
  }
  writeU32(extended, 0, spi);
  writeU32(extended, 4, sequenceHigh);
  writeU32(extended, 8, sequenceLow);
  return extended;
}

const associated: Octets = new Uint8Array(8);
const extended: Octets = new Uint8Array(12);

/** The high half behind everything else that an HMAC covers (RFC 4303 2.2.1). */
function tailOf({ isAead }: Protection, sequenceHigh: number | undefined): Octets | undefined {
  if (isAead || sequenceHigh === undefined) return undefined;
  const tail = new Uint8Array(4);
  writeU32(tail, 0, sequenceHigh);
  return tail;
}

/** So few octets that a loop is quicker than a call of `set`. */
function copyOctets(to: Octets, from: Uint8Array, at: number): void {
  for (let i = 0; i < from.length; i++) to[at + i] = from[i] as number; // `i` is below the length
}

function writeU32(octets: Octets, at: number, value: number): void {
  octets[at] = value >>> 24;
  octets[at + 1] = value >>> 16;
  octets[at + 2] = value >>> 8;
  octets[at + 3] = value;
}

function readU32(octets: Octets, at: number): number {
  const [a, b, c, d] = [octets[at], octets[at + 1], octets[at + 2], octets[at + 3]] as [number, number, number, number];
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}
