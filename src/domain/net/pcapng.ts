/**
 * Captures for Wireshark: a pcapng file (draft-ietf-opsawg-pcapng) of whole IP packets with the instant of each. Keys are not in
 * it; a key table may stand beside it.
 */
import { type Octets, utf8 } from '../bytes/octets.ts';
import { Writer } from '../bytes/writer.ts';

export interface CapturedPacket {
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  /** IPv4 or IPv6, from its first octet. */
  readonly packet: Octets;
}

/** Link type RAW: what begins with 4 is IPv4, with 6 IPv6. */
const rawIp = 101;

/** `note` becomes the comment of the section: Wireshark shows it as the file's. */
export function writePcapng(packets: readonly CapturedPacket[], note: string): Octets {
  const writer = new Writer();
  block(writer, 0x0a0d0d0a, (w) => {
    w.u32(0x1a2b3c4d).u16(1).u16(0).u32(0xffffffff).u32(0xffffffff); // length of the section: not given
    option(w, 1, utf8(note));
    w.u16(0).u16(0);
  });
  block(writer, 1, (w) => w.u16(rawIp).u16(0).u32(0)); // no limit to a packet's length
  for (const { atMs, packet } of packets) {
    const atMicroseconds = BigInt(Math.round(atMs * 1000));
    block(writer, 6, (w) => {
      w.u32(0).u64(atMicroseconds).u32(packet.length).u32(packet.length);
      padded(w, packet);
    });
  }
  return writer.done();
}

/** A block's length stands before and behind its body. */
function block(writer: Writer, type: number, write: (writer: Writer) => void): void {
  writer.u32(type);
  const lengthAt = writer.length;
  writer.u32(0);
  write(writer);
  const length = writer.length - lengthAt + 8;
  writer.u32(length).patch32(lengthAt, length);
}

function option(writer: Writer, code: number, value: Octets): void {
  writer.u16(code).u16(value.length);
  padded(writer, value);
}

function padded(writer: Writer, value: Octets): void {
  writer.octets(value).zeros(-value.length & 3);
}
