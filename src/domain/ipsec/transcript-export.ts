/**
 * A transcript as files for Wireshark: the capture, and beside it the key tables of what it shows, under the names that Wireshark's
 * configuration folder gives them. Of IKE SAs that the capture does not show, and of those begun while the user's key log was off,
 * there is no key; where there is none at all, there is no table.
 */
import { type Octets, utf8 } from '../bytes/octets.ts';
import type { KeyLogEntry } from '../ike/keys/key-log.ts';
import type { TranscriptEntry } from '../ike/transcript.ts';
import { captureOf } from './capture.ts';
import { espTable, ikeTable } from './key-tables.ts';

export interface ExportedFile {
  readonly name: 'transcript.pcapng' | 'ikev2_decryption_table' | 'esp_sa';
  readonly octets: Octets;
}

/** `keys`: what the user's key log gave. `note` becomes the capture's comment. */
export function exportOf(
  transcript: readonly TranscriptEntry[],
  keys: readonly KeyLogEntry[],
  note: string,
): readonly ExportedFile[] {
  const shown = new Set(transcript.flatMap(({ header }) => (header ? [spisOf(header)] : [])));
  const ofShown = keys.filter((entry) => shown.has(spisOf(entry)));
  const tables = [
    { name: 'ikev2_decryption_table', lines: ikeTable(ofShown) },
    { name: 'esp_sa', lines: espTable(ofShown) },
  ] as const;
  return [
    { name: 'transcript.pcapng', octets: captureOf(transcript, note) },
    ...tables.flatMap(({ name, lines }) =>
      lines.length === 0 ? [] : [{ name, octets: utf8(lines.map((line) => `${line}\n`).join('')) }],
    ),
  ];
}

const spisOf = ({ initiatorSpi, responderSpi }: Pick<KeyLogEntry, 'initiatorSpi' | 'responderSpi'>): string =>
  `${initiatorSpi} ${responderSpi}`;
