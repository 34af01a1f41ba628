/**
 * A transcript as a capture that Wireshark reads: every datagram in its UDP and IP headers, with the non-ESP marker where the wire
 * had it. It holds no key; the key tables that may stand beside it come with transcript-export.ts.
 */
import { concat, type Octets } from '../bytes/octets.ts';
import { needsMarker } from '../ike/datagram.ts';
import type { TranscriptEntry } from '../ike/transcript.ts';
import { writePcapng } from '../net/pcapng.ts';
import { writeUdp } from '../net/udp.ts';

const marker: Octets = new Uint8Array(4);

/** `note` becomes the file's comment. */
export function captureOf(entries: readonly TranscriptEntry[], note: string): Octets {
  return writePcapng(
    entries.map((entry) => ({ atMs: entry.atMs, packet: packetOf(entry) })),
    note,
  );
}

function packetOf(entry: TranscriptEntry): Octets {
  const { direction, local, remote, octets } = entry;
  const [from, to] = direction === 'out' ? [local, remote] : [remote, local];
  return writeUdp({
    source: from.address,
    destination: to.address,
    sourcePort: from.port,
    destinationPort: to.port,
    payload: needsMarker(entry) ? concat(marker, octets) : octets,
  });
}
