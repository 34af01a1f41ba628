/**
 * Wireshark's two key tables, which stand beside a capture: `ikev2_decryption_table` and `esp_sa`, a line of CSV an entry. They hold
 * keys, so they are made only from what a user's own key log gave.
 *
 * Wireshark names algorithms by texts of its own; what it has no name for (ChaCha20-Poly1305, GMAC) gives no line.
 */
import type { EspKeyLogEntry, IkeKeyLogEntry, KeyLogEntry } from '../ike/keys/key-log.ts';

/** By IANA transform number. */
const espEncryption: Readonly<Record<number, string>> = {
  11: 'NULL',
  12: 'AES-CBC [RFC3602]',
  13: 'AES-CTR [RFC3686]',
  18: 'AES-GCM with 8 octet ICV [RFC4106]',
  19: 'AES-GCM with 12 octet ICV [RFC4106]',
  20: 'AES-GCM with 16 octet ICV [RFC4106]',
};

const espIntegrity: Readonly<Record<number, string>> = {
  12: 'HMAC-SHA-256-128 [RFC4868]',
  13: 'HMAC-SHA-384-192 [RFC4868]',
  14: 'HMAC-SHA-512-256 [RFC4868]',
};

/**
 * `ikev2_decryption_table`: one line a pair of SPIs, since Wireshark keeps one set of keys for it. Where there were several (RFC 9370
 * 2.2.2) it is the last, which protects IKE_AUTH and all that follows; IKE_INTERMEDIATE messages went under earlier ones.
 */
export function ikeTable(entries: readonly KeyLogEntry[]): readonly string[] {
  const last = new Map<string, IkeKeyLogEntry>();
  for (const entry of entries) {
    if (entry.type === 'ike') last.set(`${entry.initiatorSpi} ${entry.responderSpi}`, entry);
  }
  return [...last.values()].flatMap((entry) => ikeTableLine(entry) ?? []);
}

function ikeTableLine(entry: IkeKeyLogEntry): string | undefined {
  const encryption = ikeEncryptionName(entry.encr);
  const integrity = ikeIntegrityName(entry.integ);
  if (!encryption || !integrity) return undefined;
  const { initiatorSpi, responderSpi, skEi, skEr, skAi, skAr } = entry;
  return [initiatorSpi, responderSpi, skEi, skEr, quoted(encryption), skAi, skAr, quoted(integrity)].join(',');
}

/** `esp_sa`: one line an SPI between two addresses; none where Wireshark lacks the cipher. */
export function espTable(entries: readonly KeyLogEntry[]): readonly string[] {
  return [...new Set(entries.flatMap((entry) => (entry.type === 'esp' && espTableLine(entry)) || []))];
}

function espTableLine({
  source,
  destination,
  spi,
  encr,
  integ,
  encrKey,
  integKey,
}: EspKeyLogEntry): string | undefined {
  const encryption = espEncryption[encr ?? -1];
  if (!encryption) return undefined;
  const cells = [
    ...[source.includes(':') ? 'IPv6' : 'IPv4', source, destination, `0x${spi.toString(16).padStart(8, '0')}`],
    ...[encryption, `0x${encrKey}`, espIntegrity[integ ?? -1] ?? 'NULL', integKey && `0x${integKey}`],
  ];
  return cells.map(quoted).join(',');
}

/** By the short name: `AES_CBC_256`. */
function ikeEncryptionName(short: string): string | undefined {
  const [, mode, icvOctets, keyBits] = /^AES_(CBC|GCM_(8|12|16))_(\d+)$/.exec(short) ?? [];
  if (mode === 'CBC') return `AES-CBC-${keyBits} [RFC3602]`;
  return mode && `AES-GCM-${keyBits} with ${icvOctets} octet ICV [RFC5282]`;
}

function ikeIntegrityName(short: string): string | undefined {
  if (short === 'NONE') return 'NONE [RFC4306]';
  return short.startsWith('HMAC_SHA2_') ? `${short} [RFC4868]` : undefined;
}

const quoted = (text: string): string => `"${text}"`;
