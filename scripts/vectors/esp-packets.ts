/** What several formats ask of an ESP packet: it opens to the stated plaintext, seals to the same octets, and no changed octet opens. */
import { inOnePiece } from '../../src/domain/bytes/gathered.ts';
import type { Octets } from '../../src/domain/bytes/octets.ts';
import { concat } from '../../src/domain/bytes/octets.ts';
import type { Protection } from '../../src/domain/crypto/protection.ts';
import {
  espHeaderOctets,
  espHeadOctets,
  type Opened,
  openEsp,
  sealEsp,
  sequenceOf,
  spiOf,
} from '../../src/domain/esp/packet.ts';
import { disagree, expectOctets, expectThat } from './expect.ts';
import { eachOctetFlipped } from './flip.ts';

/** For what opens a packet: nothing is made of what was inside. */
export const asItIs = <T>(opened: T): T => opened;

/** `sequenceHigh` with extended sequence numbers. Gives what was inside. */
export async function checkEspPacket(
  protection: Protection,
  packet: Octets,
  sequenceHigh: number | undefined,
): Promise<Opened> {
  const opened = await openEsp(protection, packet, 0, sequenceHigh, asItIs);
  if (!opened.ok) disagree(`refused: ${opened.error.code}`);
  const { payload, nextHeader } = opened.value;
  const iv = packet.subarray(espHeaderOctets, espHeaderOctets + protection.ivOctets);
  const frame = { spi: spiOf(packet, 0) ?? 0, sequenceLow: sequenceOf(packet, 0), sequenceHigh, iv };
  const head = new Uint8Array(espHeadOctets(protection));
  expectOctets('sealed again', inOnePiece(await sealEsp(protection, frame, head, payload, nextHeader)), packet);
  if (protection.icvOctets > 0) {
    for (const changed of eachOctetFlipped(packet)) {
      const isRefused = !(await openEsp(protection, changed, 0, sequenceHigh, asItIs)).ok;
      expectThat(isRefused, 'a changed octet is refused');
    }
  }
  return opened.value;
}

/** The high half of extended sequence numbers, which a packet has if it says so, or tells the half; undefined: it has none. */
export const sequenceHighOf = (
  hasEsn: boolean | null | undefined,
  high: number | null | undefined,
): number | undefined => ((hasEsn ?? typeof high === 'number') ? (high ?? 0) : undefined);

/** Payload, padding 1 2 3 …, pad length and next header, as vectors state a plaintext. */
export function withTrailer({ payload, nextHeader }: Opened, octets: number): Octets {
  const padOctets = octets - payload.length - 2;
  return concat(
    payload,
    Uint8Array.from({ length: padOctets }, (_, i) => i + 1),
    Uint8Array.of(padOctets, nextHeader),
  );
}
